"""Whether the payer's name is one of a claim's: the person, the organisation, the place.

Law of this file: it compares and decides nothing about money.  Only whole names agree by
themselves.  A beginning agrees as far as a field's end explains it, or as far as it fits nobody
else; what is merely similar is for a person's eyes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum, auto
from functools import cached_property

from pipeline.domain import kana, organisations
from pipeline.domain.alike import likeness
from pipeline.domain.claims import Known, Ledger
from pipeline.domain.organisations import LEAST_PREFIX

_LEAST_WINDOW = 4
_LONG_BEGINNING = 8
"""Letters of an organisation's name that tell it from its neighbours."""

_WORDS_OF_BANKS = re.compile(
    r"^(?:(?:振込入金|被振込|振込|入金|送金|振替|ことら送金|ことら|(?:ご|御)?依頼人名?|フリコミ|フリカエ|"
    r"ソウキン|ニユウキン|デンシン|デンシンフリコミ|コトラ(?:ソウキン)?|テレ|IB|EB|NB|ATM|NET)"
    r"(?:[\s*:：/|-]+|$)|振込(?=[^\s])|フリコミ(?=[^\s]))+",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"(?:サンカ(?:ヒ|リヨウ)?|参加(?:費|料)|カイヒ|会費|ジユコウ(?:リヨウ)?|受講料|ケンシユウ(?:カイ|ヒ)?|研修(?:会|費)?|"
    r"ケンキユウ(?:カイ|キヨウギカイ)?|研究(?:会|協議会)?|セミナ(?:ヒ|サンカヒ)?|モウシコミ(?:キン|バンゴウ)?|申込(?:金)?|"
    r"ウケツケ(?:バンゴウ)?|受付(?:番号)?|バンゴウ|NO|ホカ|外|他|ブン|分|サマ|様|ダイキン|代金)"
)
_BRANCH_OR_TITLE = re.compile(
    r"(?:ダイヒヨウ.*|リジチヨウ.*|カイチヨウ.*|ジムキヨク.*|シセツチヨウ.*|シヨチヨウ.*|センタチヨウ.*|"
    r".*(?:シシヨ|シテン|シブ|ジギヨウシヨ|ジムシヨ|エイギヨウシヨ|センタ|カ|ブ|シツ|事業所|支所|支部|課|部|室))"
)


class Agreement(Enum):
    """How a payer's name stands to a claim's names, best first."""

    NAME = auto()
    """A person's whole name."""
    ORGANISATION = auto()
    """An organisation, whole, in any of its forms."""
    CUT = auto()
    """Its beginning, more than a family name, and it ends where a bank's field ends."""
    BEGINNING = auto()
    """Its beginning, or the family name alone."""
    PLACE = auto()
    """The accounting office of the place whose municipal office the organisation is."""
    NO_NAME = auto()
    SIMILAR = auto()
    UNREADABLE = auto()
    """Kana against kanji: nobody can say without reading it aloud."""
    CONFLICT = auto()


SPEAKS_FOR = frozenset(
    {
        Agreement.NAME,
        Agreement.ORGANISATION,
        Agreement.CUT,
        Agreement.BEGINNING,
        Agreement.PLACE,
    }
)
"""What makes a claim the payer's own."""


class Payer:
    """A payer's name, taken apart.

    `text` is the name without its numbers, `written` the whole field as it came (its width tells
    whether it was cut), `others` further texts that may carry a name: EDI and memo.
    """

    def __init__(self, text: str, written: str = "", others: tuple[str, ...] = ()) -> None:
        narrow = unicodedata.normalize("NFKC", text).strip()
        self.text = _WORDS_OF_BANKS.sub("", narrow.translate(_LARGE)).strip() or ""
        self.words = tuple(_words(self.text))
        self.key = "".join(self.words)
        self.cut = kana.ends_with_a_field(written) or kana.ends_with_a_field(text)
        self._others = others

    @cached_property
    def forms(self) -> frozenset[str]:
        """As an organisation."""
        return organisations.forms(self.text)

    @cached_property
    def bare(self) -> str:
        """As an organisation without its legal form, letter for letter."""
        return organisations.without_legal_form(self.text)

    @cached_property
    def is_organisation(self) -> bool:
        """Whether its legal form or its words say so."""
        return organisations.looks_like_one(self.text) or self.place is not None

    @cached_property
    def place(self) -> str | None:
        """The municipality whose accounting office or head it is."""
        return organisations.municipality(self.words)

    @cached_property
    def other_keys(self) -> frozenset[str]:
        """Names in EDI and memo."""
        return frozenset("".join(_words(text)) for text in self._others if text) - {""}

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """The keys of some of its words that follow each other, where there are more."""
        return tuple(self._some_words())

    def _some_words(self) -> Iterator[str]:
        for width in range(len(self.words) - 1, 0, -1):
            for at in range(len(self.words) - width + 1):
                left = self.words[:at] + self.words[at + width :]
                window = "".join(self.words[at : at + width])
                if len(window) >= _LEAST_WINDOW and all(len(word) > 1 for word in left):
                    yield window

    @cached_property
    def organisation_and_rest(self) -> tuple[tuple[frozenset[str], str], ...]:
        """Its first words as an organisation, and the others joined; and the other way round."""
        raw = self.text.split()
        cuts = [(raw[:at], raw[at:]) for at in range(1, len(raw))]
        both = [*cuts, *((last, first) for first, last in cuts)]
        return tuple(
            (organisations.forms(" ".join(some)), kana.key("".join(rest))) for some, rest in both
        )


_LARGE = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")


def _words(text: str) -> Iterator[str]:
    for word in re.split(r"[\s/,・()]+", unicodedata.normalize("NFKC", text)):
        key = kana.key(word)
        if key and _NOISE.fullmatch(key) is None:
            yield key


def agreement(payer: Payer, known: Known) -> Agreement:
    """How a payer's name stands to the names of one claim."""
    whole = _whole(payer, known)
    if whole is not None:
        return whole
    if not payer.key:
        return Agreement.NO_NAME
    if payer.place is not None and any(
        organisations.is_of_municipality(form, payer.place) for form in known.organisations
    ):
        return Agreement.PLACE
    if payer.key in known.families or _is_beginning(payer, known):
        return Agreement.CUT if payer.cut and _says_much(payer, known) else Agreement.BEGINNING
    if _is_similar(payer, known):
        return Agreement.SIMILAR
    return Agreement.UNREADABLE if _is_unreadable(payer, known) else Agreement.CONFLICT


def _whole(payer: Payer, known: Known) -> Agreement | None:
    if payer.key in known.persons or not known.persons.isdisjoint(payer.other_keys):
        return Agreement.NAME
    if any(window in known.persons for window in payer.windows):
        return Agreement.NAME
    if not payer.forms.isdisjoint(known.organisations):
        return Agreement.ORGANISATION
    own = known.persons | known.families
    for forms, rest in payer.organisation_and_rest:
        if not forms.isdisjoint(known.organisations) and (
            rest in own or _BRANCH_OR_TITLE.fullmatch(rest)
        ):
            return Agreement.ORGANISATION
    return None


def _is_beginning(payer: Payer, known: Known) -> bool:
    names = [(payer.key, name) for name in known.persons]
    names += [(payer.bare, form) for form in known.organisations]
    return any(begins_with(name, start, cut=payer.cut) for start, name in names)


def _says_much(payer: Payer, known: Known) -> bool:
    """Whether a beginning is more than a family name, or than the place an organisation is in."""
    if any(payer.key.startswith(family) and payer.key != family for family in known.families):
        return True
    return len(payer.bare) >= _LONG_BEGINNING


def begins_with(name: str, start: str, *, cut: bool) -> bool:
    """Whether a shortened name is the beginning of a key; a cut may take a voice mark with it."""
    if len(start) < LEAST_PREFIX or len(start) > len(name):
        return False
    if name.startswith(start):
        return True
    last = name[len(start) - 1]
    return cut and name.startswith(start[:-1]) and kana.unvoiced(last) == start[-1]


def _is_similar(payer: Payer, known: Known) -> bool:
    mine = {payer.key, *payer.forms}
    theirs = known.persons | known.organisations
    return any(likeness(a, b) for a in mine for b in theirs)


def _is_unreadable(payer: Payer, known: Known) -> bool:
    if kana.is_written_in_kanji(payer.key):
        return not any(map(kana.is_written_in_kanji, known.persons | known.organisations))
    if payer.is_organisation:
        return not known.has_readable_organisation
    return not known.has_readable_person


def fits_elsewhere(payer: Payer, references: frozenset[str], ledger: Ledger) -> bool:
    """Whether a shortened name fits claims beside these as well.

    Another organisation counts, another member of the same one does not.
    """
    if members := ledger.people.of_family(payer.key):
        return not references.issuperset(members)
    if any(
        not references.issuperset(ledger.people.of(name))
        for name in ledger.people.beginning_with(payer.key)
    ):
        return True
    return len(payer.bare) >= LEAST_PREFIX and any(
        references.isdisjoint(ledger.organisations.of(form))
        for form in ledger.organisations.beginning_with(payer.bare)
    )
