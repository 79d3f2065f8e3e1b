"""Reads the rules of one event from its five files.

Law of this file: the files are read once and refused when in doubt, with everything that is wrong
at once.  What a single key may be stands in `domain.rules`; what keys must agree on among
themselves stands in `agreement`; here they are only brought together.
"""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from pipeline.config import agreement
from pipeline.config.faults import Fault, Refused, did_you_mean, faults_of
from pipeline.domain.rules import SLUG, Event, Form, Intake, Payment, Reminders, Rules

ROOT: Final = Path(__file__).parent.parent.parent
"""The project's folder, where `main.py` and `rules/` lie."""
PARTS: Final[dict[str, type[BaseModel]]] = {
    "event": Event,
    "form": Form,
    "intake": Intake,
    "payment": Payment,
    "reminders": Reminders,
}
"""The five files, without `.toml`, and what each holds."""
BANKS: Final = "banks"
"""The folder beside those of the events that holds the banks' profiles."""


def shown(folder: Path, part: str = "") -> str:
    """The name under which a person finds a rules file, whatever the machine's paths."""
    return "/".join(filter(None, (folder.parent.name, folder.name, part)))


def load_rules(folder: Path) -> Rules:
    """The rules in a folder. Raises `Refused` with everything that is wrong with them."""
    faults = folder_faults(folder)
    texts: dict[str, bytes] = {}
    parts: dict[str, Any] = {}
    for name, model in PARTS.items():
        try:
            texts[name] = (folder / f"{name}.toml").read_bytes()
            parts[name] = _read(texts[name], model, shown(folder, f"{name}.toml"))
        except OSError as error:
            faults.append(
                Fault(shown(folder, f"{name}.toml"), "", f"cannot be read: {error.strerror}")
            )
        except Refused as refused:
            faults += refused.faults
    faults += [
        Fault(shown(folder, f"{part}.toml"), key, what)
        for part, key, what in agreement.disagreements(**parts)
    ]
    if faults:
        raise Refused(faults)
    return Rules(slug=folder.name, digest=digest(texts), **parts)


def digest(texts: dict[str, bytes]) -> str:
    """The name of exactly these rules: SHA-256 over the five files' bytes, in their order."""
    whole = sha256()
    for name in PARTS:
        whole.update(f"{name}.toml {len(texts[name])}\n".encode())
        whole.update(texts[name])
    return whole.hexdigest()


def folder_faults(folder: Path) -> list[Fault]:
    """What is wrong with an event's folder itself: its name, and files that do not belong in it."""
    faults = []
    if re.fullmatch(SLUG, folder.name) is None:
        what = "the folder's name may have lower-case letters, digits and hyphens only"
        faults.append(Fault(shown(folder), "", what))
    if folder.name == BANKS:
        what = "is where the banks' profiles lie; no event may have its name"
        faults.append(Fault(shown(folder), "", what))
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix == ".toml" and path.stem not in PARTS:
                what = "is not one of the five files" + did_you_mean(path.stem, PARTS)
                faults.append(Fault(shown(folder, path.name), "", what))
    return faults


def _read(raw: bytes, model: type[BaseModel], file: str) -> BaseModel:
    try:
        # utf-8-sig: some editors begin a UTF-8 file with a byte order mark.
        table = tomllib.loads(raw.decode("utf-8-sig"))
        return model.model_validate(table)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refused(
            [Fault(file, f"line {line}", "is not UTF-8; save the file as UTF-8")]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Refused([_syntax_fault(str(error), file)]) from error
    except ValidationError as error:
        raise Refused(faults_of(error, model, file)) from error


def _syntax_fault(message: str, file: str) -> Fault:
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    what = found[1] if found else message
    key = f"line {found[2]}" if found and found[2] else "end of file" if found else ""
    return Fault(file, key, f"is no TOML: {what[:1].lower()}{what[1:]}")
