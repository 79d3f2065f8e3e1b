"""Every step at which the daemon can be killed, by name.

Law of this file: the production code knows nothing of it.  A step that writes is a caller of
`Database.write`; it is named here, and `test_points` fails for a caller that is not.  Each of them
has three points at which the daemon dies: before BEGIN, before COMMIT and after COMMIT; and those
of its loops have two at which it loses its store instead.  The steps that the world sees (a mail
fetched or moved, a command or a final dot written, a bank's file moved) are named one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AROUND: Final = ("begin", "commit", "committed")
"""Before BEGIN, before COMMIT, after COMMIT."""

WRITERS: Final[Mapping[tuple[str, str], str]] = {
    ("pipeline.store.database", "migrate"): "start.tables",
    ("pipeline.console.opening", "start_clock"): "start.clock",
    ("pipeline.store.inbox", "after_unclean_end"): "start.suspects",
    ("pipeline.daemon.loops", "_heartbeat"): "beat",
    ("pipeline.daemon.loops", "_recover"): "recover",
    ("pipeline.workers.receive", "_polled"): "receive.poll",
    ("pipeline.workers.receive", "_take"): "receive.keep",
    ("pipeline.workers.receive", "keep"): "listen.keep",
    ("pipeline.store.inbox", "_hold"): "process.suspect",
    ("pipeline.store.inbox", "failed"): "process.failed",
    ("pipeline.workers.process", "_decide_batch"): "process.decide",
    ("pipeline.workers.remind", "_run"): "remind.decide",
    ("pipeline.workers.statements", "writing"): "bank.import",
    ("pipeline.workers.bank_folder", "_refuse"): "bank.refuse",
    ("pipeline.store.outbox", "claim"): "send.claim",
    ("pipeline.store.outbox", "let_go"): "send.let_go",
    ("pipeline.store.outbox", "mark_at_dot"): "send.mark",
    ("pipeline.store.turns", "take"): "send.turn",
    ("pipeline.store.turns", "take_now"): "send.turn_ahead",
    ("pipeline.workers.send", "_settle"): "send.settle",
    ("pipeline.workers.send", "_settle_refused"): "send.refused",
    ("pipeline.store.inbox", "ended_cleanly"): "end.clean",
    ("pipeline.console.opening", "freeze_clock"): "end.clock",
}
"""Module and function of each caller of `Database.write` that a daemon has, and its name."""

STORE_FAILS: Final = ("lost", "unsaid")
"""The link to the store is lost before COMMIT; after it, and before its answer has come."""

GO_ON: Final = frozenset(WRITERS.values()) - {
    "start.tables",
    "start.clock",
    "start.suspects",
    "end.clean",
    "end.clock",
}
"""Steps of the daemon's loops: where the store fails they are tried again, and nobody dies."""

NOT_THE_DAEMON_S: Final[Mapping[tuple[str, str], str]] = {
    ("pipeline.workers.act", "postpone_access"): "an operator's verb",
    ("pipeline.workers.act", "rotate_access"): "an operator's verb",
    ("pipeline.workers.act", "stop_sending"): "an operator's verb",
    ("pipeline.workers.act", "resume_sending"): "an operator's verb",
    ("pipeline.workers.reconcile", "covered"): "an operator's verb",
    ("pipeline.workers.reconcile", "_once"): "an operator's verb",
    ("pipeline.store.forgetting", "forgettable"): "an operator's verb",
    ("pipeline.store.forgetting", "forget"): "an operator's verb",
    ("pipeline.store.backup", "_copy"): "into a database that nobody uses yet",
    ("pipeline.store.backup", "restore"): "into a database that nobody uses yet",
}
"""Callers that no daemon reaches; a verb that dies is one transaction, and is typed again."""

STEPS: Final = (
    "receive.fetched",
    "receive.move",
    "receive.moved",
    "process.read",
    "process.child",
    "bank.move",
    "bank.moved",
    "bank.reason",
    "send.connect",
    "send.mail",
    "send.rcpt",
    "send.data",
    "send.half",
    "send.dot",
    "send.dotted",
    "send.answered",
    "send.secret_half",
    "send.secret_dot",
    "send.secret_dotted",
    "send.secret_answered",
)
"""What the world sees.  A verb names the moment before, a participle the moment after; `half` is
in the middle of a letter's text, `dotted` after its final dot and before the answer is read.
`secret_` are the steps of letters whose mark is committed before the dot: those with the secret,
and a harmless one at its second try.
`process.child` kills the process that reads, and not the daemon."""


def all_points() -> tuple[str, ...]:
    """All of them, in the order of a mail's way."""
    written = [f"{name}.{when}" for name in WRITERS.values() for when in AROUND]
    doubted = [f"{name}.{how}" for name in sorted(GO_ON) for how in STORE_FAILS]
    return (*written, *STEPS, *doubted)


def is_death(point: str) -> bool:
    """Whether a daemon ends there; else its store fails, or a child of it ends, and it goes on."""
    return point != "process.child" and point.rpartition(".")[2] not in STORE_FAILS
