"""A disk under SQLite that becomes read-only while a program works, as after a fault of its own.

    python -m tests.servers.frozen_disk FLAG run

runs `main.py run` so that SQLite may write nothing while the file FLAG exists.  The kernel then
answers EROFS to whoever has a file open for writing, and opens it for reading only; an operator's
`mount -o remount,ro` would be refused meanwhile.  SQLite calls the system through a table that a
test may change (sqlite3_vfs.xSetSystemCall), so nothing has to be compiled or mounted.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_long
_WRITES = {
    b"write": (ctypes.c_ssize_t, _INT, _POINTER, ctypes.c_size_t),
    b"pwrite": (ctypes.c_ssize_t, _INT, _POINTER, ctypes.c_size_t, _LONG),
    b"pwrite64": (ctypes.c_ssize_t, _INT, _POINTER, ctypes.c_size_t, _LONG),
    b"ftruncate": (_INT, _INT, _LONG),
    b"unlink": (_INT, ctypes.c_char_p),
    b"open": (_INT, ctypes.c_char_p, _INT, _INT),
}


class _Vfs(ctypes.Structure):
    """sqlite3_vfs as sqlite3.h has it."""

    _fields_ = (
        ("iVersion", _INT),
        ("szOsFile", _INT),
        ("mxPathname", _INT),
        ("pNext", _POINTER),
        ("zName", ctypes.c_char_p),
        ("pAppData", _POINTER),
        *((f"method{n}", _POINTER) for n in range(12)),
        ("xCurrentTimeInt64", _POINTER),
        ("xSetSystemCall", _POINTER),
    )


_SET = ctypes.CFUNCTYPE(_INT, ctypes.POINTER(_Vfs), ctypes.c_char_p, _POINTER)
_KEPT: list[Any] = []
"""SQLite calls these for as long as the process lives."""


def install(frozen: Callable[[], bool]) -> None:
    """From now on SQLite can write nothing of this process while `frozen` is true."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None)
    change = _SET(vfs.contents.xSetSystemCall)
    system = ctypes.CDLL(None, use_errno=True)
    for name, signature in _WRITES.items():
        given = ctypes.CFUNCTYPE(*signature, use_errno=True)
        real = getattr(system, name.decode())
        real.restype, real.argtypes = signature[0], signature[1:]
        call = given(_guarded(real, frozen, opens=name == b"open"))
        _KEPT.append(call)
        change(vfs, name, ctypes.cast(call, _POINTER))


def _guarded(
    real: Callable[..., int], frozen: Callable[[], bool], *, opens: bool
) -> Callable[..., int]:
    def call(*words: Any) -> int:
        writes = not opens or words[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and frozen():
            ctypes.set_errno(errno.EROFS)
            return -1
        return real(*words)

    return call


if __name__ == "__main__":
    flag = Path(sys.argv[1])
    install(flag.exists)
    sys.argv = ["main.py", *sys.argv[2:]]
    runpy.run_path("main.py", run_name="__main__")
