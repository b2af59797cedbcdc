"""`ask` on the command line: a contact's profile in the terminal, as JSON or as a page."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from blocks.page import render_page
from blocks.terminal import render_terminal
from bot.settings import Settings
from bot.wiring import Services, open_services
from persona.drafting import NO_MODEL
from persona.errors import SettingsError, clipped
from persona.export import export_profile
from persona.model import Method, Profile

# Where on earth the new day begins first, ahead of UTC.
_EARLIEST_DAY: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask about, and how; None leaves the choice to the engine."""

    name: str
    method: Method | None = None
    writer: str | None = None
    as_of: datetime | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """Where the profile also goes as a file; None writes none."""

    html: Path | None = None
    pdf: Path | None = None


async def ask(settings: Settings, question: Question, *, console: Console, as_json: bool, files: Files) -> None:
    """Prints the profile asked for. Raises SettingsError and what the engine raises."""
    if not question.name.strip():
        raise SettingsError("Name a contact: a name, an email address, or a name and company.")
    async with open_services(settings) as services:
        with _spinner(waits_for(settings, question), shown=not as_json or sys.stdout.isatty()):
            profile = await find_profile(services, question)
    now = datetime.now(UTC)
    show_profile(profile, now=question.as_of or now, console=console, as_json=as_json, files=files)
    note = about_the_time(profile, as_of=question.as_of, now=now)
    if note:
        Console(stderr=True).print(escape(note), style="yellow", highlight=False)


async def find_profile(services: Services, question: Question) -> Profile:
    """The profile of the contact meant, stored or written now; raises what the engine raises.

    One that rules wrote because a model failed before is tried again: whoever asks here may just have mended the key.
    """
    engine = services.engine(await services.default_workspace())
    contact = await engine.resolve(question.name)
    ask = partial(engine.ask, contact.key, method=question.method, writer=question.writer, as_of=question.as_of)
    started = datetime.now(UTC)
    profile = await ask(fresh=question.fresh)
    persona = profile.persona
    if persona is None or persona.written_at >= started or question.as_of is not None:
        return profile
    failed = persona.written_by.fallback
    mended = bool(failed) and (services.model_writer is not None or failed != NO_MODEL)
    return await ask(fresh=True) if mended else profile


def about_the_time(profile: Profile, *, as_of: datetime | None, now: datetime) -> str | None:
    """What to know of a look at another time: that it lies ahead, or that nothing was known then."""
    if as_of is None:
        return None
    day = f"{as_of:%Y-%m-%d}"
    if as_of.date() > (now + _EARLIEST_DAY).date():
        return f"{day} is in the future: the card counts on from what is known today."
    if profile.insights.metrics["total_interactions"].n == 0:
        return f"By {day} the CRM holds nothing about {clipped(profile.contact.name)}. Try a later date."
    return None


def parse_as_of(text: str | None) -> datetime | None:
    """A date as its last moment in UTC, or an ISO time with an offset; raises SettingsError on anything else."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= len("2026-11-20"):
            return datetime.combine(moment.date(), time.max, tzinfo=UTC)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SettingsError(
            f"--as-of takes a date such as 2026-11-20, or a time such as 2026-11-20T12:00Z, not “{clipped(text)}”."
        ) from error


def show_profile(profile: Profile, *, now: datetime, console: Console, as_json: bool, files: Files) -> None:
    """Prints the profile as a card or as JSON; writes the files that are asked for, or raises SettingsError."""
    if files.html is not None:
        write_file(files.html, render_page(profile, now=now).encode())
    if files.pdf is not None:
        from blocks.pdf import render_pdf  # its fonts take a second to load, which no card must wait for

        write_file(files.pdf, render_pdf(profile, now=now))
    if as_json:
        sys.stdout.write(json.dumps(export_profile(profile), ensure_ascii=False, indent=2) + "\n")
    else:
        console.print(render_terminal(profile, now=now))
    for what, file in (("page", files.html), ("PDF", files.pdf)):
        if file is not None:
            Console(stderr=True).print(f"The {what} is in {escape(str(file))}", highlight=False)


def write_file(file: Path, content: bytes) -> None:
    """Writes it; raises SettingsError when that can't be done."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{file} can't be written: {error.strerror}.") from error


def waits_for(settings: Settings, question: Question) -> str:
    """What is waited for, in words that leave room for the seconds on a narrow terminal."""
    if question.writer == "rules" or not settings.has_model:
        return "Writing by rules"
    return f"{settings.openai_model[:24]} writes; rules after {settings.openai_timeout_s:g} s"


@contextmanager
def _spinner(words: str, *, shown: bool) -> Iterator[None]:
    """Turns on stderr, with the seconds gone, while the block runs and somebody watches."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not (shown and console.is_terminal)) as progress:
        progress.add_task(words, total=None)
        yield
