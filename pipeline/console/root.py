"""The root of the command line: how a failure ends.

Law of this file: whatever goes wrong for a person ends as one line on stderr and an exit code,
never as a traceback and never as a page of usage.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from pipeline.console.front import Wrong
from pipeline.console.printing import printable

INTERRUPTED = 130
"""The shell's exit code for Ctrl-C: 128 + SIGINT."""
UNKNOWN = 3
"""How things stand could not be found out; Nagios and its kin read 0, 1, 2 and 3 alike."""


def complain(text: str) -> None:
    """One line on stderr."""
    print(f"error: {printable(text)}", file=sys.stderr)  # noqa: T201 - the console's own way out


class Root(TyperGroup):
    """The root command: whatever goes wrong for a person ends here, as one line and a code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - the signature is Typer's
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - the same
        **extra: Any,
    ) -> Any:
        """Run, and leave with the exit code; as a part of another program, return it."""

        def run() -> Any:
            return super(Root, self).main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )

        if not standalone_mode:
            return run()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal that cannot show Japanese shows '?' instead of a traceback.
                stream.reconfigure(errors="replace")
        sys.exit(_ended(run))


class Watched(TyperCommand):
    """A verb whose exit codes 0, 1 and 2 are findings: whatever keeps it from one is `UNKNOWN`."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Read what was typed."""
        return _found(lambda: super(Watched, self).make_context(*args, **extra))

    def invoke(self, ctx: Any) -> Any:
        """Find out, and leave with the finding."""
        return _found(lambda: super(Watched, self).invoke(ctx))


def _found(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except TyperException as wrong:
        wrong.exit_code = UNKNOWN
        raise
    except Exception as error:
        unknown = TyperException(f"{type(error).__name__}: {error}")
        unknown.exit_code = UNKNOWN
        raise unknown from error


def _ended(run: Callable[[], Any]) -> int:
    try:
        code = run()
    except TyperException as wrong:
        return _told(wrong)
    except OSError as error:
        # A folder that cannot be written, a full disk: the operator's to mend, not ours.
        place = f"{error.filename}: " if error.filename else ""
        complain(f"{place}{error.strerror or error}")
        return Wrong.exit_code
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _told(wrong: TyperException) -> int:
    context = getattr(wrong, "ctx", None)
    if type(wrong).__name__ == "NoArgsIsHelpError" and context is not None:
        print(context.get_help())  # noqa: T201 - the console's own way out
        return Wrong.exit_code
    path = f"{context.command_path}: " if context is not None else ""
    complain(path + wrong.format_message())
    return wrong.exit_code
