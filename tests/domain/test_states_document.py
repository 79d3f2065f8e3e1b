from pathlib import Path

from pipeline.console.states import page

DOCUMENT = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_document_of_states_is_the_table_that_decides() -> None:
    said = "make it anew: python main.py rules states > docs/states.md"

    assert DOCUMENT.read_text(encoding="utf-8") == page(), said
