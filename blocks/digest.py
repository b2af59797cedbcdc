"""The weekly digest: the week in one sentence, at most six short lists with a button each, two charts."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    Element,
    Markdown,
    PlainText,
    RichText,
    SectionBlock,
)

from blocks.card import Card, build_card
from blocks.ids import Press, write_press
from blocks.kit import context, header, paragraph
from blocks.rungs import Rung
from blocks.text import line, mrkdwn
from blocks.trends import charts, compared, trends
from blocks.wording import percent
from persona.digest import Digest, Kind, Named, week_in_a_sentence

DIGEST_CSV: Final = "digest_csv"
DIGEST_PDF: Final = "digest_pdf"
DIGEST_MUTE: Final = "digest_mute"
DIGEST_HOME: Final = "digest_home"
_SINGLE: Final = "Deals that hang on one person"
_LINE: Final = 180
_NAME: Final = 60


def digest_card(digest: Digest, rung: Rung, *, home: str | None = None) -> Card:
    """The digest on a rung, with a button to the app's Home where its address is known; a quiet week is one line."""
    title = f"The week to {day(digest.until)}"
    said = week_in_a_sentence(digest)
    text = mrkdwn(f"{title}. {said}")
    if digest.is_quiet:
        return build_card(text, [paragraph(RichText(f"{title}: ", bold=True), RichText(said))])
    blocks: list[Block] = [header(title), paragraph(RichText(said))]
    for name, kind in lists(digest):
        blocks += _listed(name, kind)
    blocks += [DividerBlock(), context(*standing(digest))]
    blocks += charts(trends(digest.weeks), rung)
    return build_card(text, [*blocks, _buttons(home)])


_LISTS: Final = {"Going quiet": "q", "New personas": "n", "What changed": "c", "Where we were wrong": "w", _SINGLE: "s"}


def lists(digest: Digest) -> Iterator[tuple[str, Kind]]:
    """The lists by title, in the order of a manager's questions."""
    yield "Going quiet", digest.quiet
    yield "New personas", digest.new
    yield "What changed", digest.changed
    yield "Where we were wrong", digest.wrong
    yield _SINGLE, digest.single


def _listed(title: str, kind: Kind) -> Iterator[Block]:
    if not kind.n:
        return
    more = [RichText(f"  ({len(kind.first)} of {kind.n:,})")] if kind.n > len(kind.first) else []
    yield paragraph(RichText(title, bold=True), *more)
    for place, named in enumerate(kind.first):
        yield _row(title, place, named)


def _row(title: str, place: int, named: Named) -> SectionBlock:
    who = line(named.name or "Unnamed contact", _NAME)
    opens = Button(
        text=PlainText("Open"),
        action_id=f"press:digest:{_LISTS[title]}{place}",
        value=write_press(Press(named.contact_key, 0)),
        accessibility_label=line(f"Open the persona of {who}", 75),
    )
    return SectionBlock(Markdown(f"*{mrkdwn(who)}*\n{mrkdwn(line(named.said, _LINE))}", verbatim=True), accessory=opens)


def standing(digest: Digest) -> list[str]:
    """Adoption, accuracy, data quality and the industries beside their benchmarks, a sentence each."""
    share = percent(digest.with_persona / digest.contacts) if digest.contacts else "0 %"
    facts = [f"Adoption: {digest.with_persona:,} of {digest.contacts:,} contacts have a persona ({share}); "
             f"{digest.active:,} people asked this week"]  # fmt: skip
    if digest.so_far.ratings.n:
        facts.append(f"Accuracy so far: {_stars(digest)}")
    if digest.quality is not None:
        facts.append(f"Data quality: {digest.quality:.0f} of 100, mean of {digest.measured:,} contacts")
    facts += compared(digest.industries)
    return [line(fact, 250) for fact in facts]


def _stars(digest: Digest) -> str:
    given, low, high = digest.so_far.ratings, digest.so_far.low, digest.so_far.high
    between = f", 90 % between {low:.1f} and {high:.1f}" if low is not None and high is not None else ""
    return f"{given.total / given.n:.1f} of 5 (n {given.n}{between})"


def _buttons(home: str | None) -> ActionsBlock:
    made: list[Element] = []
    if home:
        made.append(Button(PlainText("Open in Home"), DIGEST_HOME, url=home, accessibility_label="Open the app's Home"))
    made += [
        Button(PlainText("Export CSV"), DIGEST_CSV, value="csv", accessibility_label="Send me this digest as CSV"),
        Button(PlainText("PDF"), DIGEST_PDF, value="pdf", accessibility_label="Send me this digest as a PDF"),
        Button(PlainText("Mute…"), DIGEST_MUTE, value="mute", accessibility_label="Stop the weekly digest"),
    ]
    return ActionsBlock(made, block_id="digest")


def day(of: date) -> str:
    """ "23 Nov 2026"."""
    return f"{of.day} {of:%b %Y}"
