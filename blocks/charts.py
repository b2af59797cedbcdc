"""Charts as a picture, where Slack takes none of its own: drawn without a window and without global state."""

import io
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Points = Sequence[tuple[str, float]]
_INK, _BAR = "#1d1c1d", "#1264a3"


def draw_trends(charts: Sequence[tuple[str, Points]]) -> bytes:
    """A PNG of the charts, titles above, one below the other; each has points by label."""
    figure = Figure(figsize=(8, 2.8 * len(charts)), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    for place, (title, points) in enumerate(charts):
        axes = figure.add_subplot(len(charts), 1, place + 1)
        labels, values = [label for label, _ in points], [value for _, value in points]
        if place == 0:
            axes.bar(labels, values, color=_BAR)
        else:
            axes.plot(labels, values, color=_BAR, marker="o")
        for at, value in enumerate(values):
            axes.annotate(f"{value:g}", (at, value), ha="center", va="bottom", fontsize=9, color=_INK)
        axes.set_title(title, loc="left", fontsize=11, color=_INK, parse_math=False)
        axes.margins(y=0.2)
        axes.spines[["top", "right"]].set_visible(False)
    out = io.BytesIO()
    canvas.print_png(out)  # type: ignore[no-untyped-call]  # matplotlib has no types here
    return out.getvalue()
