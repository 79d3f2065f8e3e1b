"""`backup` and `restore`: a copy of all that is remembered, and its way back.

Law of this file: a copy names people, so it is its owner's alone; what is brought back sends
nothing before a person has looked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.console.front import AsJson, Who, Wrong, configured, open_office, who_acts
from pipeline.console.printing import say, say_json

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; nothing may be there.")]
Copy = Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` has written.")]


def backup(path: NewFile, *, json: AsJson = False) -> None:
    """Copy everything that is remembered to one file, while the daemon goes on."""
    with open_office() as here:
        from pipeline.store.backup import back_up

        try:
            copied = back_up(here.office.database, path)
        except FileExistsError as error:
            raise Wrong(f"{path}: is there already, and a copy overwrites nothing") from error
        except OSError as error:
            raise Wrong(f"{path}: {error.strerror}") from error
    if json:
        say_json({"file": str(path), "rows": copied.rows})
    else:
        say(
            f"{path}: {copied.rows} rows; rules, templates and secrets are files: copy them as well"
        )


def restore(path: Copy, *, who: Who = None, json: AsJson = False) -> None:
    """Bring a copy back into an empty store. All sending is stopped until `outbox resume`."""
    from pipeline.console.opening import clock_of
    from pipeline.store.backup import restore as bring_back
    from pipeline.store.database import Database, StoreError

    config, actor = configured(letters=False), who_acts(who)
    database = Database(config.database_url)
    try:
        database.migrate()
        copied = bring_back(path, database, who=actor, now=clock_of(config, database).now())
    except FileNotFoundError as error:
        raise Wrong(f"{path}: there is no such file") from error
    except StoreError as error:
        raise Wrong(f"{path}: {error}") from error
    finally:
        database.close()
    if json:
        say_json({"file": str(path), "rows": copied.rows})
    else:
        say(_AFTERWARDS.format(rows=copied.rows))


_AFTERWARDS = """{rows} rows are back, and nothing leaves.
What happened after the copy was made is unknown here. Before 'outbox resume':
move mails that came since from the processed folder back to the mailbox (they are read again, and
none is answered twice that the copy knows), and look through 'outbox list' for what had left."""
