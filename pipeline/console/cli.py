"""The operator's command line: which verbs there are.

Law of this file: it names verbs and gathers them; each lives in a `cli_*` module, which shows
(`views`, `life`, `view_*`) or acts (`workers.act`).  Heavy libraries are imported by the verb that
needs them, so that `--help` is quick.
"""

from __future__ import annotations

import typer

from pipeline.console import (
    cli_access,
    cli_application,
    cli_backup,
    cli_inbox,
    cli_inspect,
    cli_log,
    cli_money,
    cli_office,
    cli_outbox,
    cli_privacy,
    cli_rules,
    cli_task,
)
from pipeline.console.root import Root, Watched

app = typer.Typer(
    name="uketsuke",
    help="Uketsuke (受付): registers people for a paid seminar by e-mail.",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command()(cli_rules.check)
app.command()(cli_inspect.inspect)
app.command(cls=Watched)(cli_office.status)
app.add_typer(cli_application.app)
app.add_typer(cli_task.app)
app.add_typer(cli_inbox.app)
app.add_typer(cli_outbox.app)
app.add_typer(cli_money.app)
app.add_typer(cli_access.app)
app.command()(cli_office.remind)
app.command()(cli_log.log)
app.command()(cli_office.journal)
app.command()(cli_office.export)
app.command()(cli_backup.backup)
app.command()(cli_backup.restore)
app.command()(cli_privacy.purge)
app.add_typer(cli_rules.rules_app)
app.add_typer(cli_rules.templates_app)
