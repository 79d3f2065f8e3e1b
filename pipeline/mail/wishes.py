"""What somebody wants, by the phrases of the rules.

Law of this file: phrases are looked for in what the sender wrote themselves, folded (NFKC) and
without spaces, so that neither width nor a broken line hides one.  A phrase in a sentence that
only supposes it, or says that it is not needed, is no wish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.folding import folded
from pipeline.mail.once import once_for

_LISTS: Final = (
    "withdraw", "withdraw_confirmed", "access", "paid", "invoice", "receipt", "change", "question",
    "thanks", "application",
)  # fmt: skip
_TEXT_LIMIT: Final = 20_000
"""Characters that are looked at."""

_SENTENCE: Final = re.compile(r"[^。!?]+[。!?]?")
_NO_WITHDRAWAL: Final = re.compile(r"キャンセル(?:待ち|ポリシー|料|規定)|取消(?:料|規定)")
_SUPPOSED: Final = re.compile(r"場合|もし|万一|万が一|際は|際に|際の|となったら|になったら")
_NOT_NEEDED: Final = re.compile(
    r"不要|必要ありません|必要ございません|結構です|いりません|要りません"
)
_ASKS_ABOUT: Final = re.compile(
    r"^(?!.*(?:したい|たく|お願い|いたします|致します|します)).*"
    r"(?:(?:について|に関して|方法|手続き?).{0,20}(?:教え|質問|伺|尋ね|知り|教示)|"
    r"できますか|可能ですか|可能でしょうか)"
)
_TROUBLE: Final = re.compile(r"zoom|ログイン|接続|つながら|繋がら|パスワード|特設ページ|視聴")
_IN_PART: Final = re.compile(
    r"^(?!.*(?:キャンセル|取り?消|辞退|取り?やめ|取り?下げ))"
    r".*(?:午前|午後|途中|早退|遅れて|ライブ(?:配信)?(?:当日)?[はに]|グループワーク)"
)
_WANTED: Final = re.compile(
    r"届いて(?:い|お)?(?:りま|ま)?せん|届きません|届いてない|来ていません|再送|再度|もう一度|忘れ|紛失|"
    r"教え|送って|お送りください|お送り下さい|お送りいただ|わから|分から|できません|できない|"
    r"見つから|ください|下さい|いただけ|頂け|いつ|\?"
)
_DECIDED: Final = re.compile(r"ます$|たく$|希望$|を申|ただ$")
_POLITE: Final = re.compile(r"よろしくお願い|宜しくお願い|ありがとう|有難う|かしこまりました|了解")
_SHORT: Final = 80


@dataclass(frozen=True, slots=True)
class Wishes:
    """Names of the rules' lists of which a phrase was meant."""

    named: frozenset[str]
    confirmed: bool
    """Whether the words stand there that our letters ask for before a withdrawal."""
    decided: bool
    """Whether it says 'I apply', and does not only speak of applications."""
    polite: bool
    """Whether it is short, and only polite."""

    def __contains__(self, name: object) -> bool:
        return name in self.named


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The rules' phrases as one pattern."""

    pattern: re.Pattern[str]
    """Finds at each place the longest phrase that begins there."""
    lists: dict[str, frozenset[tuple[str, str]]]
    """For each phrase the lists, with the phrase, of all phrases that it begins with."""
    decided: tuple[str, ...]
    """Phrases of `application` that say 'I apply'."""


@once_for
def _phrases(rules: Rules) -> _Phrases:
    pairs = {
        (name, folded(phrase)) for name in _LISTS for phrase in getattr(rules.intake.words, name)
    }
    words = {word for _, word in pairs}
    return _Phrases(
        # One pattern with a branch for each letter: all phrases in one pass over the text.
        pattern=re.compile(_branches(words)),
        lists={w: frozenset((n, o) for n, o in pairs if w.startswith(o)) for w in words},
        decided=tuple(w for n, w in pairs if n == "application" and _DECIDED.search(w)),
    )


def _branches(words: set[str]) -> str:
    """A pattern for the longest of these words, factored by their first letters."""
    heads = sorted({word[0] for word in words if word})
    tails = ({word[1:] for word in words if word.startswith(head)} for head in heads)
    branches = [re.escape(head) + _branches(tail) for head, tail in zip(heads, tails, strict=True)]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + ("?" if "" in words else "")


def wishes(text: str, rules: Rules) -> Wishes:
    """What this text asks for."""
    searched = folded(text[:_TEXT_LIMIT])
    if "キャンセル" in searched or "取消" in searched:
        searched = _NO_WITHDRAWAL.sub("", searched)
    phrases = _phrases(rules)
    found: dict[str, set[str]] = {}
    longest = phrases.pattern.search(searched)
    while longest is not None:
        for name, word in phrases.lists[longest.group()]:
            found.setdefault(name, set()).add(word)
        longest = phrases.pattern.search(searched, longest.start() + 1)
    named = set(found)
    for name, excuse in _EXCUSES.items():
        if name in named and not _meant(searched, found[name], excuse):
            named.discard(name)
    if {"access", "thanks"} <= named and _WANTED.search(searched) is None:
        named.discard("access")  # it has arrived, and is confirmed
    return Wishes(
        named=frozenset(named),
        confirmed="withdraw_confirmed" in named,
        decided=not found.get("application", set()).isdisjoint(phrases.decided),
        polite=len(searched) < _SHORT and _POLITE.search(searched) is not None,
    )


_EXCUSES: Final = {
    "withdraw": (_SUPPOSED, _TROUBLE, _IN_PART, _ASKS_ABOUT),
    "withdraw_confirmed": (_SUPPOSED,),
    "change": (_SUPPOSED, _NOT_NEEDED),
    "invoice": (_NOT_NEEDED,),
    "receipt": (_NOT_NEEDED,),
}
"""What a sentence must not hold for a phrase in it to be meant."""


def _meant(searched: str, words: set[str], excuses: tuple[re.Pattern[str], ...]) -> bool:
    return any(
        any(word in sentence for word in words) and not any(e.search(sentence) for e in excuses)
        for sentence in _SENTENCE.findall(searched)
    )
