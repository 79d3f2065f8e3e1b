"""How much of the corpus is read without a person, and that nobody is answered who must not be.

The figures are printed: `pytest tests/mail/reading/test_figures.py -s`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.mail.reading import Reading
from tests.mail.reading.cases import CASES
from tests.mail.reading.compare import FIELDS, rights
from tests.mail.reading.making.expect import Case
from tests.mail.reading.office import shown
from tests.mail.reading.unread import UNREAD

Shown = list[tuple[Case, dict[str, Any]]]
TO_A_PERSON = 0.05
"""At most so many of the readable applications."""
EXACT = 0.98
"""At least so many of the answers in each field."""
FOR_A_PERSON = ("application_needs_review", "needs_human")


def tell(*lines: str) -> None:
    """A figure, for whoever runs with -s."""
    sys.stdout.write("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def corpus(reader: Callable[[bytes], Reading]) -> Shown:
    """Every case with what is shown of it."""
    return [(case, shown(reader(case.raw))) for case in CASES]


def test_few_readable_applications_go_to_a_person(corpus: Shown) -> None:
    readable = [
        (case, got)
        for case, got in corpus
        if case.expected["acceptable_classifications"] == ["application"]
    ]
    seen = [case.name for case, got in readable if got["kind"] in FOR_A_PERSON]
    wrong = [case.name for case, got in readable if got["kind"] != "application"]
    share = len(seen) / len(readable)
    tell(f"\nto a person: {len(seen)} of {len(readable)} readable applications ({share:.1%})")
    tell(f"not taken for a complete application: {len(wrong)}: {', '.join(wrong) or '-'}")

    assert share <= TO_A_PERSON, seen


def test_no_mail_is_answered_that_is_expected_unanswered(corpus: Shown) -> None:
    silent = [(case, got) for case, got in corpus if case.expected.get("reply_expected") is False]
    answered = {case.name for case, got in silent if got["answer"]}
    tell(f"\nanswered: {len(answered)} of {len(silent)} that are never to be answered")

    assert answered <= UNREAD.keys()


def test_each_field_is_read_exactly(corpus: Shown) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case, got in corpus:
        people = case.expected.get("participants", [])
        for number, person in enumerate(people):
            read = got["participants"][number] if len(got["participants"]) == len(people) else {}
            for field in FIELDS:
                if field not in person:
                    continue
                total[field] += 1
                right[field] += field in read and read[field] in rights(person, field, None)
    shares = {field: right[field] / total[field] for field in FIELDS}
    tell("".join(f"\n{field}: {share:.2%}" for field, share in shares.items()))

    assert {field: share for field, share in shares.items() if share < EXACT} == {}
