"""Interactions by month as an inline SVG that needs no script, font or colour of its own."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from blocks.measures import Bar

_HEIGHT: Final = 120
_STEP: Final = 64
_COLUMN: Final = 20
_FOOT: Final = 24


def months_chart(bars: Sequence[Bar]) -> str:
    """A bar chart of these months, theirs (class "them") beside ours ("us"), with the numbers in its description."""
    most = max(max(bar.inbound, bar.outbound) for bar in bars) or 1
    said = "; ".join(f"{bar.label}: {bar.inbound} from them, {bar.outbound} from us" for bar in bars)
    drawn = "".join(part for index, bar in enumerate(bars) for part in _month(index * _STEP, bar, most))
    width, height = _STEP * len(bars), _HEIGHT + _FOOT + 16
    return (
        f'<svg class="chart" viewBox="0 -16 {width} {height}" role="img" aria-label="{escape(said)}">'
        f'<line class="axis" x1="0" x2="{width}" y1="{_HEIGHT}" y2="{_HEIGHT}"/>{drawn}</svg>'
    )


def _month(left: int, bar: Bar, most: int) -> Iterator[str]:
    middle = left + _STEP / 2
    for kind, n, x in (("them", bar.inbound, middle - _COLUMN - 1), ("us", bar.outbound, middle + 1)):
        height = _HEIGHT * n / most
        top = _HEIGHT - height
        yield f'<rect class="{kind}" x="{x:g}" y="{top:.1f}" width="{_COLUMN}" height="{height:.1f}" rx="2"/>'
        yield f'<text class="n" x="{x + _COLUMN / 2:g}" y="{top - 4:.1f}">{n or ""}</text>'
    yield f'<text class="month" x="{middle:g}" y="{_HEIGHT + 16}">{escape(bar.label)}</text>'
