from pathlib import Path

from pipeline.console.states import page
from pipeline.domain.application import State
from pipeline.domain.decide import TRANSITIONS


def test_the_page_names_every_state_and_every_handled_event() -> None:
    text = page()

    assert all(f"`{state}`" in text for state in State)
    assert all(f"(`{kind.__name__}`)" in text for row in TRANSITIONS.values() for kind in row)


def test_the_page_in_the_docs_is_the_present_table() -> None:
    """`python main.py rules states > docs/states.md` writes it anew."""
    docs = Path(__file__).parents[2] / "docs" / "states.md"

    assert docs.read_text(encoding="utf-8") == page()


def test_every_handler_tells_in_its_first_line_what_it_does() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| ") and "(`" in line]

    assert rows
    assert all(row.endswith(". |") for row in rows)
