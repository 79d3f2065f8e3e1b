"""What the log writes, and what it never writes."""

from __future__ import annotations

import io
import json
import logging
import stat
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from pipeline import log
from pipeline.clock import TOKYO, HandClock
from pipeline.log import redaction
from pipeline.log.file import LOOK_EVERY
from pipeline.log.reading import _Tail

MORNING = datetime(2026, 2, 2, 9, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(redaction, "_forms", ())
    yield
    log.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(MORNING)


def written(var: Path) -> list[dict[str, object]]:
    text = (var / "log" / "uketsuke.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def on_terminal(clock: HandClock) -> io.StringIO:
    terminal = io.StringIO()
    log.configure(Path("unused"), clock=clock.now, terminal=terminal, json_file=False)
    return terminal


# ---------------------------------------------------------------- the file


def test_a_unit_of_work_is_one_line_of_json_with_event_time(
    tmp_path: Path, clock: HandClock
) -> None:
    log.configure(tmp_path, clock=clock.now)

    log.unit("decide", reference="572946", cause="mail:1", reason="accepted", note=None)

    assert written(tmp_path) == [
        {
            "at": "2026-02-02T09:00:00+09:00",
            "level": "unit",
            "what": "decide",
            "reference": "572946",
            "cause": "mail:1",
            "reason": "accepted",
        }
    ]


def test_the_units_of_a_batch_are_a_line_each_in_their_order(
    tmp_path: Path, clock: HandClock
) -> None:
    log.configure(tmp_path, clock=clock.now)

    log.units("decide", [{"number": number, "tasks": None} for number in range(3)])
    log.units("decide", [])

    head = {"at": MORNING.isoformat(), "level": "unit", "what": "decide"}
    assert written(tmp_path) == [{**head, "number": number} for number in range(3)]


def test_a_value_may_have_any_name_and_never_replaces_when_and_what(
    tmp_path: Path, clock: HandClock
) -> None:
    log.configure(tmp_path, clock=clock.now)

    log.unit("read", event="r7", what="x", level="alarm", at="never", self="me")

    (entry,) = written(tmp_path)
    assert (entry["event"], entry["self"]) == ("r7", "me")
    assert (entry["what"], entry["level"]) == ("read", "unit")
    assert entry["at"] == MORNING.isoformat()


def test_nothing_is_written_before_the_log_is_configured(tmp_path: Path) -> None:
    log.unit("nobody listens")
    log.notice("nobody listens")
    log.alarm("nobody listens")

    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_can_read_the_file(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now)

    mode = (tmp_path / "log" / "uketsuke.jsonl").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_a_long_file_is_rotated_and_no_line_is_lost(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now, max_bytes=20_000, backups=10)

    for number in range(2_000):
        log.unit("decide", number=number)

    assert (tmp_path / "log" / "uketsuke.jsonl.1").exists()
    lines = log.read_log(tmp_path / "log" / "uketsuke.jsonl")
    assert [entry["number"] for entry in lines] == list(range(2_000))


def test_only_so_many_old_files_are_kept(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now, max_bytes=1_000, backups=2)

    for number in range(LOOK_EVERY * 6):
        log.unit("decide", number=number)

    names = {path.name for path in (tmp_path / "log").iterdir()}
    assert names == {f"uketsuke.jsonl{end}" for end in ("", ".1", ".2", ".lock")}


def test_a_log_whose_name_was_taken_away_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"
    file = log.LogFile(path, max_bytes=5_000, backups=2)
    path.unlink()

    file.write('{"at": "x", "what": "y"}')
    file.close()

    assert [entry["what"] for entry in log.read_log(path)] == ["y"]


def test_two_writers_of_one_file_lose_no_line_when_it_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"
    one = log.LogFile(path, max_bytes=5_000, backups=50)
    other = log.LogFile(path, max_bytes=5_000, backups=50)

    for number in range(1_000):
        (one, other)[number % 2].write(f'{{"at": "x", "what": "y", "number": {number}}}')
    one.close()
    other.close()

    numbers = {entry["number"] for entry in log.read_log(path)}
    assert numbers == set(range(1_000))


def test_a_file_that_somebody_else_rotated_meanwhile_is_not_rotated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "uketsuke.jsonl"
    file = log.LogFile(path, max_bytes=10, backups=3)
    path.write_text("a long line of somebody else\n")

    def rotated_while_we_waited(*_: object) -> None:
        path.replace(tmp_path / "uketsuke.jsonl.1")
        path.write_text("a long line in the new file\n")

    monkeypatch.setattr("pipeline.log.file.fcntl.flock", rotated_while_we_waited)
    file.write("ours")
    file.close()

    assert path.read_text() == "a long line in the new file\nours\n"
    assert not (tmp_path / "uketsuke.jsonl.2").exists()


def test_a_full_disk_loses_the_line_and_nothing_else(
    tmp_path: Path, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure(tmp_path, clock=clock.now)
    log._SINKS.file.close()  # type: ignore[union-attr]  # the file is gone for writing

    log.unit("decide", reference="572946")

    assert "the log cannot be written" in capsys.readouterr().err


# ---------------------------------------------------------------- what may stand in a line


@pytest.mark.parametrize(
    "value",
    [b"\xff\x00raw", {1, 2}, {"a": {(1, 2): b"x"}}, ValueError("no"), date(2026, 3, 12), object(),
     "half a character \udce3", float("nan"), [["deep"]]],
)  # fmt: skip
def test_any_value_can_stand_in_a_line(tmp_path: Path, clock: HandClock, value: object) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal)

    log.unit("read", value=value)

    assert "value" in written(tmp_path)[0]
    assert terminal.getvalue().count("\n") == 1


def test_a_value_that_contains_itself_does_no_harm(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now)
    endless: list[object] = []
    endless.append(endless)

    log.unit("read", value={"deep": endless})

    assert len(written(tmp_path)) == 1


def test_a_long_value_is_cut_so_that_no_letter_stands_in_the_log(
    tmp_path: Path, clock: HandClock
) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal)

    log.unit("read", text="あ" * 10_000, raw=b"a" * 10_000)

    assert len(str(written(tmp_path)[0]["text"])) < 600
    assert len(str(written(tmp_path)[0]["raw"])) < 600
    assert len(terminal.getvalue()) < 1_200


def test_what_a_stranger_wrote_makes_one_line_and_moves_no_cursor(clock: HandClock) -> None:
    terminal = on_terminal(clock)

    log.unit("read", sender="a@example.jp\r\n2026 fake line\x1b[2J\u202egnp", reason="x\u2028y")

    line = terminal.getvalue()
    assert line.count("\n") == 1
    assert not set("\r\x1b\u202e\u2028") & set(line)


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "secret", ["Hirakegoma-7", 'quo"te\\back', "ひらけごま", "https://zoom.example.jp/j/99?pwd=x"]
)
def test_a_hidden_secret_stands_in_no_line_whatever_it_is_wrapped_in(
    tmp_path: Path, clock: HandClock, secret: str
) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal)
    log.hide(secret)

    log.unit("send", plain=secret, inside=f"a{secret}b", raw=f"x{secret}".encode())
    log.notice(secret, deep={"list": [{"of": secret}]}, key={secret: 1})
    log.alarm("failed", error=ValueError(secret), trace=f"line 1\n{secret}")
    logging.getLogger("library").error("said %s", secret)

    text = (tmp_path / "log" / "uketsuke.jsonl").read_text(encoding="utf-8") + terminal.getvalue()
    assert secret not in text
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in text
    assert log.HIDDEN in text


def test_a_secret_key_of_bytes_is_hidden_as_it_would_be_shown(
    tmp_path: Path, clock: HandClock
) -> None:
    log.configure(tmp_path, clock=clock.now)
    key = bytes(range(128, 160))
    log.hide(key)

    log.unit("send", key=key, inside=b"<" + key + b">")

    (entry,) = written(tmp_path)
    assert (entry["key"], entry["inside"]) == (log.HIDDEN, f"<{log.HIDDEN}>")


def test_a_secret_inside_another_leaves_no_rest_behind(clock: HandClock) -> None:
    log.hide("swordfish")
    log.hide("swordfish-and-more")
    terminal = on_terminal(clock)

    log.unit("send", value="swordfish-and-more")

    assert f"value={log.HIDDEN}\n" in terminal.getvalue()


def test_cutting_a_long_value_leaves_no_half_of_a_secret(tmp_path: Path, clock: HandClock) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal)
    log.hide("Hirakegoma-9")

    log.unit("read", text="x" * 495 + "Hirakegoma-9" + "x" * 500)

    assert "Hira" not in terminal.getvalue()
    assert "Hira" not in str(written(tmp_path))


def test_a_word_too_short_for_a_secret_does_not_black_out_the_log() -> None:
    log.hide("")
    log.hide("a")

    assert log.redacted("as it was") == "as it was"


def test_a_secret_is_found_before_it_is_shown() -> None:
    log.hide("Hirakegoma-8")

    assert log.hidden("the word is Hirakegoma-8!")
    assert not log.hidden("the word is unknown")


# ---------------------------------------------------------------- the terminal


def test_a_line_reads_date_verb_reference_reason_and_the_rest(clock: HandClock) -> None:
    terminal = on_terminal(clock)

    log.unit("decide", reference="572946", cause="mail:1", reason="accepted")
    log.unit("receive", account="imap", mails=3)
    log.unit("read", reason="a form")

    assert terminal.getvalue().splitlines() == [
        "2026-02-02(月) 09:00  decide    572946  accepted                    cause=mail:1",
        "2026-02-02(月) 09:00  receive                                       account=imap  mails=3",
        "2026-02-02(月) 09:00  read              a form",
    ]


def test_notices_and_alarms_are_marked_and_a_trace_stays_in_the_file(
    tmp_path: Path, clock: HandClock
) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal)

    log.notice("mailbox open", account="imap")
    log.alarm("a mail could not be handled", mail=7, trace="Traceback\n  line 1\n")

    assert terminal.getvalue().splitlines() == [
        "2026-02-02(月) 09:00  notice    mailbox open  account=imap",
        "2026-02-02(月) 09:00  ALARM     a mail could not be handled  mail=7",
    ]
    assert written(tmp_path)[1]["trace"] == "Traceback\n  line 1\n"


def test_the_terminal_can_be_told_to_show_only_what_matters(
    tmp_path: Path, clock: HandClock
) -> None:
    terminal = io.StringIO()
    log.configure(tmp_path, clock=clock.now, terminal=terminal, level="alarm")

    log.unit("decide")
    log.notice("mailbox open")
    log.alarm("stuck")

    assert terminal.getvalue().count("\n") == 1
    assert len(written(tmp_path)) == 3


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_only(clock: HandClock) -> None:
    terminal = Tty()
    log.configure(Path("unused"), clock=clock.now, terminal=terminal, json_file=False)

    log.alarm("stuck", worker="send")

    assert "\x1b[1;31mALARM" in terminal.getvalue()


def test_the_last_line_of_a_terminal_shows_the_date_and_is_written_over(clock: HandClock) -> None:
    terminal = Tty()
    log.configure(Path("unused"), clock=clock.now, terminal=terminal, json_file=False)

    log.progress("12/500")
    assert terminal.getvalue().endswith("\r\x1b[K2026-02-02(月) 09:00  12/500")
    log.notice("day")

    after = terminal.getvalue().rpartition("12/500")[2]
    assert after.startswith("\r\x1b[K")
    assert after.endswith("\n")


def test_where_lines_go_to_a_file_there_is_no_last_line(clock: HandClock) -> None:
    terminal = io.StringIO()
    log.configure(Path("unused"), clock=clock.now, terminal=terminal, json_file=False)

    log.progress("12/500")

    assert terminal.getvalue() == ""


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_closed_window_is_not_written_to_again(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now, terminal=Gone())

    log.unit("decide")
    log.unit("decide")

    assert len(written(tmp_path)) == 2


def test_what_libraries_warn_of_comes_in_as_a_notice(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now)

    logging.getLogger("apscheduler").info("not worth a line")
    logging.getLogger("apscheduler").warning("was late by %d s", 3)
    try:
        list(map(int, "x"))
    except ValueError:
        logging.getLogger("apscheduler").exception("a job raised")

    notice, alarm = written(tmp_path)
    assert (notice["level"], notice["what"]) == ("notice", "was late by 3 s")
    assert (alarm["level"], alarm["source"]) == ("alarm", "apscheduler")
    assert "ValueError: invalid literal" in str(alarm["trace"])


def test_lines_can_be_caught_in_a_test(clock: HandClock) -> None:
    with log.captured(clock.now) as lines:
        log.unit("decide", reference="572946")
    log.unit("decide", reference="000000")

    assert [line["reference"] for line in lines] == ["572946"]


# ---------------------------------------------------------------- reading it back


def test_the_log_is_read_back_by_reference_time_and_level(tmp_path: Path, clock: HandClock) -> None:
    log.configure(tmp_path, clock=clock.now)
    log.unit("decide", reference="572946")
    log.unit("decide", reference="333333")
    clock.set(datetime(2026, 2, 3, 9, 0, tzinfo=TOKYO))
    log.alarm("stuck", reference="572946")
    path = tmp_path / "log" / "uketsuke.jsonl"

    def whats(**wanted: object) -> list[str]:
        return [entry["what"] for entry in log.read_log(path, **wanted)]  # type: ignore[arg-type]

    assert whats(reference="572946") == ["decide", "stuck"]
    assert whats(since=datetime(2026, 2, 3, 0, 0, tzinfo=TOKYO)) == ["stuck"]
    assert whats(level="notice") == ["stuck"]
    assert whats(level="unit") == ["decide", "decide", "stuck"]


def test_a_line_cut_short_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"
    path.write_text('{"at": "x", "what": "whole"}\n[1]\n{}\nno json\n{"at": "x", "wh')

    assert [entry["what"] for entry in log.read_log(path)] == ["whole"]


def test_a_log_that_was_never_written_has_no_lines(tmp_path: Path) -> None:
    assert list(log.read_log(tmp_path / "uketsuke.jsonl")) == []


class Steps:
    """Does the next thing whenever the reader waits, and stops it after the last."""

    def __init__(self, *steps: object) -> None:
        self._steps = list(steps)

    def __call__(self) -> bool:
        if not self._steps:
            return True
        step = self._steps.pop(0)
        assert callable(step)
        step()
        return False


def test_following_shows_new_lines_through_halves_and_rotations(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"

    def add(text: str) -> None:
        with path.open("a") as stream:
            stream.write(text)

    def line(number: int) -> str:
        return f'{{"at": "2026-02-02T09:00:00+09:00", "what": "w", "number": {number}}}\n'

    def rotate() -> None:
        add(line(3))
        path.replace(tmp_path / "uketsuke.jsonl.1")
        add(line(4))

    add(line(0))
    steps = Steps(
        lambda: add(line(1)[:20]),
        lambda: add(line(1)[20:]),
        lambda: add(line(2)),
        rotate,
        lambda: add(line(5)),
    )

    assert [entry["number"] for entry in log.follow(path, wait=steps)] == [1, 2, 3, 4, 5]


def test_following_misses_no_line_written_just_before_the_name_moves_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "uketsuke.jsonl"
    path.write_text("")
    moved_on = _Tail._moved_on

    def after_a_last_line(tail: _Tail) -> bool:
        monkeypatch.setattr(_Tail, "_moved_on", moved_on)
        path.write_text('{"at": "2026-02-02T09:00:00+09:00", "what": "the last one"}\n')
        path.replace(tmp_path / "uketsuke.jsonl.1")
        path.write_text("")
        return moved_on(tail)

    monkeypatch.setattr(_Tail, "_moved_on", after_a_last_line)

    entries = log.follow(path, wait=Steps())

    assert [entry["what"] for entry in entries] == ["the last one"]


def test_following_from_an_instant_begins_with_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"
    path.write_text(
        '{"at": "2026-02-01T09:00:00+09:00", "what": "before"}\n'
        '{"at": "2026-02-02T09:00:00+09:00", "what": "since"}\n'
    )

    entries = log.follow(path, wait=Steps(), since=MORNING)

    assert [entry["what"] for entry in entries] == ["since"]


def test_following_a_log_that_does_not_exist_yet_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "uketsuke.jsonl"
    steps = Steps(
        lambda: None,
        lambda: path.write_text('{"at": "2026-02-02T09:00:00+09:00", "what": "first"}\n'),
    )

    assert [entry["what"] for entry in log.follow(path, wait=steps)] == ["first"]
