"""How fast a month of bank lines finds its claims, beside comparing each with every one.

    python -m tests.bench.reconciliation [--lines 10000] [--claims 100000] [--naive 20]

Pure: no file, no database; ledger and lines are made first, from a seed. Nine lines in ten pay as
they should; the rest lack their number, have a letter or a digit wrong, or come from strangers. The
naive script compares the payer of a line with the names of all claims. It states figures and judges
nothing.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random

from rapidfuzz import fuzz

from pipeline.domain import kana
from pipeline.domain.reconciliation import Claim, Ledger, reconcile_all
from pipeline.domain.reference import draw
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.rules import ReferenceScheme
from tests.domain.ledgers import at_the_bank

FEE = 1000
DAY = date(2026, 3, 5)
ALIKE = 90
SCHEME = ReferenceScheme(digits=8, check="damm")


def _words(text: str) -> list[str]:
    return text.split()


_HEADS = _words(
    """
    アオ イシ ウエ オカ カワ キタ クロ コ サカ シマ スギ タカ ツカ ナカ ニシ ノ ハシ
    ヒラ フジ マツ ミナミ モリ ヤマ ヨシ
    """
)
_TAILS = _words(
    """
    イ ウチ オカ カワ キ グチ サワ シタ ジマ タ タニ ツカ ナカ ノ ハシ ハラ ベ マ ムラ
    モト モリ ヤ ヤマ ワキ
    """
)
_GIVEN_HEADS = _words(
    """
    アキ エイ カズ キョウ ケン サチ シゲ ジュン タカ トモ ナオ ノブ ハル ヒデ ヒロ マサ
    ミ ミツ ヤス ユウ ヨシ リョウ
    """
)
_GIVEN_TAILS = _words(
    """
    イチ エ オ カ キ コ サブロウ ジ シ スケ タ タロウ ト ナ ノリ ヒコ ヒロ ミ ヤ ユキ
    ロウ
    """
)
_KINDS = _words(
    """
    シャカイフクシキョウギカイ セイカツキョウドウクミアイ ヤクショ フクシカイ サロン
    """
)


def _person(random: Random) -> str:
    family = random.choice(_HEADS) + random.choice(_TAILS)
    return f"{family} {random.choice(_GIVEN_HEADS)}{random.choice(_GIVEN_TAILS)}"


def claims(count: int, random: Random) -> list[Claim]:
    """Open claims of so many people in some thousand organisations."""
    references: set[str] = set()
    while len(references) < count:
        references.add(draw(SCHEME, random.randrange))
    places = [
        random.choice(_HEADS) + random.choice(_TAILS) + random.choice(_HEADS) for _ in "x" * 2000
    ]
    return [
        Claim(
            reference=reference,
            state="awaiting_payment",
            due=FEE,
            names=((None, _person(random)),),
            organizations=((None, f"{random.choice(places)}シ{random.choice(_KINDS)}"),),
            pay_by=DAY,
        )
        for reference in sorted(references)
    ]


def lines(owed: list[Claim], count: int, random: Random) -> list[Remittance]:
    """A line for each of so many claims."""
    return [
        Remittance(
            flow=Flow.CREDIT, booked_on=DAY, value_date=DAY, amount=FEE, line=line,
            payer=at_the_bank(_payer(claim, random)),
        )
        for line, claim in enumerate(random.sample(owed, count), start=1)
    ]  # fmt: skip


def _payer(claim: Claim, random: Random) -> str:
    name = claim.names[0][1] or ""
    organization = claim.organizations[0][1] or ""
    at, number = random.randrange(len(name)), claim.reference
    misspelt = name[:at] + random.choice("アカサタナ") + name[at + 1 :]
    texts = [
        f"{number} {name}", f"{number} フク){organization}", name, f"フク){organization}",
        f"{number} {misspelt}", misspelt, f"{number[:-2]}{number[:-3:-1]} {name}", _person(random),
    ]  # fmt: skip
    return random.choices(texts, [82, 8, 3, 1, 1, 2, 1, 2])[0]


@contextmanager
def _timed(figures: dict[str, float], name: str) -> Iterator[None]:
    gc.collect()
    started, busy = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_s"] = round(time.perf_counter() - started, 3)
    figures[f"{name}_cpu_s"] = round(time.process_time() - busy, 3)


def naive(some: list[Remittance], owed: list[Claim]) -> int:
    """The script that everybody writes: each line against every claim."""
    found = 0
    for line in some:
        payer = kana.key(line.payer)
        for claim in owed:
            name = kana.key(claim.names[0][1] or "")
            found += claim.reference in line.payer or fuzz.ratio(payer, name) >= ALIKE
    return found


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    """Print the figures as JSON."""
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=10_000)
    options.add_argument("--claims", type=int, default=100_000)
    options.add_argument("--naive", type=int, default=20, help="lines for the naive script")
    given = options.parse_args()
    random = Random(1)
    figures: dict[str, float] = {}
    with _timed(figures, "made"):
        owed = claims(given.claims, random)
        paid = lines(owed, given.lines, random)
    figures["peak_before_mb"] = _peak_mb()
    with _timed(figures, "ledger"):
        ledger = Ledger(owed, SCHEME, FEE)
    with _timed(figures, "reconciled"):
        verdicts = reconcile_all(paid, ledger)
    figures["peak_mb"] = _peak_mb()
    with _timed(figures, "naive_sample"):
        naive(paid[: given.naive], owed)
    per_line = (figures["ledger_cpu_s"] + figures["reconciled_cpu_s"]) / given.lines
    figures["naive_over_this"] = round(figures["naive_sample_cpu_s"] / given.naive / per_line)
    said = {
        "lines": given.lines,
        "claims": given.claims,
        **figures,
        "actions": Counter(verdict.action.value for verdict in verdicts),
    }
    sys.stdout.write(json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main()
