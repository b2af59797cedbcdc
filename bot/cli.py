"""The `persona-bot` command. What a command works with is imported when it runs, not for --help."""

from typing import Any

import typer

from bot.commands import administration, crm, personas, running

app = typer.Typer(
    name="persona-bot",
    help="Sales personas from your CRM history, where every claim opens its quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for family in (personas, crm, administration, running):
    app.add_typer(family.commands)


def main(argv: list[str] | None = None) -> Any:
    """The console script."""
    from bot.logs import configure_logs

    configure_logs()
    return app(args=argv)
