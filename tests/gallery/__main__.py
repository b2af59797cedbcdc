"""`make gallery`: docs/gallery.md and a picture of every card and modal, from the sample CRM."""

import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from bot.evaluating import throwaway_services
from bot.importing import import_sample
from bot.settings import Settings
from tests.doubles.slack_preview import render
from tests.gallery.picture import Picture
from tests.gallery.pictures import gather, pictures
from tests.gallery.shots import chromium, shoot

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "gallery"
HEAD = """# Gallery

Every card and modal, made from the sample CRM. `make gallery` draws them anew and writes the page
`docs/gallery/all.html` to look at in a browser; the pictures need Chromium.
"""


async def draw(folder: Path) -> list[Picture]:
    """The cards of the sample CRM in a database of their own, and the page of all of them."""
    settings = Settings.model_validate({"openai_api_key": None, "openai_base_url": None})
    async with throwaway_services(settings) as services:
        await import_sample(services, console=Console(quiet=True))
        found = list(pictures(await gather(services)))
    folder.mkdir(exist_ok=True)
    (folder / "all.html").write_text(render([picture.payload for picture in found]), "utf-8")
    return found


def index(found: list[Picture]) -> str:
    """The page that shows each picture under its name."""
    return HEAD + "".join(f"\n## {one.title}\n\n![{one.title}](gallery/{one.name}.png)\n" for one in found)


def main() -> None:
    """Draws all."""
    found = asyncio.run(draw(FOLDER))
    (DOCS / "gallery.md").write_text(index(found), "utf-8")
    browser = chromium()
    if browser is None:
        sys.exit("Chromium isn't installed, so no picture was drawn; docs/gallery/all.html shows every card.")
    shoot(browser, [(FOLDER / f"{one.name}.png", one.payload) for one in found])
    print(json.dumps({one.name: (FOLDER / f"{one.name}.png").stat().st_size for one in found}))  # noqa: T201


if __name__ == "__main__":
    main()
