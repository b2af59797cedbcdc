"""Which parameters a model's server understands, learnt from what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

_REASONING: Final = ("o1", "o3", "o4", "gpt-5")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The name of the output limit, and whether temperature and a JSON schema may be asked for."""

    limit: str = "max_tokens"
    temperature: bool = True
    schema: bool = True

    @classmethod
    def of(cls, model: str) -> Self:
        """What a model is first spoken to in: OpenAI's reasoning models take neither max_tokens nor a temperature."""
        if model.startswith(_REASONING):
            return cls(limit="max_completion_tokens", temperature=False)
        return cls()

    def without(self, complaint: str) -> "Dialect | None":
        """The dialect that doesn't use the parameter a server complains of; None when that isn't one to do without."""
        if self.limit in complaint:
            other = "max_tokens" if self.limit == "max_completion_tokens" else "max_completion_tokens"
            return replace(self, limit=other)
        if self.temperature and "temperature" in complaint:
            return replace(self, temperature=False)
        return replace(self, schema=False) if self.schema and "response_format" in complaint else None

    def parameters(self, *, temperature: float, most_tokens: int, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a call in this dialect."""
        wanted = {"type": "json_schema", "json_schema": {"name": "persona", "strict": True, "schema": schema}}
        return {
            self.limit: most_tokens,
            **({"temperature": temperature} if self.temperature else {}),
            **({"response_format": wanted} if self.schema else {}),
        }
