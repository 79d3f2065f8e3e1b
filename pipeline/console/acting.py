"""What an operator's act led to, told in words; a refused one ends with its reason and exit 1.

Law of this file: the history has the act either way; here a person is told what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.console.front import Refusal
from pipeline.console.printing import say
from pipeline.console.words import REASON_TEXT, STATE_TEXT, STATE_WORD
from pipeline.domain.decision import NOTHING_CHANGED, Reason
from pipeline.workers.door import Done


def tell(done: Sequence[Done]) -> None:
    """Say what was decided, first for the application acted on, then what followed.

    Raises `Refusal` when the act changed nothing.
    """
    first, *followed = done
    if first.decision.reason in NOTHING_CHANGED:
        raise Refusal(f"{first.reference}: {_refused(first)}")
    say(f"{first.reference}: {_told(first)}")
    for one in followed:
        say(f"  then {one.reference}: {_told(one)}")


def _refused(done: Done) -> str:
    application, note = done.decision.application, done.decision.note
    text = REASON_TEXT[done.decision.reason]
    if done.decision.reason is Reason.NOT_EXPECTED and application is not None:
        state = application.state
        text = f"it is {STATE_TEXT[state]} ({STATE_WORD[state]}), and that does not fit it: "
        text += "nothing changed"
    return f"{text} ({note})" if note else text


def _told(done: Done) -> str:
    after = done.decision.application
    parts = [REASON_TEXT[done.decision.reason]]
    if after is not None:
        parts.append(f"now {STATE_TEXT[after.state]} ({STATE_WORD[after.state]})")
    if done.letters:
        parts.append(f"letters: {', '.join(done.letters)}")
    parts += [f"task: {task.detail}" for task in done.decision.tasks]
    return "; ".join(parts)
