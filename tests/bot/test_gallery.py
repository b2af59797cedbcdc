"""Every card and modal becomes a page, is one that Slack takes, and stands in the gallery."""

from pathlib import Path

from bot.wiring import Services
from tests.doubles.block_limits import message_errors, view_errors
from tests.doubles.slack_preview import render
from tests.gallery.__main__ import DOCS, index
from tests.gallery.pictures import gather, pictures
from tests.gallery.shots import chromium, shoot

MOST_BYTES = 100_000


async def test_every_card_is_one_that_slack_takes_and_a_page_shows_all_of_it(services: Services) -> None:
    found = list(pictures(await gather(services)))
    faults = {
        one.name: (view_errors(one.payload, "modal") if one.frame else message_errors(one.payload)) for one in found
    }
    page = render([one.payload for one in found])
    assert {name: wrong for name, wrong in faults.items() if wrong} == {}
    assert ("<pre>{" in page, "Jane Doe" in page) == (False, True)
    assert (DOCS / "gallery.md").read_text("utf-8") == index(found)


def test_every_picture_of_the_gallery_is_there_and_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (DOCS / "gallery").glob("*.png")}
    named = {line.split("gallery/")[1].rstrip(")") for line in _index_lines() if "](gallery/" in line}
    assert (set(sizes), [name for name, size in sizes.items() if size > MOST_BYTES]) == (named, [])


def test_a_picture_is_drawn_where_chromium_is_installed(tmp_path: Path) -> None:
    browser = chromium()
    if browser is None:
        print("Chromium isn't installed: no picture was drawn")  # noqa: T201
        return
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "Jane Doe"}}]
    shoot(browser, [(tmp_path / "one.png", {"text": "Jane Doe", "blocks": blocks})])
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def _index_lines() -> list[str]:
    return (DOCS / "gallery.md").read_text("utf-8").splitlines()
