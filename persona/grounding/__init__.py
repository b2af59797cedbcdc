"""The evidence check: every claim against the words it is said to rest on."""

from persona.grounding.check import CheckedDraft, check_draft
from persona.grounding.quotes import figure_evidence, find_span

__all__ = ["CheckedDraft", "check_draft", "figure_evidence", "find_span"]
