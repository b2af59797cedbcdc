"""Slack blocks as an HTML page that looks roughly as Slack shows them, to look at cards without a Slack.

`python -m tests.doubles.slack_preview CARDS.json PAGE.html`: a list of cards ({"text", "blocks"}) becomes a page.
"""

import json
import re
import sys
from collections.abc import Callable
from html import escape
from itertools import starmap
from pathlib import Path
from typing import Any

STYLE = """
body{margin:0;padding:24px;background:#fff;color:#1d1c1d;font:15px/1.46668 Lato,"Liberation Sans",Arial,sans-serif}
.msg{display:flex;gap:8px;max-width:720px;margin:0 0 28px}
.face{flex:none;width:36px;height:36px;border-radius:8px;background:#2d5f8a;color:#fff;display:grid;place-items:center;
font-weight:900}
.who{font-weight:900}.app{font-size:10px;background:#e8e8e8;color:#555;border-radius:2px;padding:1px 3px;margin:0 4px}
.when,.only{color:#616061;font-size:12px;font-weight:400}
.body{min-width:0;flex:1}.body>*{margin:4px 0}
h3{font-size:18px;line-height:1.33;margin:8px 0 4px;font-weight:900}
hr{border:0;border-top:1px solid #ddd;margin:10px 0}
.context{color:#616061;font-size:13px;line-height:1.4;white-space:pre-line}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px;white-space:pre-line}
ul{margin:2px 0 4px;padding-left:24px}
.rich{white-space:pre-line;margin:8px 0}
blockquote{margin:2px 0 8px;padding-left:10px;border-left:4px solid #ddd}
code{font:12px/1.5 "Liberation Mono",monospace;color:#c01343;background:#f6f6f6;border:1px solid #ddd;border-radius:3px;
padding:1px 3px;white-space:pre-wrap}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
button{font:700 13px Lato,"Liberation Sans",Arial;border:1px solid #bbb;border-radius:8px;background:#fff;
padding:5px 12px}
button.primary{background:#007a5a;border-color:#007a5a;color:#fff}button.danger{background:#e01e5a;color:#fff}
table{border-collapse:collapse;font-size:13px;width:100%}caption{text-align:left;color:#616061;padding:4px 0}
td,th{border:1px solid #ddd;padding:4px 8px;text-align:left;vertical-align:top}th{background:#f8f8f8}
.row{display:flex;gap:12px;justify-content:space-between}.field{margin:10px 0}
.input{border:1px solid #bbb;border-radius:4px;min-height:20px;padding:6px 8px;margin-top:4px}.tall{min-height:60px}
.modal{display:block;border:1px solid #ddd;border-radius:8px;padding:0 20px;max-width:520px}
.bar,.foot{display:flex;justify-content:space-between;font-weight:900;font-size:18px;padding:12px 0}
.foot{justify-content:flex-end;gap:8px}
.chart{border:1px solid #ddd;border-radius:8px;padding:12px}.chart b{display:block;margin-bottom:6px}
"""
SERIES = ("#1264a3", "#e8912d", "#2bac76", "#cd2553", "#6c4f9c", "#888888")


def render(cards: list[dict[str, Any]]) -> str:
    """An HTML page of these cards, one message or modal each. Unknown blocks are shown as their JSON."""
    shown = "".join(_modal(card) if card.get("type") == "modal" else _message(card) for card in cards)
    return f'<!doctype html><meta charset="utf-8"><title>Slack preview</title><style>{STYLE}</style>{shown}'


def _message(card: dict[str, Any]) -> str:
    return (
        '<div class="msg"><div class="face">P</div><div class="body"><div><span class="who">Persona Bot</span>'
        '<span class="app">APP</span><span class="when">9:41 AM</span></div>'
        f"{''.join(map(_block, card['blocks']))}</div></div>"
    )


def _modal(view: dict[str, Any]) -> str:
    buttons = f"<button>{_text(view['close'])}</button>"
    if "submit" in view:
        buttons += f'<button class="primary">{_text(view["submit"])}</button>'
    return (
        f'<div class="msg modal"><div class="bar">{_text(view["title"])}</div>'
        f"<div class='body'>{''.join(map(_block, view['blocks']))}</div><div class='foot'>{buttons}</div></div>"
    )


def _block(block: dict[str, Any]) -> str:
    show = _BLOCKS.get(block["type"])
    return show(block) if show else f"<pre>{escape(json.dumps(block))}</pre>"


def _text(text: dict[str, Any]) -> str:
    """A text object. Of mrkdwn only what our cards use is understood: bold, italic, and the three entities."""
    if text["type"] == "plain_text":
        return escape(text["text"])
    parts = text["text"].replace('"', "&quot;").split("*")
    bold = "".join(f"<b>{part}</b>" if i % 2 else part for i, part in enumerate(parts))
    return re.sub(r"_([^_]+)_", r"<i>\1</i>", bold).replace("\n", "<br>")


def _section(block: dict[str, Any]) -> str:
    beside = f'<div class="beside">{_element(block["accessory"])}</div>' if "accessory" in block else ""
    text = f"<div class='row'><div>{_text(block['text'])}</div>{beside}</div>" if "text" in block else ""
    fields = "".join(f"<div>{_text(field)}</div>" for field in block.get("fields", []))
    return text + (f'<div class="fields">{fields}</div>' if fields else "")


def _context(block: dict[str, Any]) -> str:
    return f'<div class="context">{"".join(f"<div>{_text(e)}</div>" for e in block["elements"])}</div>'


def _actions(block: dict[str, Any]) -> str:
    return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'


def _element(element: dict[str, Any]) -> str:
    """A button, a menu or an input, as one sees it before touching it."""
    kind = element["type"]
    if kind == "button":
        spoken = escape(element.get("accessibility_label", ""))
        return f'<button class="{element.get("style", "")}" aria-label="{spoken}">{_text(element["text"])}</button>'
    if kind == "overflow":
        return '<button aria-label="More">⋯</button>'
    if kind in ("checkboxes", "radio_buttons"):
        return _ticks(element)
    if "select" in kind:
        chosen = (element.get("initial_option") or {}).get("text") or element.get("placeholder") or {}
        shown = element.get("initial_conversation") or chosen.get("text", "Choose")
        return f'<button class="select">{escape(shown)} ▾</button>'
    typed = escape(element.get("initial_value") or (element.get("placeholder") or {}).get("text", ""))
    return f'<div class="input {"tall" if element.get("multiline") else ""}">{typed}</div>'


def _input(block: dict[str, Any]) -> str:
    optional = ' <span class="when">(optional)</span>' if block.get("optional") else ""
    hint = f'<div class="when">{_text(block["hint"])}</div>' if block.get("hint") else ""
    return f'<div class="field"><b>{_text(block["label"])}</b>{optional}<br>{_element(block["element"])}{hint}</div>'


def _ticks(element: dict[str, Any]) -> str:
    """Checkboxes or radio buttons, those chosen filled."""
    chosen = [*element.get("initial_options", ()), element.get("initial_option")]
    on, off = ("☑", "☐") if element["type"] == "checkboxes" else ("◉", "○")
    return "<br>".join(f"{on if one in chosen else off} {_text(one['text'])}" for one in element["options"])


def _rich(block: dict[str, Any]) -> str:
    return f'<div class="rich">{"".join(map(_rich_part, block["elements"]))}</div>'


def _rich_part(part: dict[str, Any]) -> str:
    if part["type"] == "rich_text_list":
        items = "".join(f"<li>{_leaves(item)}</li>" for item in part["elements"])
        return f"<ul>{items}</ul>"
    tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}.get(part["type"], "div")
    return f"<{tag}>{_leaves(part)}</{tag}>"


def _leaves(part: dict[str, Any]) -> str:
    return "".join(map(_leaf, part["elements"]))


def _leaf(leaf: dict[str, Any]) -> str:
    named = {"user": "@", "channel": "#"}.get(leaf["type"], "") + leaf.get(f"{leaf['type']}_id", "")
    said = escape(leaf.get("text") or leaf.get("name") or leaf.get("url") or named)
    if leaf["type"] == "link":
        said = f'<a href="#">{said}</a>'
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if leaf.get("style", {}).get(style):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _table(block: dict[str, Any]) -> str:
    head, *rows = block["rows"]
    heads = "".join(f"<th>{escape(cell['text'])}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(c['text'])}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(block['caption'])}</caption><tr>{heads}</tr>{body}</table>"


def _chart(block: dict[str, Any]) -> str:
    chart = block["chart"]
    categories = chart["axis_config"]["categories"]
    most = max(point["value"] for series in chart["series"] for point in series["data"]) or 1
    step, count = 640 / len(categories), len(chart["series"])
    width = step * 0.7 / count

    def column(series: int, index: int, value: float) -> str:
        height = 110 * value / most
        x = index * step + step * 0.15 + series * width
        place = f'x="{x:.1f}" y="{120 - height:.1f}" width="{width:.1f}" height="{height:.1f}"'
        return f'<rect {place} fill="{SERIES[series]}"/>'

    columns = "".join(
        column(s, i, point["value"])
        for s, series in enumerate(chart["series"])
        for i, point in enumerate(series["data"])
    )

    def label(index: int, name: str) -> str:
        return f'<text x="{(index + 0.5) * step:.1f}" y="136" font-size="10" text-anchor="middle">{escape(name)}</text>'

    labels = "".join(starmap(label, enumerate(categories)))
    legend = " ".join(
        f'<span style="color:{SERIES[i]}">■</span> {escape(s["name"])}' for i, s in enumerate(chart["series"])
    )
    return (
        f'<div class="chart"><b>{escape(block["title"])}</b>'
        f'<svg viewBox="0 0 640 142" width="100%">{columns}{labels}</svg>{legend}</div>'
    )


_BLOCKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "header": lambda block: f"<h3>{_text(block['text'])}</h3>",
    "divider": lambda _: "<hr>",
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich,
    "data_table": _table,
    "data_visualization": _chart,
}


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    target.write_text(render(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")
