"""What somebody wants, by the phrases of the rules.

Law of this file: phrases are looked for in what the sender wrote themselves, sentence by sentence,
folded (NFKC) and without spaces, so that neither width nor a broken line hides one.  What a
sentence says of a phrase may excuse it (`excuses`).  A subject only adds what the text is silent
about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail import excuses
from pipeline.mail.folding import narrowed
from pipeline.mail.once import once_for
from pipeline.mail.quoting import is_rule
from pipeline.mail.sentences import sentences
from pipeline.mail.signs import SIGNS

_LISTS: Final = (
    "withdraw", "withdraw_confirmed", "replace", "access", "paid", "invoice", "receipt", "change",
    "question", "thanks", "application",
)  # fmt: skip
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_TEXT_LIMIT: Final = 20_000
"""Characters that are looked at."""

_NO_WITHDRAWAL: Final = re.compile(
    r"キャンセル(?:待ち|ポリシー|料|規[定約])|取り?消し?(?:料|規[定約])"
)
_UNTICKED: Final = re.compile(r"[□☐][^□☐☑■✔✓:]{1,14}(?=[□☐☑■✔✓]|$)")
_WANTED: Final = re.compile(
    r"届いて(?:い|お)?(?:りま|ま)?せん|届いていない|届きません|届かない|届いてない|来ていません|"
    r"来ません|来ない|"
    r"再送|再度|もう一度|忘れ|紛失|教え|送って|お送りください|お送り下さい|お送りいただ|わから|"
    r"分から|不明|"
    r"できません|できない|できず|見つから|見当たら|削除|消して|なくし|無くし|ください|下さい|"
    r"いただけ|頂け|いつ(?!も)|\?"
)
_DECIDED: Final = re.compile(r"ます$|たく$|希望$|を申|ただ$")
_POLITE: Final = re.compile(
    r"感謝|御礼|お礼|"
    r"よろしくお願い|宜しくお願い|ありがとう|有難う|有り難う|かしこまりました|了解"
)
_LONG: Final = 400
"""Folded characters; a longer mail is never only polite."""
_BODIES: Final = r"(?:社協|協議会|役所|役場|市|町|村|区|課|係|室|法人|センター|事務所|組合|会)"
_MANNERS: Final = re.compile(
    r"お世話に|お手数|感謝|御礼|お礼|恐縮|(?:支払|手続|振込|準備|対応)[^。]{0,8}(?:いた|致し|進め|行い|させていただき|し)ます|ありがとう|"
    r"有難う|有り難う|よろしく|宜しく|お願い(?:いた|致|申)|承知|了解|"
    r"かしこまり|失礼|恐れ入り|"
    r"お忙しい|早速|引き続き|楽しみに|お待ち|(?:まで|中|うち|後日|週|明日|曜日?|[0-9]日)に?(?:は|に)?(?:振り?込|"
    r"入金|支払)|"
    r"確認(?:いた|致|し|でき)|受け取り|受領|受信|届きました|thankyou|拝(?:受|見)|(?:参加|出席)(?:いた|"
    r"致|させて)|"
    rf"^.{{0,16}}{_BODIES}.{{0,12}}(?:です|でございます|と申します|より)?[。!]?$|"
    r"^[一-龥々ぁ-んァ-ヶー]{1,8}(?:です|より|様|さま)?[。、!]?$|iphone|から送信|を使って送信|sentfrom|outlookfor|"
    r"〒|tel[:0-9]|fax|e-?mail|@|[0-9]{2,4}-[0-9]{2,4}-[0-9]{3,4}|^[^ぁ-ん]{1,60}$|"
    r"(?:不明|質問).{0,10}(?:ましたら|あれば)"
)
"""What is said out of politeness, and what stands in a signature."""
_MORE: Final = re.compile(
    r"なお|ただし|しかし|今後の|これからの|宛て?に|ですが|ますが|欠席|変更|教え|いつ(?!も)|[?]|ほしい|欲しい|不可|中止|無理|"
    r"でき(?:な|ませ|ず)|控え|"
    r"やめ|止め|変わ|変え|異動|後任|間違|誤|届(?:いて(?:い|お)?(?:りま)?せん|いてな|かな|きませ)|"
    r"まだ|追加|キャンセ|辞退|取り?消|削除|直し|"
    r"都合|http|添付|別途|急[遽用]|至急"
)
_SOFTENED: Final = re.compile(
    r"(?:(?:お忙しい|ご多忙)(?:の)?(?:ところ|中|折)?(?:を)?)?(?:(?:大変|誠に|まことに)?"
    r"(?:恐れ入り|お手数をお?(?:かけ|掛け)(?:いた|致)?し|恐縮(?:で|でござい)|申し訳(?:あり|ござい)ませ(?=ん))"
    r"(?:ます|す|ん)が、?)|"
    r"(?:キャンセル|取り?消し?|辞退|変更|訂正|修正)の?(?:件|手続き?|処理|ご?連絡)"
    r"(?=[^。]{0,24}(?:ありがとう|有難う|有り難う|承知|了解))"
)
"""What softens a sentence and says nothing of it."""
_THINGS: Final = frozenset(
    {"withdraw", "replace", "change", "access", "paid", "invoice", "receipt"}
)
"""Wishes that are about something; a question beside one of them in its sentence is that wish."""

_PLAIN: Final = frozenset({"application", "thanks", *SIGNS})
"""What no sentence excuses."""

_EXCUSED: Final[Mapping[str, Callable[[str], bool]]] = {
    "withdraw": excuses.withdraws,
    "withdraw_confirmed": excuses.confirms,
    "replace": excuses.replaces,
    "change": excuses.changes,
    "access": excuses.asks_access,
    "paid": excuses.paid,
    "invoice": excuses.wants_invoice,
    "receipt": excuses.wants_receipt,
    "question": excuses.asks,
}
"""What tells whether a phrase is meant in its sentence."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Names of the rules' lists of which a phrase was meant."""

    named: frozenset[str]
    confirmed: bool
    """Whether the words stand there that our letters ask for before a withdrawal."""
    decided: bool
    """Whether it says 'I apply', and does not only speak of applications."""
    polite: bool
    """Whether it is manners, and nothing else."""
    told: Mapping[str, tuple[str, ...]]
    """For each wish the sentences that say it, folded."""
    words: Mapping[str, str]
    """For each wish the phrase of the rules that was found first."""
    signs: frozenset[str] = frozenset()
    """Names of the lists in `signs` of which a word stands in it."""
    titled: frozenset[str] = frozenset()
    """Those that the subject says itself."""

    def __contains__(self, name: object) -> bool:
        return name in self.named


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The rules' phrases as one pattern."""

    pattern: re.Pattern[str]
    """Finds at each place the longest phrase that begins there."""
    lists: dict[str, frozenset[str]]
    """For each phrase the lists of all phrases that it begins with."""
    decided: frozenset[str]
    """Phrases of `application` that say 'I apply'."""


@once_for
def _phrases(rules: Rules) -> _Phrases:
    pairs = {
        ("".join(sentences(phrase)), name)
        for name in _LISTS
        for written in getattr(rules.intake.words, name)
        for phrase in spelt_out(written)
    }
    pairs |= {(word, name) for name, words in SIGNS.items() for word in words}
    own: dict[str, set[str]] = {}
    for word, name in pairs:
        own.setdefault(word, set()).add(name)
    words = set(own)
    lists = {
        w: frozenset(n for end in range(1, len(w) + 1) for n in own.get(w[:end], ())) for w in words
    }
    return _Phrases(
        # One pattern with a branch for each letter: all phrases in one pass over the text.
        pattern=re.compile(_branches(words)),
        lists=lists,
        decided=frozenset(w for w, n in pairs if n == "application" and _DECIDED.search(w)),
    )


def spelt_out(phrase: str) -> list[str]:
    """Every phrase that one with choices stands for: {振込|入金}{を|}しました are four."""
    choice = _CHOICE.search(phrase)
    if choice is None:
        return [phrase]
    before, behind = phrase[: choice.start()], spelt_out(phrase[choice.end() :])
    return [before + one + rest for one in choice[1].split("|") for rest in behind]


def _branches(words: set[str]) -> str:
    """A pattern for the longest of these words, factored by their first letters."""
    heads = sorted({word[0] for word in words if word})
    tails = ({word[1:] for word in words if word.startswith(head)} for head in heads)
    branches = [re.escape(head) + _branches(tail) for head, tail in zip(heads, tails, strict=True)]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + ("?" if "" in words else "")


def wishes(text: str, rules: Rules, subject: str = "") -> Wishes:
    """What this text asks for. `subject`: the sender's own words above it, "" for anybody's."""
    phrases = _phrases(rules)
    body, above = _Heard(phrases), _Heard(phrases)
    if not body.hear_plain(text[:_TEXT_LIMIT]):
        body.hear(sentences(text[:_TEXT_LIMIT]))
    if subject and not above.hear_plain(subject):
        above.hear(sentences(subject))
    named = frozenset(_named(body, above))
    told = {n: tuple(body.meant.get(n, ()) or above.meant.get(n, ())) for n in named}
    return Wishes(
        named=named,
        confirmed="withdraw_confirmed" in named,
        decided=body.decided or (above.decided and "question" not in body.meant),
        polite=_is_polite(body),
        told=told,
        words={name: body.words.get(name) or above.words[name] for name in named},
        signs=frozenset(body.signs | above.signs),
        titled=frozenset(n for n in named if n in above.words and above.words[n] not in _OF_BOTH),
    )


def _named(body: _Heard, above: _Heard) -> set[str]:
    """The wishes of a text and the subject above it, weighed against each other."""
    named = set(body.meant)
    named |= {
        name
        for name in above.meant
        if name not in body.spoken and (name not in _VAGUE or not named & _THINGS)
    }
    if "access" in named and not any(map(_wants, (*above.heard, *body.heard))):
        named.discard("access")  # it is spoken of, or has arrived
    if "replace" in named:
        named.discard("withdraw")  # one leaves because the other comes
    told = body.meant.get("change", ())
    if told and named & {"invoice", "receipt"} and all(map(excuses.of_a_paper, told)):
        named.discard("change")  # another paper is wanted
    asked = body.meant.get("question", ())
    if asked and named & _THINGS and all(map(excuses.requests, asked)):
        named.discard("question")  # it asks for what another sentence has named
    return named


def _wants(sentence: str) -> bool:
    return _WANTED.search(sentence) is not None and not excuses.closes(sentence)


def _is_polite(body: _Heard) -> bool:
    """Whether the text is manners sentence by sentence, and nothing else."""
    whole = "".join(body.heard)
    if len(whole) > _LONG or (_POLITE.search(whole) is None and "thanks" not in body.meant):
        return False
    said = body.heard if body.apart else sentences("\n".join(body.heard))
    said = [s for s in said if not s.startswith("※")]  # what a gateway has added
    own = takewhile(lambda s: not is_rule(s), dropwhile(is_rule, said))
    said = [s for s in own if ":" not in s]
    plain = (_SOFTENED.sub("", one) for one in said)
    return all(not one or (_MANNERS.search(one) and not _MORE.search(one)) for one in plain)


_OF_BOTH: Final = frozenset({"インボイス", "適格請求書"})
"""Words for a paper that may be either."""
_VAGUE: Final = frozenset({"change", "question", "thanks"})
"""What a subject says of many mails that want something more exact."""


class _Heard:
    """The phrases of some sentences, meant or only spoken of."""

    def __init__(self, phrases: _Phrases) -> None:
        self._phrases = phrases
        self.heard: list[str] = []
        self.meant: dict[str, list[str]] = {}
        self.words: dict[str, str] = {}
        self.spoken: set[str] = set()
        """Lists of which any phrase stands there, meant or not."""
        self.signs: set[str] = set()
        self.decided = False
        self.apart = False
        """Whether `heard` are sentences, and not folded lines."""

    def hear_plain(self, text: str) -> bool:
        """Look for phrases without taking sentences apart; False where that must be done.

        Most applications say only that they are some: no sentence can excuse that.
        """
        lines = ["".join(line.split()) for line in narrowed(text).lower().split("\n")]
        words = self._found("".join(lines))
        names = {name for word in words for name in self._phrases.lists[word]}
        if not names <= _PLAIN:
            return False
        self.heard = lines
        self.signs = names & SIGNS.keys()
        self.spoken = names - self.signs
        self._mean(self.spoken, words, "")
        return True

    def hear(self, said: Iterable[str]) -> None:
        """Look for phrases in these sentences."""
        self.apart = True
        for sentence in said:
            self.heard.append(sentence)
            self._hear(sentence)

    def _hear(self, sentence: str) -> None:
        searched = sentence
        if "キャンセル" in searched or "消" in searched:
            searched = _NO_WITHDRAWAL.sub("", searched)
        if "□" in searched or "☐" in searched:
            searched = _UNTICKED.sub("", searched)
        words = self._found(searched)
        if not words:
            return
        names = {name for word in words for name in self._phrases.lists[word]}
        self.signs |= names & SIGNS.keys()
        names -= SIGNS.keys()
        self.spoken |= names
        meant = {n for n in names if n not in _EXCUSED or _EXCUSED[n](searched)}
        if meant & _THINGS:
            meant.discard("question")
        self._mean(meant, words, searched)

    def _mean(self, meant: set[str], words: dict[str, None], sentence: str) -> None:
        lists = self._phrases.lists
        for name in meant:
            self.meant.setdefault(name, []).append(sentence)
            self.words.setdefault(name, next(word for word in words if name in lists[word]))
        if "application" in meant and "question" not in meant:
            self.decided = self.decided or not self._phrases.decided.isdisjoint(words)

    def _found(self, searched: str) -> dict[str, None]:
        """The phrases in a sentence, in their order."""
        pattern = self._phrases.pattern
        words: dict[str, None] = {}
        longest = pattern.search(searched)
        while longest is not None:
            words[longest.group()] = None
            longest = pattern.search(searched, longest.start() + 1)
        return words
