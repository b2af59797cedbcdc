"""A whole CRM folder through the engine, in a database of its own that is deleted afterwards.

It never touches the database of DATABASE_URL or PERSONA_HOME: a folder of test data can't mix with a customer's.
"""

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from bot.importing import import_with_progress, progress_bars
from bot.settings import Settings
from bot.wiring import Services, open_services
from persona.errors import ImportFolderError, SettingsError
from persona.export import export_profile
from persona.model import Contact
from storage.contacts import list_contacts, newest_interaction
from storage.embedded import EmbeddedServer

TRUTH: Final = "truth.json"
_STOPPING_S: Final = 20.0
_POLL_S: Final = 0.05

Document = dict[str, Any]


async def evaluate_folder(
    settings: Settings, folder: Path, *, writer: str | None, as_of: datetime | None, console: Console
) -> list[Document]:
    """Every contact of the folder as the JSON of `ask --json`, in the folder's order, as known at `as_of`.

    By default that is `now` of a truth.json in the folder, else the newest interaction. Contacts not to be profiled are
    there with `do_not_profile` and no facets. Raises ImportFolderError, and SettingsError when a model is asked for
    and none is set up.
    """
    if writer not in {None, "rules"} and not settings.has_model:
        raise SettingsError("--writer openai needs a model: set OPENAI_API_KEY or OPENAI_BASE_URL.")
    known = as_of or _truth_now(folder)
    async with throwaway_services(settings) as services:
        await import_with_progress(services, folder, source="evaluate", console=console)
        moment = known or await newest_interaction(services.database, await services.default_workspace())
        return await ask_everyone(services, writer=writer, as_of=moment or datetime.now(UTC), console=console)


@asynccontextmanager
async def throwaway_services(settings: Settings) -> AsyncIterator[Services]:
    """The services over an empty, migrated database in a new folder; both are gone when the block ends."""
    # A socket's path must be short, so the system's own temporary folder.
    home = Path(tempfile.mkdtemp(prefix="pb-evaluate-"))
    try:
        async with open_services(settings.model_copy(update={"database_url": None, "persona_home": home})) as services:
            yield services
    finally:
        await stopped(home)
        shutil.rmtree(home, ignore_errors=True)


async def stopped(home: Path) -> None:
    """Waits until the folder's server, whose last user has left, is stopped by its keeper."""
    try:
        async with asyncio.timeout(_STOPPING_S):
            while EmbeddedServer(home).pid is not None:
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return


async def ask_everyone(services: Services, *, writer: str | None, as_of: datetime, console: Console) -> list[Document]:
    """The documents of all contacts of the default workspace; one at a time, which a small model can take."""
    workspace_id = await services.default_workspace()
    engine, found = services.engine(workspace_id), await list_contacts(services.database, workspace_id)
    documents: list[Document] = []
    with progress_bars(console) as bars:
        for done, contact in enumerate(found, start=1):
            if contact.do_not_profile:
                documents.append(_unprofiled(contact))
            else:
                documents.append(export_profile(await engine.ask(contact.key, writer=writer, as_of=as_of)))
            bars.show("asking contacts", done, len(found))
    return documents


def _unprofiled(contact: Contact) -> Document:
    return {"contact_id": contact.contact_id, "name": contact.name, "do_not_profile": True, "facets": {}}


def _truth_now(folder: Path) -> datetime | None:
    """The `now` of the folder's truth.json, or None when there is none; raises ImportFolderError on a broken one."""
    path = folder / TRUTH
    if not path.is_file():
        return None
    try:
        now = json.loads(path.read_text("utf-8")).get("now")
        moment = datetime.fromisoformat(now) if now else None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ImportFolderError(f"{path} says no readable time under “now”. Mend it, or give --as-of.") from error
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def write_documents(documents: Sequence[Document], out: Path) -> None:
    """Writes the list as JSON, whole or not at all; raises SettingsError."""
    aside = out.with_name(f".{out.name}.unfinished")
    try:
        aside.write_text(json.dumps(documents, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        aside.replace(out)
    except OSError as error:
        raise SettingsError(f"{out} can't be written: {error.strerror}.") from error


def require_writable(out: Path) -> None:
    """Raises SettingsError, before minutes of work, when a file can't be made there."""
    if not out.parent.is_dir():
        raise SettingsError(f"There is no folder {out.parent} to write {out.name} to.")
    if out.is_dir():
        raise SettingsError(f"{out} is a folder; --out takes the name of a file.")


def print_summary(documents: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Who wrote how many, and why it wasn't the model where it should have been."""
    written = [d["written_by"] for d in documents if d.get("written_by")]
    writers = Counter(by["writer"] for by in written)
    by_writer = ", ".join(f"{writer} {n}" for writer, n in writers.most_common()) or "nobody"
    unprofiled = sum(bool(d.get("do_not_profile")) for d in documents)
    claims = sum(len(claims) for d in documents for claims in d["facets"].values())
    console.print(
        f"{len(documents)} contacts, {claims} claims; written by: {by_writer}; not to be profiled: {unprofiled}",
        highlight=False,
    )
    for reason, n in Counter(by["fallback"] for by in written if by["fallback"]).most_common():
        console.print(f"  {n} by rules instead: {escape(reason)}", highlight=False)
