"""Prompts as files: placeholders are strict, and a short hash names the version."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

DEFAULT_VARIANT: Final = "default"
_ASKED: Final = ("system", "user")
_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class TemplateError(ValueError):
    """A template was filled with a name missing, or with one it doesn't hold."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with {{placeholders}}."""

    text: str

    @property
    def names(self) -> frozenset[str]:
        """The placeholders' names."""
        return frozenset(_PLACEHOLDER.findall(self.text))

    @property
    def version(self) -> str:
        """The first twelve hex digits of the text's SHA-256."""
        return version_of(self.text)

    def fill(self, **values: str) -> str:
        """The text with every placeholder replaced once; what looks like a placeholder inside a value stays.

        Raises TemplateError naming what is missing and what is unused.
        """
        missing, unused = self.names - values.keys(), values.keys() - self.names
        if missing or unused:
            raise TemplateError(f"missing: {sorted(missing)}, unused: {sorted(unused)}")
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True, slots=True)
class PersonaPrompts:
    """The prompts one variant writes a persona with; `repair` is added when the first answer was unusable."""

    system: Template
    user: Template
    repair: Template

    @property
    def version(self) -> str:
        """One hash over all."""
        return version_of("\0".join((self.system.text, self.user.text, self.repair.text)))


def prompt_variants() -> frozenset[str]:
    """The names of the prompt variants there are: the folders of persona/prompts."""
    return frozenset(folder.name for folder in _prompts().iterdir() if folder.is_dir())


@cache
def load_persona_prompts(variant: str = DEFAULT_VARIANT) -> PersonaPrompts:
    """A variant's prompts; what it doesn't say anew is as in the default. Raises TemplateError for an unknown one."""
    if variant not in prompt_variants():
        raise TemplateError(f"no prompt variant {variant}")
    return PersonaPrompts(*(_load(variant, part) for part in ("system", "user", "repair")))


@cache
def load_answer_prompts() -> PersonaPrompts:
    """The prompts that answer a question instead."""
    system, user = (Template(_prompts().joinpath(f"answer-{part}.md").read_text("utf-8").strip()) for part in _ASKED)
    return PersonaPrompts(system, user, _load(DEFAULT_VARIANT, "repair"))


def _load(variant: str, part: str) -> Template:
    file = _prompts().joinpath(variant, f"{part}.md")
    return Template(
        (file if file.is_file() else _prompts().joinpath(DEFAULT_VARIANT, f"{part}.md")).read_text("utf-8").strip()
    )


def _prompts() -> Traversable:
    return files("persona").joinpath("prompts")


def version_of(text: str) -> str:
    """The first twelve hex digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
