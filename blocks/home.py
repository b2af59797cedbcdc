"""The app's Home: who needs attention, the newest personas, a search; for managers also how the bot is used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slackblocks import ActionsBlock, Block, Button, Element, Markdown, PlainText, RichText, SectionBlock

from blocks.card import Card, build_card
from blocks.figures import Headline
from blocks.home_health import Health, health_section, settings_button
from blocks.home_ids import HOME_FIND, home_action, write_home_open
from blocks.kit import context, figures, header, paragraph
from blocks.rungs import Rung
from blocks.settings_modal import SETTINGS_ACTION
from blocks.text import line, mrkdwn
from blocks.trends import charts, compared, trends
from blocks.wording import count, full_date
from persona.digest import Industry, Week

_TITLE: Final = "Persona"
_FIND: Final = "Find a persona…"
_ATTENTION: Final = "Contacts that need attention"
_YOURS: Final = "Yours come first. Figures are those of each contact's last measuring."
_ALL_WELL: Final = "No measured contact needs attention now."
_RECENT: Final = "Newest personas"
_NONE_WRITTEN: Final = "No persona has been written yet. Type /persona and a name."
_USE: Final = "How Persona is used"
_UNRATED: Final = "No ratings yet"
_NOBODY: Final = "There is no contact here that you may see."
_IMPORT: Final = "First import a CRM: an administrator runs `persona-bot import FOLDER`. Then type /persona and a name."
_ASK_ADMIN: Final = "If you should see some, ask an administrator which address you own contacts by."
_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A contact of a list: who, and what is said of them."""

    contact_key: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How the bot is used, for who leads: mean stars None when nobody rated."""

    contacts: int
    with_persona: int
    quality: float | None
    measured: int
    of_day: int
    of_week: int
    failed: int
    stars: float | None = None
    ratings: int = 0
    low: float | None = None
    high: float | None = None
    active: int = 0
    weeks: Sequence[Week] = ()
    industries: Sequence[Industry] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """All that a member's Home says. `figures` are there for managers and admins, `health` for admins."""

    attention: Sequence[Row]
    recent: Sequence[Row]
    figures: Figures | None = None
    health: Health | None = None


def why_waiting(*, quiet: bool, stale: bool, quality: float, low: float, last_own_action: datetime | None) -> str:
    """The reasons a contact needs attention, in words."""
    since = f" since {full_date(last_own_action)}" if last_own_action else ""
    reasons = [
        f"going quiet{since}" if quiet else "",
        "persona out of date" if stale else "",
        f"low data quality, {quality:.0f} of 100" if quality < low else "",
    ]
    told = "; ".join(filter(None, reasons))
    return told[:1].upper() + told[1:]


def written_on(moment: datetime) -> str:
    """What is said of a recent persona."""
    return f"Written on {full_date(moment)}"


def home(shown: Home, rung: Rung) -> Card:
    """The Home of a member who sees contacts, on a rung."""
    find = Button(text=PlainText(_FIND), action_id=HOME_FIND, style="primary", accessibility_label="Find a persona")
    top: list[Element] = [find, settings_button()] if shown.health else [find]
    blocks: list[Block] = [header(_TITLE), ActionsBlock(top, block_id=HOME_FIND)]
    blocks += _listed(_ATTENTION, "wait", shown.attention, _ALL_WELL)
    blocks += [context(_YOURS)] if shown.attention else []
    blocks += _listed(_RECENT, "new", shown.recent, _NONE_WRITTEN)
    blocks += _use(shown.figures, rung) if shown.figures else []
    blocks += health_section(shown.health) if shown.health else []
    return build_card(mrkdwn(f"{_TITLE}. {_ATTENTION}: {len(shown.attention)}."), blocks)


def empty_home(*, workspace_is_empty: bool, health: Health | None = None) -> Card:
    """The Home of a member who sees nobody, and what to do about it; an admin's health of the connections too."""
    how = _IMPORT if workspace_is_empty else _ASK_ADMIN
    blocks: list[Block] = [header(_TITLE), paragraph(RichText(_NOBODY)), context(how)]
    if health:
        blocks += [ActionsBlock([settings_button()], block_id=SETTINGS_ACTION), *health_section(health)]
    return build_card(mrkdwn(f"{_NOBODY} {how}"), blocks)


def closed_home(told: str) -> Card:
    """The Home of somebody who may see nothing, and why."""
    return build_card(mrkdwn(told), [header(_TITLE), paragraph(RichText(told))])


def _listed(title: str, name: str, rows: Sequence[Row], nothing: str) -> Iterator[Block]:
    yield paragraph(RichText(title, bold=True))
    if not rows:
        yield context(nothing)
    for row in rows:
        who = line(row.name or "Unnamed contact", _NAME)
        opens = Button(
            text=PlainText("Open"),
            action_id=home_action(name, row.contact_key),
            value=write_home_open(row.contact_key),
            accessibility_label=line(f"Open the persona of {who}", 75),
        )
        yield SectionBlock(Markdown(f"*{mrkdwn(who)}*\n{mrkdwn(row.why)}", verbatim=True), accessory=opens)


def _use(of: Figures, rung: Rung) -> Iterator[Block]:
    share = f"{of.with_persona / of.contacts:.0%}" if of.contacts else "0%"
    quality = "Not measured yet" if of.quality is None else f"{of.quality:.0f} of 100"
    stars, interval = (_UNRATED, "") if of.stars is None else (f"{of.stars:.1f} of 5 stars", _interval(of))
    tries = f"{of.of_week:,} in 7 days, {of.failed:,} failed"
    yield paragraph(RichText(_USE, bold=True))
    yield figures(
        [
            _figure("Contacts with a persona", share, f"{of.with_persona:,} of {of.contacts:,}"),
            _figure("People who asked", f"{of.active:,} this week", ""),
            _figure("Accuracy", stars, interval),
            _figure("Data quality", quality, f"mean of {count(of.measured, 'contact')}" if of.measured else ""),
            _figure("Tries at writing a persona", f"{of.of_day:,} in 24 hours", tries),
        ]
    )
    if any(week.written for week in of.weeks):
        yield from charts(trends(of.weeks), rung)
    if of.industries:
        yield context(*compared(of.industries))


def _interval(of: Figures) -> str:
    known = "" if of.low is None or of.high is None else f", 90 % between {of.low:.1f} and {of.high:.1f}"
    return f"{count(of.ratings, 'rating')}{known}"


def _figure(label: str, value: str, detail: str) -> Headline:
    return Headline(label, value, detail)
