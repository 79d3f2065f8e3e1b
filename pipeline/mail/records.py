"""What a grid says of one person, before anybody judges the answers.

Law of this file: the text of an answer is what stood in its cells; only what the kind of the cell
took away is given back (the zero of a telephone number, the text beside a box).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.mail.cellwords import Asked, is_mark, is_noise, is_tick
from pipeline.mail.divided import divided
from pipeline.mail.grid import Cell

_KANA: Final = re.compile(r"[ァ-ヶーぁ-ゖ・\s　()（）=‐-]+")
_DITTO: Final = re.compile(r'同上|上に?同じ?|同じ|同|〃|″|〻|々|"|”|\'\'|同左|左に?同じ?|↓|↑|←')
_MOBILE: Final = re.compile(r"[5789]0\d{8}")
_LANDLINE: Final = re.compile(r"[1-9]\d{8}")
_ABROAD: Final = re.compile(r"81([1-9]\d{8,9})")
_NUMERIC: Final = re.compile(r"[\d０-９()（）+＋\-‐‑–—―−ーｰ－\s]+")


class Given(NamedTuple):
    """One answer as it was written, and where."""

    text: str
    where: str


@dataclass(slots=True)
class Record:
    """One person: answers by field, blank ones too."""

    answers: dict[str, Given] = field(default_factory=dict)
    number: int | None = None
    applicant: bool = False
    """Whether it is the one who applies, who may or may not take part."""

    def give(self, name: str, text: str, where: str) -> None:
        """Keep an answer; the first real one stays."""
        known = self.answers.get(name)
        if known is None or not known.text:
            self.answers[name] = Given(text, where)

    def text(self, name: str) -> str:
        """An answer; "" when there is none."""
        given = self.answers.get(name)
        return given.text if given is not None else ""

    @property
    def blank(self) -> bool:
        """Whether nothing was answered."""
        return not any(given.text for given in self.answers.values())


def ditto(text: str) -> bool:
    """Whether it means: as above."""
    return _DITTO.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


# ---------------------------------------------------------------- answers of several cells


def answers_in(asked: Asked, cells: list[Cell]) -> list[tuple[str, str]]:
    """The answers to one question, field by field, from the cells that hold them."""
    cells = [cell for cell in cells if cell.text.strip()]
    if not cells or not asked.fields:
        return [(name, "") for name in asked.fields]
    fields = asked.fields
    if fields == ("name",) and _has_reading(cells):
        fields = ("name", "name_kana")
    if len(fields) == 1:
        return [(fields[0], _one(fields[0], cells))]
    return _several(fields, cells)


def _has_reading(cells: list[Cell]) -> bool:
    """Whether a reading stands on a line of its own above or below the name."""
    lines = [line for cell in cells for line in cell.text.split("\n") if line.strip()]
    if len(lines) != 2:  # noqa: PLR2004 - the name and its reading
        return False
    read = [is_kana(line) and len(line.strip()) > 1 for line in lines]
    return sum(read) == 1 and all(cell.column == cells[0].column for cell in cells)


def _one(name: str, cells: list[Cell]) -> str:
    texts = [cell.text.strip() for cell in cells]
    if name == "phone":
        return _phone(cells)
    if name == "category":
        return _boxes(texts)
    if name == "email":
        parted = any(text in {"@", "＠"} for text in texts)
        return "".join(texts) if parted else texts[0]
    if name in {"prefecture", "organization"}:
        return " ".join(" ".join(texts).split("\n"))
    if name in {"name", "name_kana"}:
        return _name(texts)
    return " ".join(texts[0].split("\n"))


def _name(texts: list[str]) -> str:
    """A name in one cell, or its two halves in two; 姓 and 名 before them belong to the form."""
    texts = [_COUNTED.sub("", text) for text in texts]
    halves = [text for text in texts if text not in _HALVES and not is_noise(text)]
    if len(texts) > len(halves) or (len(halves) == 2 and all(len(h) < 4 for h in halves)):  # noqa: PLR2004 - 五十嵐, 林
        return " ".join(halves)
    first = halves[0] if halves else ""
    behind = _HALVES_INSIDE.sub(" ", first)
    return " ".join(behind.split())


_COUNTED: Final = re.compile(r"^\s*(?:[①-⑳]|[(（]?[0-9０-９]{1,2}[)）.．、:：])\s*")
_HALVES: Final = frozenset({
    "姓", "名", "氏", "(姓)", "(名)", "（姓）", "（名）", "セイ", "メイ", "(セイ)", "(メイ)",
    "（セイ）", "（メイ）",
})  # fmt: skip
_HALVES_INSIDE: Final = re.compile(r"[(（【](?:姓|名|セイ|メイ)[)）】]")


def _phone(cells: list[Cell]) -> str:
    """A number in one cell, or in pieces; a zero that a numeric cell has lost is given back."""
    numeric = [cell.text.strip() for cell in cells if _NUMERIC.fullmatch(cell.text)]
    if len(numeric) == len(cells) > 1:
        return "-".join(piece.strip("-－ー― ()（）") for piece in numeric if piece.strip("-－ー― "))
    cell = cells[0]
    return zero_given_back(cell.text) if cell.number else cell.text


def zero_given_back(digits: str) -> str:
    """A Japanese number with the zero in front that a spreadsheet took for no part of it.

    Ten digits that begin as a mobile number does, or nine of a landline: then nothing else can
    have stood there. Any other count of digits stays as it is, and is asked about.
    """
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return f"0{digits}"
    abroad = _ABROAD.fullmatch(digits)
    return f"+{digits}" if abroad is not None else digits


def _boxes(texts: list[str]) -> str:
    """Boxes and their texts in a row, each box before its text."""
    marks = [n for n, text in enumerate(texts) if is_mark(text)]
    if marks and not is_mark(texts[0]):
        # The box stands behind its text.
        turned: list[str] = []
        for text in texts:
            turned[-1:] = [text, *turned[-1:]] if is_mark(text) and turned else [*turned[-1:], text]
        texts = turned
    return " ".join(" ".join(text.split("\n")) for text in texts)


def _several(fields: tuple[str, ...], cells: list[Cell]) -> list[tuple[str, str]]:
    """Answers that share a cell: 氏名 with its フリガナ, 部署・役職."""
    texts = [cell.text.strip() for cell in cells]
    pieces = [line.strip() for text in texts for line in text.split("\n") if line.strip()]
    if set(fields) == {"name", "name_kana"}:
        kana = [p for p in pieces if is_kana(p)]
        names = [p for p in pieces if p not in kana]
        if len(pieces) > 1 and kana and names:
            return [("name", names[0]), ("name_kana", kana[0].strip("()（） "))]
        return divided(("name", "name_kana"), " ".join(pieces))
    if set(fields) == {"phone", "email"}:
        split = [piece for text in pieces for piece in re.split(r"[\s／/]+", text) if piece]
        addresses = [piece for piece in split if "@" in piece or "＠" in piece]
        numbers = [piece for piece in split if piece not in addresses]
        return [("email", " ".join(addresses)), ("phone", " ".join(numbers))]
    if len(pieces) == len(fields):
        return list(zip(fields, pieces, strict=True))
    return divided(fields, " ".join(pieces))


def is_kana(text: str) -> bool:
    """Whether a text is written in kana alone, as a reading is."""
    return _KANA.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def ticked(options: list[tuple[str, list[Cell]]]) -> str:
    """The kinds under whose headings a row is ticked."""
    chosen = [text for text, cells in options if any(is_tick(cell.text) is True for cell in cells)]
    return " ".join(f"☑{text}" for text in chosen)
