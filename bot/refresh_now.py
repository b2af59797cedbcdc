"""`persona-bot refresh`: what a refresh would do and cost, or the refresh itself, with progress."""

from rich.console import Console
from rich.table import Table

from bot.importing import progress_bars
from bot.settings import Settings
from bot.wiring import Services, open_services
from persona.batches import PRICE_SHARE
from persona.errors import ContactNotFoundError, DoNotProfileError, ModelBudgetError
from persona.preferences import Calls
from persona.refreshing import Outcome, Plan
from persona.writers.prices import cost_usd
from storage.refreshing import UsualTokens, usual_tokens
from storage.workspaces import load_preferences

_AT_MOST = UsualTokens(2_000, 650)


async def refresh_now(settings: Settings, *, name: str | None, dry_run: bool, console: Console) -> None:
    """Refreshes every persona that is due, or the one of `name`; raises as the engine's `resolve`."""
    async with open_services(settings) as services, services.queue.open_async():
        workspace_id = await services.default_workspace()
        plan = await services.refreshing.plan(workspace_id)
        if name is not None:
            contact = await services.engine(workspace_id).resolve(name)
            plan = _only(plan, contact.key)
        async with services.database.workspace(workspace_id) as connection:
            usual, chosen = (
                await usual_tokens(connection, workspace_id),
                await load_preferences(connection, workspace_id),
            )
        _print_plan(plan, console)
        model = services.settings.openai_model if services.model_writer is not None else None
        price = _price(len(plan.contacts), usual if usual.sent else _AT_MOST, model, chosen.refresh_calls)
        console.print(price, highlight=False)
        if not dry_run:
            await _refresh(services, workspace_id, plan, console)


def _only(plan: Plan, contact_key: int) -> Plan:
    due = {why: tuple(key for key in keys if key == contact_key) for why, keys in plan.due.items()}
    return Plan({why: keys for why, keys in due.items() if keys}, unchanged=0 if any(due.values()) else 1)


async def _refresh(services: Services, workspace_id: int, plan: Plan, console: Console) -> None:
    """One contact after the other; what is killed goes on with who is left when it is run again."""
    ended = dict.fromkeys(Outcome, 0)
    stopped = ""
    with progress_bars(console) as bars:
        for done, key in enumerate(plan.contacts):
            try:
                refreshed = await services.refreshing.refresh(workspace_id, key)
                ended[refreshed.outcome] += 1
                if refreshed.outcome is Outcome.WRITTEN and services.settings.slack_signing_secret is not None:
                    await services.surfaces.redrawing.renew(workspace_id, key)
            except (ContactNotFoundError, DoNotProfileError):
                continue
            except ModelBudgetError as error:
                stopped = f"{error.user_message} {len(plan.contacts) - done} are left."
                break
            bars.show("refreshing personas", done + 1, len(plan.contacts))
    console.print(", ".join(f"{count:,} {outcome.value}" for outcome, count in ended.items()), highlight=False)
    if stopped:
        console.print(stopped, highlight=False)


def _print_plan(plan: Plan, console: Console) -> None:
    table = Table(title="Personas to look at", box=None, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("why")
    table.add_column("contacts", justify="right")
    for why, keys in plan.due.items():
        table.add_row(why.value, f"{len(keys):,}")
    table.add_row("nothing changed: no model is asked", f"{plan.unchanged:,}")
    console.print(table)


def _price(contacts: int, usual: UsualTokens, model: str | None, calls: Calls) -> str:
    """What writing so many would take, and cost both ways where the model's price is known."""
    if model is None:
        return "Rules write them: no tokens, $0.00."
    sent, answered = round(contacts * usual.sent), round(contacts * usual.answered)
    took = f"A model would take at most {sent + answered:,} tokens"
    usd = cost_usd(model, input_tokens=sent, output_tokens=answered)
    if usd == 0:
        return f"{took}."
    month = "in batches" if calls is Calls.BATCH else "one by one"
    return (
        f"{took}: ${usd:,.4f} one by one, as this command does it, or ${usd * PRICE_SHARE:,.4f} in batches "
        f"within a day. The month's refresh asks {month} (settings refresh_calls)."
    )
