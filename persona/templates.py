"""Prompts as files: placeholders are strict, and a short hash names the version."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

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
    """The two prompts a persona is written with."""

    system: Template
    user: Template

    @property
    def version(self) -> str:
        """One hash over both."""
        return version_of(f"{self.system.text}\0{self.user.text}")


def load_template(name: str) -> Template:
    """The template of persona/prompts/NAME.md; raises FileNotFoundError."""
    return Template(files("persona").joinpath("prompts", f"{name}.md").read_text("utf-8").strip())


def load_persona_prompts() -> PersonaPrompts:
    """The prompts as they ship."""
    return PersonaPrompts(system=load_template("persona_system"), user=load_template("persona_user"))


def version_of(text: str) -> str:
    """The first twelve hex digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
