"""The weekly digest as a PDF: one page that a manager prints."""

import io
from datetime import datetime

from blocks.charts import draw_trends
from blocks.digest import day, lists, standing
from blocks.paper import CONFIDENTIAL, MARGIN, Paper, plain
from blocks.trends import trends
from blocks.wording import full_date
from persona.digest import Digest, week_in_a_sentence


def render_digest_pdf(digest: Digest, *, now: datetime) -> bytes:
    """The document; the same digest at the same time gives the same words and pictures."""
    title = f"The week to {day(digest.until)}"
    paper = Paper(plain(f"{title} · {full_date(now)} · {CONFIDENTIAL}"))
    paper.set_creation_date(now)
    paper.set_title(plain(title))
    paper.add_page()
    paper.say(title, size=15, style="B")
    paper.ln(1.5)
    paper.say(week_in_a_sentence(digest), size=10.5)
    for name, kind in lists(digest):
        if kind.n:
            paper.heading(f"{name} ({kind.n:,})")
            for named in kind.first:
                paper.say(f"{named.name}: {named.said}", indent=3)
    paper.heading("How it stands")
    for fact in standing(digest):
        paper.say(fact, indent=3)
    paper.ln(3)
    paper.image(io.BytesIO(draw_trends(trends(digest.weeks))), w=paper.w - 2 * MARGIN)
    return bytes(paper.output())
