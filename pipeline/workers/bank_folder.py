"""The folder for the bank's files: what is put into `incoming` is taken in.

Law of this file: a file is moved only after its import is committed, to `done`, or to `refused`
with the reason beside it; a crash between the two leaves it to be imported again, and nothing
counts twice.  A file that is still being written is left alone: names that begin with a dot or end
in .part or .tmp are never looked at, and any other must have been the same at two looks.  Whoever
writes files here gives them such a name first and renames them when they are whole.

Several daemons may share one folder: one of them at a time works on it, under a lock of the kernel
that ends with the process, however that ends.  Where the file system knows no locks, two may
import the same file, which counts once, and whoever finds it gone or changed leaves it alone.
"""

from __future__ import annotations

import fcntl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import log
from pipeline.domain.decision import Task, TaskKind
from pipeline.store import tasks
from pipeline.store.database import StoreError
from pipeline.workers.office import Bank, Office
from pipeline.workers.statements import Refused, import_statement

INCOMING, DONE, REFUSED = "incoming", "done", "refused"
MOST_BYTES = 50_000_000
"""No bank's file of an account is larger."""
_LOCK = ".lock"
"""In the bank's folder itself, where nobody puts files."""
_State = tuple[int, int, int]
_UNFINISHED = (".part", ".tmp", ".crdownload", "~")


def prepare(bank: Bank) -> None:
    """Make the folders where they are missing; only their owner may look into them."""
    for name in (INCOMING, DONE, REFUSED):
        (bank.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def import_next(office: Office) -> bool:
    """Take in the next file that is whole. False when there is none."""
    bank = office.bank
    if bank is None:
        return False
    prepare(bank)
    with _alone_in(bank.folder) as alone:
        path = _next(bank) if alone else None
        if path is None:
            return False
        _take_in(office, bank, path)
    return True


@contextmanager
def _alone_in(folder: Path) -> Iterator[bool]:
    """Be the only daemon that works on this folder; False where another one does at the moment."""
    with (folder / _LOCK).open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            pass  # no locks here: see the law of this file
        yield True


def _next(bank: Bank) -> Path | None:
    """The first file by name that has not changed since the last look."""
    waiting = sorted(
        path
        for path in (bank.folder / INCOMING).iterdir()
        if path.is_file() and not path.name.startswith(".") and not _is_unfinished(path)
    )
    before = dict(bank.seen)
    bank.seen.clear()
    whole = None
    for path in waiting:
        state = _state(path)
        if state is None:
            continue
        bank.seen[path.name] = state
        if whole is None and before.get(path.name) == state:
            whole = path
    return whole


def _state(path: Path) -> _State | None:
    """Which file stands here, and in which condition; None where none does any more."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _is_unfinished(path: Path) -> bool:
    return path.name.lower().endswith(_UNFINISHED)


def _take_in(office: Office, bank: Bank, path: Path) -> None:
    state = bank.seen[path.name]
    try:
        imported = import_statement(
            office, _read(path), name=path.name, who="folder", profiles=bank.profiles
        )
    except Refused as refused:
        _refuse(office, path, state, str(refused))
    except FileNotFoundError:
        return  # somebody else has taken it in
    except StoreError:
        raise  # the store's trouble is no file's fault: it stays and is taken in later
    except Exception as error:  # noqa: BLE001 - the worker's edge: one file must not stop the others
        log.alarm("a statement could not be imported", file=path.name, trace=traceback.format_exc())
        _refuse(office, path, state, f"the program failed: {type(error).__name__}: {error}")
    else:
        new = sum(x.new for x in imported.lines)
        moved = _put_away(path, state, DONE)
        log.unit("folder", file=path.name, status="done", new=new, to=moved and moved.name)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Refused(f"the file has more than {MOST_BYTES} bytes")
    return path.read_bytes()


def _refuse(office: Office, path: Path, state: _State, why: str) -> None:
    """The task first: a crash before the move finds the same file, and the same task."""
    slug = min(office.events)
    detail = f"statement {path.name} refused: {why} (until then: nothing of it counts)"
    with office.database.write(office.events[slug].lock) as connection:
        if all(one.detail != detail for one in tasks.listing(connection, slug)):
            task = Task(TaskKind.MONEY, detail)
            cause = f"file:{path.name}"
            tasks.open_task(connection, slug, task, cause=cause, at=office.clock.now())
    moved = _put_away(path, state, REFUSED)
    if moved is not None:
        moved.with_name(f"{moved.name}.reason.txt").write_text(f"{why}\n", encoding="utf-8")
    log.unit("folder", file=path.name, status="refused", reason=why, to=moved and moved.name)


def _put_away(path: Path, state: _State, name: str) -> Path | None:
    """Move the file that was read; None where another one stands there now, or none."""
    if _state(path) != state:
        return None
    try:
        return _move(path, path.parent.parent / name)
    except FileNotFoundError:
        return None


def _move(path: Path, folder: Path) -> Path:
    """Into the folder, under a name that is free there."""
    target, nth = folder / path.name, 1
    while target.exists():
        nth += 1
        target = folder / f"{path.stem}.{nth}{path.suffix}"
    return path.replace(target)
