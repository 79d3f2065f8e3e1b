"""Questions to a name server: an answer in time, or none."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.transport.dns import TextRecords


@dataclass
class Server:
    """A name server, and a watch that the test turns."""

    records: dict[str, bytes] = field(default_factory=dict)
    silent: bool = False
    asked: list[tuple[str, float]] = field(default_factory=list)
    now: float = 1000.0

    def answer(self, name: str, seconds: float) -> bytes | None:
        self.asked.append((name, seconds))
        if self.silent:
            self.now += seconds
            raise TimeoutError(name)
        return self.records.get(name)

    def records_of(self) -> TextRecords:
        return TextRecords(self.answer, lambda: self.now)


def test_what_was_answered_is_remembered_for_a_while() -> None:
    server = Server({"a.example.jp.": b"v=DKIM1"})
    ask = server.records_of()

    assert ask(b"a.example.jp.") == ask(b"a.example.jp.") == b"v=DKIM1"
    assert ask(b"b.example.jp.") is ask(b"b.example.jp.") is None
    assert len(server.asked) == 2
    server.now += 700
    ask(b"a.example.jp.")
    assert len(server.asked) == 3


def test_a_silent_server_is_left_alone_for_a_minute() -> None:
    server = Server({"a.example.jp.": b"v=DKIM1"}, silent=True)
    ask = server.records_of()

    assert ask(b"a.example.jp.") is None
    assert ask(b"b.example.jp.") is None
    assert len(server.asked) == 1
    server.silent, server.now = False, server.now + 61
    assert ask(b"a.example.jp.") == b"v=DKIM1"


def test_no_question_takes_longer_than_a_mail_may() -> None:
    server = Server()
    server.records_of()(b"a.example.jp.", timeout=30)

    assert server.asked == [("a.example.jp.", 2.0)]


def test_a_name_that_is_none_is_not_asked_for() -> None:
    server = Server()

    assert server.records_of()("名.example.jp.".encode()) is None
    assert server.asked == []
