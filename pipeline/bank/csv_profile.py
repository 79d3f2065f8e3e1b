"""How the CSV of one bank is laid out: a profile for each bank, written in TOML.

Law of this file: another bank is another file in `rules/banks`, and no code.  A profile that
contradicts itself is refused with its file's name.

Headings are compared after NFKC and without spaces, so that （円） and (円) are one.

Errors:
    ProfileFaults   a profile cannot be used; whoever wrote it reads `faults` and corrects it
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from pipeline.bank.csv_tables import (
    Amount,
    Balance,
    Days,
    Heading,
    Marks,
    Pattern,
    Rows,
    Table,
    Texts,
    Whose,
)


class ProfileFaults(ValueError):  # noqa: N818 - it is what is wrong, as in the other rules
    """Profiles that cannot be used; `faults` holds file, key and what is wrong with it."""

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(": ".join(filter(None, one)) for one in faults))


class Profile(Table):
    """One bank's CSV."""

    name: Annotated[str, Field(pattern=r"[a-z0-9][a-z0-9-]*")]
    """Its name, as statements carry it."""
    title: Annotated[str, Field(min_length=1)]
    """What the bank calls the file."""
    encodings: Annotated[tuple[Literal["cp932", "utf-8"], ...], Field(min_length=1)] = (
        "cp932",
        "utf-8",
    )
    """The encodings in which it comes."""
    headers: Annotated[
        tuple[Annotated[tuple[Heading, ...], Field(min_length=2)], ...], Field(min_length=1)
    ]
    """The headings in their order, one list for each version of the layout. The file may have
    more at its end. With `marks`: the cells of a line."""
    aliases: dict[Heading, Heading] = Field(default_factory=dict)
    """Other words for a heading."""
    shapes: dict[Heading, Pattern] = Field(default_factory=dict)
    """How cells look, for a file that has no headings; then its cells are those of the first
    list of headings. Nothing here: the headings must be there."""
    marks: Marks | None = None
    day: Days
    amount: Amount
    balance: Balance | None = None
    text: Texts
    account: Whose = Whose()
    rows: Rows = Rows()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for number, header in enumerate(self.headers, 1):
            if len(set(header)) != len(header):
                raise ValueError(f"headers[{number}] has a heading twice")
            for name in self._needed():
                if name not in header:
                    raise ValueError(f"headers[{number}] has no heading {name!r}")
        known = {name for header in self.headers for name in header}
        for name in (*self._further(), *self.shapes, *self.aliases.values()):
            if name not in known:
                raise ValueError(f"no list of headers has the heading {name!r}")
        if self.marks and self.shapes:
            raise ValueError("should have marks or shapes, not both")
        if (self.rows.cancelled or self.rows.skipped) and self.rows.status is None:
            raise ValueError("rows.cancelled and rows.skipped need rows.status")
        return self

    def _needed(self) -> Iterator[str]:
        """Columns without which no money is read."""
        yield from (self.day.booked,) if isinstance(self.day.booked, str) else self.day.booked
        yield from self.amount.columns
        if self.balance:
            yield self.balance.column
        yield self.text.payer

    def _further(self) -> Iterator[str]:
        texts, whose = self.text, self.account
        yield from texts.memo
        yield from self.day.time or ()
        for one in (
            self.day.value,
            self.rows.status,
            *(texts.kind, texts.payer_code, texts.edi, texts.bank_id, texts.virtual_account),
            *(whose.bank, whose.branch, whose.kind, whose.number, whose.text),
        ):
            if one is not None:
                yield one


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """All profiles of a folder, by file name. Raises ProfileFaults with all that is wrong."""
    found: list[Profile] = []
    faults: list[tuple[str, str, str]] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(_load(path))
        except ProfileFaults as wrong:
            faults += wrong.faults
    if faults:
        raise ProfileFaults(faults)
    return tuple(found)


def _load(path: Path) -> Profile:
    file = f"{path.parent.name}/{path.name}"
    try:
        profile = Profile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ProfileFaults([(file, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ProfileFaults([(file, "", "is not UTF-8; save the file as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileFaults([(file, "", f"is no TOML: {error}")]) from None
    except ValidationError as error:
        raise ProfileFaults([_fault(file, dict(one)) for one in error.errors()]) from None
    if profile.name != path.stem:
        raise ProfileFaults([(file, "name", f"should be the file's name, {path.stem!r}")])
    return profile


def _fault(file: str, error: dict[str, object]) -> tuple[str, str, str]:
    place = error["loc"]
    assert isinstance(place, tuple)
    key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in place)
    if error["type"] == "extra_forbidden":
        return file, key, "is not known"
    if error["type"] == "missing":
        return file, key, "is missing"
    return file, key, str(error["msg"]).removeprefix("Value error, ")
