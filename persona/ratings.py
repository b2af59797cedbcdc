"""How well people say a persona fits: stars from 1 to 5, one rating a person."""

from dataclasses import dataclass
from typing import Final

LEAST: Final = 1
MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many people rated, and the stars they gave together."""

    n: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        if not self.n * LEAST <= self.total <= self.n * MOST:
            raise ValueError(f"{self.n} ratings can't add up to {self.total}")

    @property
    def mean(self) -> float | None:
        """Their mean, 1 to 5; None while nobody rated."""
        return self.total / self.n if self.n else None


UNRATED: Final = Ratings()


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What people say of the personas of one prompt variant (None: of all), with the mean's 90 % interval."""

    variant: str | None
    ratings: Ratings
    low: float | None
    high: float | None
