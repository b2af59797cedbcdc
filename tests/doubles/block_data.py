"""Slack's limits for tables and charts, and every text of a block."""

from collections.abc import Iterator
from typing import Any


def table(block: dict[str, Any]) -> Iterator[str]:
    rows = block.get("rows", [])
    data = block["type"] == "data_table"
    if not (2 if data else 1) <= len(rows) <= (101 if data else 100):
        yield f"table of {len(rows)} rows"
    if len({len(row) for row in rows}) > 1 or any(not 1 <= len(row) <= 20 for row in rows):
        yield "table rows of unequal or wrong length"
    if data and not block.get("caption"):
        yield "data_table without caption"
    for row in rows:
        for cell in row:
            if cell.get("type") == "raw_text" and not cell.get("text"):
                yield "empty table cell"
    if data and sum(len(t) for t in texts_of(block)) > 10_000:
        yield "data_table too long"


def chart_block(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block.get("title", "")) <= 50:
        yield "chart title"
    chart = block.get("chart", {})
    if chart.get("type") == "pie":
        yield from _pie(chart)
        return
    if chart.get("type") not in {"bar", "line", "area"}:
        yield "chart type"
        return
    categories = chart.get("axis_config", {}).get("categories", [])
    series = chart.get("series", [])
    if (
        not 1 <= len(categories) <= 20
        or len(set(categories)) != len(categories)
        or any(len(c) > 20 for c in categories)
    ):
        yield "chart categories"
    if not 1 <= len(series) <= 6 or len({s.get("name") for s in series}) != len(series):
        yield "chart series"
    for one in series:
        if [p.get("label") for p in one.get("data", [])] != categories or not 1 <= len(one.get("name", "")) <= 20:
            yield "chart points don't match the categories"


def _pie(chart: dict[str, Any]) -> Iterator[str]:
    segments = chart.get("segments", [])
    if not 1 <= len(segments) <= 6 or any(s["value"] <= 0 or not 1 <= len(s["label"]) <= 20 for s in segments):
        yield "pie segments"


def texts_of(node: Any) -> Iterator[str]:
    """Every text a reader sees in a block."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "title", "caption"} and isinstance(value, str):
                yield value
            else:
                yield from texts_of(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts_of(item)
