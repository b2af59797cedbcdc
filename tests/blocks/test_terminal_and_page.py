"""The terminal and the page: the same words as Slack's cards, and nothing of theirs runs, loads or breaks out."""

import io
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len
from rich.console import Console

from blocks.insights_card import insights_card
from blocks.page import render_page
from blocks.quotes import numbered_quotes
from blocks.rungs import Rung
from blocks.sheet import persona_sheet
from blocks.terminal import render_terminal
from persona.model import Profile
from tests.profiles import (
    HEBREW,
    HOSTILE_NAME,
    NOW,
    basic_profile,
    disputed_profile,
    jane,
    rich_insights,
    rich_profile,
    unwritten_profile,
    worst_profile,
)

PROFILES = {
    "rich": rich_profile(),
    "basic": basic_profile(),
    "unwritten": unwritten_profile(),
    "worst": worst_profile(),
    "hostile": rich_profile(contact=jane(name=HOSTILE_NAME + "</title><script>alert(1)</script>", company=HEBREW)),
    "never met": rich_profile(persona=None, insights=rich_insights(metrics={}, months=(), kinds={}, comparisons={})),
}
ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "div", "span"),
    *("h1", "h2", "p", "b", "a", "ul", "li", "dl", "dt", "dd", "blockquote", "figure", "figcaption"),
    *("svg", "line", "rect", "text", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
VOID = {"meta"}


class Page(HTMLParser):
    """A page's tags, ids, links and words; complains about tags that aren't closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(found)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


def printed(profile: Profile, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(render_terminal(profile, now=NOW))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_terminal_shows_every_profile_within_its_width(profile: str, width: int) -> None:
    assert max(cell_len(text) for text in printed(PROFILES[profile], width).splitlines()) <= width


def test_the_terminal_reads_in_the_order_of_the_card_without_colour() -> None:
    said = " ".join(printed(rich_profile()).split())
    order = [
        "Jane Doe · VP Operations, Northwind Logistics",
        "“The careful champion” ❶ ❷ · 240 people",
        "Before you call • Wants rollout proof from a firm like Northwind before price ❶ ❹",
        "Data quality 214 62 % 5.2 h 2 of 3 82 of 100",
        "Pain points Re-keys every order twice, at the cost of two people ❸ ●●● high",
        "Buys: nothing yet in 96 mails and 31 calls",
        "Written by gpt-4o-mini from 42 of 214 interactions",
        "Behavioural insights, as of 20 Oct 2026",
        "Feb 2026 0 0 Mar 2026 7",
        "Email engagement 62 % 48 50–72 %",
        "Marta Ruiz, Contoso Freight · answers the same day",
        "❸ Jane Doe, mail “Re: How orders reach you today”, 11 Jun 2026 “My team re-keys every order twice:",
    ]
    assert [text for text in order if text not in said] == []
    assert sorted(order, key=said.index) == order


def test_the_terminal_takes_no_markup_from_names() -> None:
    marked_up = "[bold]Jane[/bold] [link=https://x.example]x[/link]"
    shown = printed(rich_profile(contact=jane(name=marked_up + "\x1b[31m")))
    assert shown.splitlines()[1].startswith(f"{marked_up}[31m · VP Operations")
    assert "\x1b" not in shown


@pytest.mark.parametrize("profile", PROFILES)
def test_every_page_is_well_formed_and_loads_and_runs_nothing(profile: str) -> None:
    page = Page(render_page(PROFILES[profile], now=NOW))
    assert page.tags <= ALLOWED_TAGS
    assert not {name for name in page.attributes if name.startswith("on") or name in {"src", "srcset", "action"}}
    assert all(link.startswith("#") for link in page.links)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_mark_of_a_page_leads_to_one_quote(profile: str) -> None:
    page = Page(render_page(PROFILES[profile], now=NOW))
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert page.ids == [f"e{quote.number}" for quote in numbered_quotes(PROFILES[profile])]


def test_a_hostile_name_is_shown_as_it_is_written() -> None:
    page = render_page(PROFILES["hostile"], now=NOW)
    assert "<script" not in page
    assert "<!channel> pay *_~here~_* `now` :tada: & <https://evil" in Page(page).said


def test_the_page_has_all_the_words_of_the_sheet() -> None:
    page, sheet = Page(render_page(rich_profile(), now=NOW)).said, persona_sheet(rich_profile(), now=NOW)
    words = [sheet.title, *sheet.missing, *sheet.footer]
    words += [text for h in sheet.headlines for text in (h.label, h.value, h.detail)]
    words += [text for part in sheet.parts for s in part.statements for text in (s.text, s.confidence, s.why)]
    words += [quote.said for quote in numbered_quotes(rich_profile())]
    assert [text for text in words if text not in page] == []


def test_the_charts_description_holds_its_numbers() -> None:
    assert "Feb 2026: 0 from them, 0 from us; Mar 2026: 7 from them, 11 from us" in render_page(rich_profile(), now=NOW)


def test_what_stands_against_a_claim_is_on_every_surface() -> None:
    profile = disputed_profile()
    told = "“No mismatches any more.”"
    assert (told in " ".join(printed(profile).split()), told in Page(render_page(profile, now=NOW)).said) == (
        True,
        True,
    )


def test_a_look_back_says_that_the_others_are_those_of_today() -> None:
    profile = rich_profile()
    assert profile.persona is not None
    back = replace(profile, persona=replace(profile.persona, version=0))
    said = [("by how they behave today" in text) for text in (printed(back), render_page(back, now=NOW))]
    card = json.dumps(insights_card(back, now=NOW, rung=Rung.NATIVE).blocks)
    assert (said, "by how they behave today" in card, "behave today" in printed(profile)) == ([True, True], True, False)
