"""The week of a workspace, as its managers should hear of it: what to say, and whether there is anything to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from persona.ratings import Accuracy

MOST: Final = 3
"""Of each kind so many are named; the rest are a number."""
ALL: Final = 10_000
"""Of each kind so many at most stand in the table."""


@dataclass(frozen=True, slots=True)
class Named:
    """A contact and what is said of them."""

    contact_key: int
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The first few of a kind, and how many there are."""

    first: tuple[Named, ...] = ()
    n: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of a trend, by their last; None where nothing was measured or rated."""

    until: date
    written: int
    stars: float | None
    ratings: int
    quality: float | None


@dataclass(frozen=True, slots=True)
class Industry:
    """Our contacts of an industry beside the benchmark: email engagement as shares of one, with our n."""

    segment: str
    ours: float
    n: int
    usual: float
    source: str
    year: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The seven days to `until`. `so_far` is the accuracy of all time; `weeks` are the last eight, oldest first."""

    until: date
    new: Kind
    changed: Kind
    quiet: Kind
    wrong: Kind
    single: Kind
    contacts: int
    with_persona: int
    active: int
    quality: float | None
    measured: int
    accuracy: Accuracy
    so_far: Accuracy
    weeks: tuple[Week, ...]
    industries: tuple[Industry, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that is worth a manager's minute."""
        return not (self.new.n or self.changed.n or self.quiet.n or self.wrong.n or self.accuracy.ratings.n)


def week_in_a_sentence(digest: Digest) -> str:
    """ "4 contacts went quiet, 3 personas are new, 2 changed, and people found 1 claim wrong." """
    said = list(_said(digest))
    if not said:
        return "A quiet week: no persona is new or changed, and nobody rated one."
    joined = said[0] if len(said) == 1 else f"{', '.join(said[:-1])}, and {said[-1]}"
    return f"{joined[0].upper()}{joined[1:]}."


def _said(digest: Digest) -> Iterator[str]:
    if digest.quiet.n:
        yield f"{_count(digest.quiet.n, 'contact has', 'contacts have')} gone quiet"
    if digest.new.n:
        yield f"{_count(digest.new.n, 'persona is', 'personas are')} new"
    if digest.changed.n:
        yield f"{digest.changed.n:,} changed"
    if digest.wrong.n:
        yield f"people put {_count(digest.wrong.n, 'claim', 'claims')} right"
    if digest.accuracy.ratings.n:
        given = digest.accuracy.ratings
        yield f"accuracy was {given.total / given.n:.1f} of 5 (n {given.n})"


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"
