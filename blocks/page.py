"""The whole profile as one self-contained HTML page: nothing is fetched, and every mark leads to its quote."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Final

from blocks.figures import Headline
from blocks.measures import HEADINGS, Alike, Measures, Row, measure_sheet
from blocks.page_style import STYLE
from blocks.quotes import AGAINST, Proof, Quote, contradicted, numbered_quotes
from blocks.sheet import BEFORE_YOU_CALL, Part, Sheet, Statement, persona_sheet
from blocks.svg import months_chart
from blocks.wording import full_date
from persona.model import Profile

# Nothing may be loaded and nothing may run, whatever the CRM's texts hold.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render_page(profile: Profile, *, now: datetime) -> str:
    """The page as HTML 5 text; everything of the CRM's and the model's in it is escaped."""
    sheet, measures = persona_sheet(profile, now=now), measure_sheet(profile)
    body = "".join(
        (
            *_persona(sheet),
            *_insights(measures, profile),
            *_contradictions(contradicted(profile)),
            *_evidence(numbered_quotes(profile)),
            _foot(sheet),
        )
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(sheet.title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _persona(sheet: Sheet) -> Iterator[str]:
    named = f"“{escape(sheet.nickname.text)}” {_marks(sheet.nickname)}" if sheet.nickname else ""
    about = " · ".join(filter(None, (named, escape(sheet.about))))
    yield f'<header><h1 dir="auto">{escape(sheet.title)}</h1><p class="soft">{about}</p></header>'
    if sheet.summary:
        yield f'<p class="summary">{_said(sheet.summary)}</p>'
    if sheet.key_points:
        points = "".join(f"<li>{escape(point.text)} {_marks(point)}</li>" for point in sheet.key_points)
        yield f'<section class="call"><h2>{BEFORE_YOU_CALL}</h2><ul>{points}</ul></section>'
    yield f'<dl class="figures">{"".join(map(_figure, sheet.headlines))}</dl>'
    if sheet.waiting:
        yield f"<p>{escape(sheet.waiting)}</p>"
    yield from map(_facet, sheet.parts)
    yield from (f'<p class="soft">{escape(line)}</p>' for line in sheet.missing)


def _figure(headline: Headline) -> str:
    none = "" if any(character.isdigit() for character in headline.value.partition("(")[0]) else " none"
    return (
        f'<div><dt>{escape(headline.label)}</dt><dd><span class="value{none}">{escape(headline.value)}</span>'
        f'<div class="soft">{escape(headline.detail)}</div></dd></div>'
    )


def _facet(part: Part) -> str:
    items = "".join(f'<li dir="auto">{_said(statement)}{_why(statement)}</li>' for statement in part.statements)
    more = f'<p class="soft">{part.hidden} more claims are not shown</p>' if part.hidden else ""
    return f'<section class="facet"><h2>{escape(part.title)}</h2><div><ul>{items}</ul>{more}</div></section>'


def _said(statement: Statement) -> str:
    level = f'<span class="level {statement.level}">{statement.confidence}</span>'
    return f"{escape(statement.text)} {_marks(statement)} {level}"


def _why(statement: Statement) -> str:
    return f'<span class="why">{escape(statement.why)}</span>' if statement.why else ""


def _marks(statement: Statement) -> str:
    return " ".join(f'<a class="mark" href="#e{n}" aria-label="evidence {n}">{n}</a>' for n in statement.numbers)


def _insights(measures: Measures, profile: Profile) -> Iterator[str]:
    yield f"<h2>Behavioural insights, as of {full_date(profile.insights.as_of)}</h2>"
    if measures.bars:
        key = '<span class="key them">■</span> from them &nbsp; <span class="key us">■</span> from us'
        caption = f'<figcaption class="soft">Interactions by month: {key}</figcaption>'
        yield f'<figure style="margin:0">{caption}{months_chart(measures.bars)}</figure>'
    yield from (f"<p>{escape(line)}</p>" for line in (*measures.habits, *measures.quality))
    yield _table(measures.rows) if measures.rows else ""
    yield from (f'<p class="soft">{escape(note)}</p>' for note in (*measures.thin, *measures.notes))
    if measures.alike:
        yield f"<h2>{escape(measures.alike_title)}</h2><ul>{''.join(map(_alike, measures.alike))}</ul>"
        yield f"<p>{escape(measures.preceded)}</p>" if measures.preceded else ""


def _table(rows: Sequence[Row]) -> str:
    heads = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in HEADINGS)
    body = "".join(map(_row, rows))
    caption = "<caption>Each figure beside what is usual, and its percentile among our own contacts</caption>"
    return f'<div class="scroll"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(row: Row) -> str:
    cells = (row.value, row.n, row.interval, row.benchmark, row.percentile)
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(row.label)}</th>{told}</tr>'


def _alike(alike: Alike) -> str:
    return f"<li><b>{escape(alike.name)}</b> · {escape(alike.shared)} · {escape(alike.outcome)}</li>"


def _evidence(quotes: Sequence[Quote]) -> Iterator[str]:
    if quotes:
        yield f'<h2>Evidence</h2><ul class="evidence">{"".join(map(_quote, quotes))}</ul>'


def _contradictions(found: Sequence[Proof]) -> Iterator[str]:
    items = (
        f'<li dir="auto"><b>{escape(proof.claim.text)}</b>{"".join(f"<p>{escape(c)}</p>" for c in proof.against)}</li>'
        for proof in found
    )
    if found:
        yield f"<h2>{AGAINST}</h2><ul>{''.join(items)}</ul>"


def _quote(quote: Quote) -> str:
    number = f'<span class="mark">{quote.number}</span>'
    words = f'<blockquote dir="auto">{escape(quote.said)}</blockquote>'
    return f'<li id="e{quote.number}">{number} <span class="soft">{escape(quote.source)}</span>{words}</li>'


def _foot(sheet: Sheet) -> str:
    lines = "".join(f'<p class="soft">{escape(line)}</p>' for line in filter(None, (sheet.changes, *sheet.footer)))
    return f"<footer>{lines}</footer>" if lines else ""
