"""What a workspace has chosen, on the command line: all of it printed, one setting changed, or put back."""

from datetime import UTC, datetime

from rich.console import Console

from bot.choices import DEFAULT, choices, parse_choice, told
from bot.digesting import begin_digests
from bot.reviewing import review_all
from bot.settings import Settings
from bot.wiring import open_services
from storage.workspaces import change_settings, load_preferences


async def show_or_change(settings: Settings, name: str | None, value: str | None, *, console: Console) -> None:
    """Prints what the workspace has chosen, after the change if one is asked for. Raises SettingsError."""
    if name is not None and value is None:
        parse_choice(name, DEFAULT)
    change = parse_choice(name, value) if name is not None and value is not None else {}
    async with open_services(settings) as services:
        workspace = await services.default_workspace()
        async with services.database.workspace(workspace) as connection:
            known = before = await load_preferences(connection, workspace)
            if change:
                known = await change_settings(connection, workspace, change)
                await begin_digests(connection, before, known, now=datetime.now(UTC))
        if known.visibility is not before.visibility:
            await review_all(services.promises, services.database, workspace)
    for one, choice in choices().items():
        if name in {None, one}:
            console.print(f"{one} = {told(known, one)}  ({choice.about})", highlight=False, markup=False)
