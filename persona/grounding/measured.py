"""Whether a claim may say a measured figure so: in the figure's own unit, rounded as a person rounds."""

from collections.abc import Iterator
from typing import Final

from persona.figures import metric_sentence
from persona.grounding.numbers import Amount, Number, amounts
from persona.model import Metric

_MINUTES: Final = {"minutes": 1.0, "hours": 60.0, "days": 1440.0, "weeks": 10080.0, "months": 365.25 * 1440 / 12}
"""Units of time in minutes; a month is a twelfth of a year."""


class Figures:
    """The figures a claim cites: value and interval of each, and the numbers its sentence names ("in 30 days")."""

    def __init__(self, metrics: tuple[Metric, ...]) -> None:
        self._whole = [figure for metric in metrics for figure in _figures(metric)]
        self._rest = [(100 - value, unit) for value, unit in self._whole if unit == "%"]

    def say(self, amount: Amount, *, of_the_rest: bool) -> bool:
        """Whether one of them says the amount; `of_the_rest` when its clause tells of the share that did not.

        A rate is said in percent, a time in any unit of time, converted, and a count bare or by what it counts; no
        figure is a sum of money, and its n is only said as such ("n 31").
        """
        shares = self._rest if of_the_rest else [figure for figure in self._whole if figure[1] == "%"]
        figures = [*shares, *(figure for figure in self._whole if figure[1] != "%")]
        return any(
            _rounds_to(value, unit or amount.measure, figure) for value, unit in amount.readings for figure in figures
        )


def _figures(metric: Metric) -> Iterator[Number]:
    values = [v for v in (metric.value, metric.low, metric.high) if isinstance(v, int | float)]
    if not isinstance(metric.value, str):
        yield from ((value * 100, "%") if metric.unit == "rate" else (value, metric.unit) for value in values)
    yield float(metric.n), "n"
    for named in amounts(metric_sentence(metric).partition(" (")[0]):
        yield from ((value, unit or named.measure) for value, unit in named.readings)


def _rounds_to(value: float, unit: str, figure: Number) -> bool:
    """Whether a value in a unit may stand for a figure: a whole number from 1 on, else within 5 %."""
    said, own = figure
    if unit in _MINUTES and own in _MINUTES:
        said *= _MINUTES[own] / _MINUTES[unit]
    elif unit != own and (unit or own in _MINUTES or own in {"%", "n"}):
        return False
    return abs(value - said) <= (0.5 if value == round(value) and said >= 1 else 0.05 * abs(said))
