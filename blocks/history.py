"""The versions of a persona and what people corrected, in words and in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from blocks.sheet import FACET_TITLES, title
from blocks.text import line
from blocks.wording import age, count, full_date
from persona.corrections import Correction
from persona.model import CorrectionKind, Facet, Method, Persona, Profile

_CLAIM = 100
_CHANGE = 260
_INNER = str.maketrans("“”", "‘’")  # a claim that quotes, between quotation marks


def render_history(versions: Sequence[Profile], corrections: Sequence[Correction], *, now: datetime) -> RenderableType:
    """Every version, newest first, with what changed, then the corrections that stand, each with its number."""
    if not versions:
        return Text("No persona was ever written for this contact.")
    said = [Text(title(versions[0]), style="bold")]
    for profile in versions:
        if profile.persona:
            said += _version(profile.persona, now)
    if corrections:
        said.append(Text("Corrections that stand", style="bold cyan"))
    return Group(*said, *map(_correction, corrections))


def changes_of(persona: Persona) -> tuple[str, ...]:
    """What is new in a version, one line each; empty for the first of its method."""
    if not persona.changed_since:
        return ()
    return tuple(line(change, _CHANGE) for change in persona.changes) or ("nothing changed",)


def version_line(persona: Persona, *, now: datetime) -> str:
    """ "Version 3 · RAG by rules · 3 Oct 2026 · 2 days old · 14 claims"."""
    method = "RAG" if persona.method is Method.RAG else "Basic"
    claims = count(sum(map(len, persona.facets.values())), "claim")
    by = line(persona.written_by.model or persona.written_by.writer, 40)
    head = f"Version {persona.version} · {method} by {by} · {full_date(persona.written_at)}"
    return f"{head} · {age(persona.written_at, now=now)} · {claims}"


def _version(persona: Persona, now: datetime) -> Iterator[Text]:
    yield Text(version_line(persona, now=now), style="cyan")
    if not persona.changed_since:
        yield Text("  the first of its method", style="dim")
    for change in changes_of(persona):
        yield Text(f"  since version {persona.changed_since}: {change}")


def correction_line(correction: Correction) -> str:
    """What was said of which claim, by whom and when."""
    place = FACET_TITLES[Facet(correction.place)] if correction.place in set(Facet) else correction.place
    claim = line(correction.claim_text, _CLAIM).translate(_INNER)
    right = f", rightly “{line(correction.right_text, _CLAIM).translate(_INNER)}”" if correction.right_text else ""
    kind = "" if correction.kind is CorrectionKind.RIGHT_TEXT else f" is {correction.kind.value.replace('-', ' ')}"
    return f"{place}, “{claim}”{kind}{right} · {line(correction.by, 40)}, {full_date(correction.at)}"


def _correction(correction: Correction) -> Text:
    return Text(f"  {correction.key}: {correction_line(correction)}")
