"""The conversation with a mail server over one connection (RFC 5321, RFC 2920).

Law of this file: where the link is lost before the final dot has been handed over, a mail was not
delivered; where it is lost between the dot and the answer, its fate is UNKNOWN and never "try
again".  A guarded mail's dot leaves only after `before_dot` has returned.  Answers are counted:
one that does not fit ends the conversation, for everything after it would be misread.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

from pipeline.transport.pace import Pace
from pipeline.transport.parcel import BeforeDot, Delivery, Fate, Parcel
from pipeline.transport.smtp_link import CLOSING, Broken, Reply, SmtpLink
from pipeline.transport.smtp_wire import Steps, data, steps

_RESET = b"RSET\r\n"
_GO_ON = 354
_NOT_LET_IN = frozenset({530, 534, 535, 538})  # RFC 4954, 6: about us, not about the mail
_YES = 2
_FATES = {_YES: Fate.ACCEPTED, 4: Fate.LATER, 5: Fate.REFUSED}  # by a reply's first digit
_NO = frozenset(_FATES) - {_YES}


class Talk:
    """The conversation over one link: takes parcels from the left of `waiting` as they settle.

    Where the server knows PIPELINING, a mail's three commands are written together, and with the
    end of the mail before it.
    """

    def __init__(
        self,
        link: SmtpLink,
        pace: Pace,
        waiting: deque[Parcel],
        before_dot: BeforeDot,
        stopping: threading.Event,
    ) -> None:
        self._link = link
        self._pace = pace
        self._waiting = waiting
        self._before_dot = before_dot
        self._stopping = stopping
        self._asked: Steps | None = None  # the commands of waiting[0], where they are written
        self._reset = False  # the server stands in a transaction that came to nothing
        self._phase = "mail"
        self._dot_away = False
        self.may_repeat = True  # the dot of waiting[0] is neither away nor prepared
        self.settled = 0

    def deliver(self) -> Iterator[Delivery]:
        """Each fate as it is known; raises `Broken` with the parcel in hand still waiting."""
        while self._waiting and not self._stopping.is_set():
            parcel = self._waiting[0]
            self._phase, self._dot_away, self.may_repeat = "mail", False, True
            commands = self._asked or self._steps(parcel)
            if commands is None:
                yield self._settled(Fate.REFUSED, "rcpt", None, "SMTP cannot carry this address")
                continue
            answer = self._ask(commands)
            if answer is None:
                self._hand_over(parcel)
                answer = self._link.reply(last=True)
            yield self._settled(_fate(answer), self._phase, answer.code, answer.text)
            self._phase, self._dot_away, self.may_repeat = "mail", False, True
            if answer.code == CLOSING:
                raise Broken(answer.text, code=answer.code)

    def broken_off(self, broken: Broken) -> Delivery:
        """What became of the parcel in hand when the link was lost."""
        fate = Fate.UNKNOWN if self._dot_away else Fate.LATER
        return self._settled(fate, self._phase, broken.code, str(broken))

    def _settled(self, fate: Fate, phase: str, code: int | None, text: str) -> Delivery:
        self.settled += 1
        return Delivery(self._waiting.popleft().id, fate, phase, code, text)

    def _steps(self, parcel: Parcel) -> Steps | None:
        size = len(parcel.raw) if self._link.takes_size else None
        return steps(parcel.envelope_sender, parcel.recipient, size)

    def _ask(self, commands: Steps) -> Reply | None:
        """The first refusal; None: the server waits for the mail."""
        together = self._link.pipelining
        if self._asked is None:
            self._pace.wait_for_turn()
            self._link.write(
                (_RESET if self._reset else b"") + (_joined(commands) if together else b"")
            )
        if self._reset:
            self._answer()
        self._asked, self._reset = None, False
        refusal: Reply | None = None
        for phase, command in commands:
            if refusal is None:
                self._phase = phase
            if not together:
                self._link.write(command)
            answer = self._answer()
            if refusal is None and not _agrees(phase, answer):
                refusal = answer
            if refusal is not None and not together:
                break
        if refusal is not None:
            self._leave_transaction(answer)
        return refusal

    def _answer(self) -> Reply:
        answer = self._link.reply()
        if answer.code == CLOSING or answer.code in _NOT_LET_IN:
            raise Broken(answer.text, code=answer.code)
        return answer

    def _leave_transaction(self, last: Reply) -> None:
        """After a refusal: RSET comes with the next mail, unless the server waits for this one."""
        if last.code == _GO_ON:  # RFC 2920, 3.1: it forgot that it had refused
            self._link.write(b".\r\n")
            self._answer()
        self._reset = True

    def _hand_over(self, parcel: Parcel) -> None:
        self._phase = "data"
        body = data(parcel.raw)
        if parcel.guarded:
            self._link.write(body)
            self._hear_objections()
            self.may_repeat = False
            self._before_dot(parcel)
            body = b""
        end = body + b".\r\n"
        try:
            self._link.write(end + self._next_commands())
        except Broken as broken:
            self._after_dot(away=broken.sent >= len(end))
            raise
        self._after_dot(away=True)

    def _after_dot(self, *, away: bool) -> None:
        if away:
            self._phase, self._dot_away, self.may_repeat = "dot", True, False

    def _hear_objections(self) -> None:
        """A server that speaks before the dot has refused or gone; no dot for it then."""
        if not self._link.is_quiet():
            answer = self._link.reply()
            raise Broken(answer.text, code=answer.code)

    def _next_commands(self) -> bytes:
        """The next mail's commands, where they may be written already."""
        if not self._link.pipelining or len(self._waiting) < 2:  # noqa: PLR2004  -- this and next
            return b""
        commands = self._steps(self._waiting[1])
        if commands is None or not self._pace.take_turn_now():
            return b""
        self._asked = commands
        return _joined(commands)


def _joined(commands: Steps) -> bytes:
    return b"".join(command for _, command in commands)


def _agrees(phase: str, answer: Reply) -> bool:
    """Yes or no; raises `Broken` where it is neither, for then we are out of step."""
    if answer.code == _GO_ON if phase == "data" else answer.kind == _YES:
        return True
    if answer.kind not in _NO:
        raise Broken(f"an answer that does not fit: {answer.text}", code=answer.code)
    return False


def _fate(answer: Reply) -> Fate:
    fate = _FATES.get(answer.kind)
    if fate is None:
        raise Broken(f"an answer that does not fit: {answer.text}", code=answer.code)
    return fate
