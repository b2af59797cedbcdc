"""Runs a CRM folder through the product as `persona-bot evaluate` does, and keeps the briefs the writer was given."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from rich.console import Console

from bot.evaluating import ask_everyone, evaluate_folder, throwaway_services
from bot.importing import import_with_progress
from bot.settings import Settings
from persona.model import Brief, Draft
from persona.ports import Embedder
from persona.writers.rules_writer import RulesWriter
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble

QUIET = Console(quiet=True)
Document = dict[str, Any]


class Recorder:
    """The rules writer, keeping what it was given and how long it took."""

    name = RulesWriter.name

    def __init__(self, embedder: Embedder) -> None:
        self._rules = RulesWriter(embedder)
        self.briefs: list[Brief] = []
        self.seconds: list[float] = []

    async def write(self, brief: Brief) -> Draft:
        started = time.perf_counter()
        draft = await self._rules.write(brief)
        self.seconds.append(time.perf_counter() - started)
        self.briefs.append(brief)
        return draft


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a folder: the documents, the briefs by contact, and the seconds the rules took for each."""

    documents: list[Document]
    briefs: dict[str, Brief]
    seconds: list[float]


def read_truth(folder: Path) -> Document:
    """The folder's truth.json."""
    truth: Document = json.loads((folder / "truth.json").read_text("utf-8"))
    return truth


def offline_settings(**more: object) -> Settings:
    """Settings without a model and without the machine's own database."""
    known = {"database_url": None, "openai_api_key": None, "openai_base_url": None}
    return Settings.model_validate({**known, **more})


def run_rules(folder: Path, *, change: Callable[[Path], Path] | None = None) -> Run:
    """The folder, or what `change` makes of it, written by rules as of the truth's now."""

    async def run() -> Run:
        as_of = datetime.fromisoformat(read_truth(folder)["now"])
        async with throwaway_services(offline_settings()) as services:
            recorder = Recorder(services.embedder)
            services.rules = recorder
            await import_with_progress(services, change(folder) if change else folder, source="eval", console=QUIET)
            documents = await ask_everyone(services, writer=recorder.name, as_of=as_of, console=QUIET)
        briefs = {brief.contact.contact_id: brief for brief in recorder.briefs}
        return Run(sorted(documents, key=lambda d: d["contact_id"]), briefs, recorder.seconds)

    return asyncio.run(run())


def run_double(folder: Path) -> list[Document]:
    """The folder written by the scripted model of tests/doubles over HTTP: honest quotes, no understanding."""

    async def run() -> list[Document]:
        async with OpenAIDouble().serve() as double:
            settings = offline_settings(openai_api_key=SecretStr(GOOD_KEY), openai_base_url=double.url)
            return await evaluate_folder(settings, folder, writer="openai", as_of=None, console=QUIET)

    return asyncio.run(run())


def run_model(folder: Path) -> list[Document] | None:
    """The folder written by the model OPENAI_API_KEY or OPENAI_BASE_URL name; None when neither is set."""
    if not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
        return None
    return asyncio.run(evaluate_folder(Settings(), folder, writer="openai", as_of=None, console=QUIET))
