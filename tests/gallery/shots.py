"""Pictures of cards, made by Chromium without a window and cropped to what is on them."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

from tests.doubles.slack_preview import render
from tests.gallery.small_png import shrink

WIDTH = 660
HIGHEST = 2_000  # of a longer one the upper part is shown
TIMEOUT_S = 120
_MARGIN = 48
_CHROME = 150  # the window has a frame, though nobody sees it
_MEASURE = """<script>addEventListener("load",()=>{document.title=JSON.stringify([...document.querySelectorAll(".msg")]
.map(e=>Math.ceil(e.getBoundingClientRect().height)))})</script>"""


def chromium() -> str | None:
    """Chromium's path, when there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def shoot(browser: str, payloads: Sequence[tuple[Path, dict[str, Any]]]) -> None:
    """Writes a PNG for each payload, as high as its content."""
    with tempfile.TemporaryDirectory(prefix="gallery-") as folder:
        home, page = Path(folder), Path(folder) / "page.html"
        page.write_text(render([payload for _, payload in payloads]) + _MEASURE, "utf-8")
        heights = _heights(_run(browser, home, f"--window-size={WIDTH},2000", "--dump-dom", page.as_uri()))
        for (target, payload), height in zip(payloads, heights, strict=True):
            page.write_text(render([payload]), "utf-8")
            size = f"--window-size={WIDTH},{height + _MARGIN + _CHROME}"
            _run(browser, home, size, "--hide-scrollbars", f"--screenshot={target}", page.as_uri())
            shrink(target, rows=min(HIGHEST, height + _MARGIN))


def _heights(page: str) -> list[int]:
    found = re.search(r"<title>(\[.*?\])</title>", page)
    assert found, "Chromium measured nothing"
    return [int(height) for height in json.loads(unescape(found[1]))]


def _run(browser: str, home: Path, *arguments: str) -> str:
    fixed = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home / 'profile'}")
    command = [browser, *fixed, "--virtual-time-budget=1000", *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=TIMEOUT_S).stdout
