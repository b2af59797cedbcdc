"""Passages cut from ranked sentences: whole, verbatim, no two alike, each told once, until the budget is spent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from persona.model import Facet, Interaction, Passage, Speaker
from persona.sentences import Sentence

_REF_CHARACTERS: Final = 60  # what a passage costs beside its text: reference, date, kind
_PASSAGE_CHARACTERS: Final = 420
_PER_FACET: Final = 8
_ALIKE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be evidence: where it stands among its interaction's sentences, and its words."""

    interaction: Interaction
    sentences: tuple[Sentence, ...]
    index: int
    words: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.sentences[self.index].text


@dataclass(slots=True)
class Slice:
    """A passage being built: sentences first..last of one interaction."""

    interaction: Interaction
    first: int
    last: int
    text: str


class Shelf:
    """Fills the facets in turn, each time with its best sentence not yet shown, until the budget is spent."""

    def __init__(self, candidates: Sequence[Candidate], characters: int) -> None:
        self._candidates, self._left = candidates, characters
        self._slices: list[Slice] = []
        self._chosen: list[frozenset[str]] = []

    def fill(self, ranked: Mapping[Facet, list[int]]) -> dict[Facet, list[Slice]]:
        """The slices of every facet, best first."""
        shelves: dict[Facet, list[Slice]] = {facet: [] for facet in ranked}
        queues = {facet: iter(order) for facet, order in ranked.items()}
        while queues:
            for facet in list(queues):
                if len(shelves[facet]) >= _PER_FACET or not self._place(queues[facet], shelves[facet]):
                    del queues[facet]
        return shelves

    def _place(self, queue: Iterable[int], shelf: list[Slice]) -> bool:
        for number in queue:
            candidate = self._candidates[number]
            found = self._covering(candidate) or self._new(candidate)
            if found and not any(found is held for held in shelf):
                shelf.append(found)
                return True
        return False

    def _covering(self, candidate: Candidate) -> Slice | None:
        for piece in self._slices:
            if piece.interaction is candidate.interaction and piece.first <= candidate.index <= piece.last:
                return piece
        return None

    def _new(self, candidate: Candidate) -> Slice | None:
        if self._left <= 0 or any(_alike(candidate.words, words) for words in self._chosen):
            return None
        piece = _grow(candidate, taken=self._slices)
        cost = len(piece.text) + _REF_CHARACTERS
        if cost > self._left:
            return None
        self._left -= cost
        self._slices.append(piece)
        self._chosen.append(candidate.words)
        return piece


def _grow(candidate: Candidate, *, taken: Sequence[Slice]) -> Slice:
    """The sentence with up to one neighbour on each side of the same paragraph, as far as they are free and short."""
    source, sentences = candidate.interaction.own_words, candidate.sentences
    used = {n for s in taken if s.interaction is candidate.interaction for n in range(s.first, s.last + 1)}
    first = last = candidate.index
    for neighbour in (candidate.index + 1, candidate.index - 1):
        low, high = min(first, neighbour), max(last, neighbour)
        if neighbour < 0 or neighbour >= len(sentences) or neighbour in used:
            continue
        stretch = source[sentences[low].start : sentences[high].end]
        if len(stretch) <= _PASSAGE_CHARACTERS and _only_kept(stretch, sentences[low : high + 1]):
            first, last = low, high
    text = source[sentences[first].start : sentences[last].end]
    return Slice(interaction=candidate.interaction, first=first, last=last, text=text)


def _only_kept(stretch: str, sentences: Sequence[Sentence]) -> bool:
    """Whether nothing but the kept sentences and white space lies in a stretch, and no paragraph ends in it."""
    return "\n\n" not in stretch and len("".join(stretch.split())) == sum(
        len("".join(sentence.text.split())) for sentence in sentences
    )


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    together = len(words | others)
    return together > 0 and len(words & others) / together >= _ALIKE


def number_passages(shelves: Mapping[Facet, list[Slice]]) -> dict[Facet, tuple[Passage, ...]]:
    """The passages of every facet that has any, best first, with references "E1".. in order of time."""
    unique = {id(piece): piece for shelf in shelves.values() for piece in shelf}
    in_time = sorted(unique.values(), key=lambda s: (s.interaction.occurred_at, s.interaction.interaction_id, s.first))
    passages = {id(piece): _passage(piece, f"E{n}") for n, piece in enumerate(in_time, start=1)}
    return {facet: tuple(passages[id(piece)] for piece in shelf) for facet, shelf in shelves.items() if shelf}


def _passage(piece: Slice, ref: str) -> Passage:
    source = piece.interaction
    return Passage(
        ref=ref,
        interaction_id=source.interaction_id,
        text=piece.text,
        occurred_at=source.occurred_at,
        speaker=source.speaker or Speaker.NOTE,
        kind=source.kind,
        subject=source.subject,
    )
