"""What people asked for and what they were shown: the verdict over a run."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_server import SlackDouble
from tests.doubles.slack_sight import elements_of, words_of
from tests.doubles.slack_state import Ephemeral

Message = dict[str, Any]

_PENDING = re.compile(
    r"Writing the persona|Bringing this persona up to date|the card replaces this line|Sharing…|… \(\d of \d\)"
)
_REFERENCE = re.compile(r"\s*Reference [0-9a-f]{8}.*")


@dataclass(frozen=True)
class Shown:
    """What somebody has before them at the end for one thing they asked: cards, or sentences why there is none."""

    cards: int
    told: int
    words: tuple[str, ...] = ()


OPENED = Shown(1, 0)
"""A form that opened: it is what was asked for."""


@dataclass
class Asked:
    """One thing somebody asked. Accepted: the app answered 200 within three seconds; else Slack showed a `failure`."""

    kind: str
    who: str
    look: Callable[[], Shown]
    accepted: bool = False
    failure: str = ""


Rating = tuple[str, str]
"""Who rated, and by what: a reaction on a message, or the select of a persona version's card."""


@dataclass
class Ledger:
    """All that was asked; the stars that each rating has at the end, None for one taken back.

    Of those that are `unsure` a change was never taken, which Slack gives up after a while.
    """

    asked: list[Asked] = field(default_factory=list)
    ratings: dict[Rating, int | None] = field(default_factory=dict)
    unsure: set[Rating] = field(default_factory=set)

    def note(self, kind: str, who: str, look: Callable[[], Shown]) -> Asked:
        """Notes what somebody is about to ask."""
        asked = Asked(kind, who, look)
        self.asked.append(asked)
        return asked

    def rated(self, rating: Rating, stars: int | None, *, accepted: bool) -> None:
        """Notes a rating; one that Slack couldn't hand over may or may not stand."""
        self.ratings[rating] = stars
        (self.unsure.discard if accepted else self.unsure.add)(rating)

    def verdict(self) -> "Verdict":
        """How everything ended."""
        found = Verdict()
        for asked in self.asked:
            found.count(asked, asked.look())
        return found


@dataclass
class Verdict:
    """Counts by kind, and what is wrong, in words.

    `cards` and `told` are of what was accepted; `after_all` ended in either although Slack showed a failure; of `both`
    a sentence stands beside the card: a card may stand already when nobody can tell whether it was taken.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    after_all: Counter[str] = field(default_factory=Counter)
    both: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def count(self, asked: Asked, shown: Shown) -> None:
        """Adds one."""
        (self.accepted if asked.accepted else self.refused)[asked.kind] += 1
        self.failures[asked.failure] += not asked.accepted
        self.cards[asked.kind] += asked.accepted and shown.cards > 0
        self.told[asked.kind] += asked.accepted and shown.cards == 0 and shown.told > 0
        self.after_all[asked.kind] += not asked.accepted and shown.cards + shown.told > 0
        self.both[asked.kind] += shown.cards > 0 and shown.told > 0
        self.words.update(_REFERENCE.sub("", words) for words in shown.words)
        if shown.cards > 1 or (shown.cards == 0 and shown.told > 1):
            self.doubled.append(f"{asked.kind} {asked.who}: {shown}")
        if asked.accepted and not shown.cards and not shown.told:
            self.lost.append(f"{asked.kind} {asked.who}")


def at_response_url(slack: SlackDouble, url: str, *, answered: bool) -> Shown:
    """What stands for a command at the end: the answer, or what replaced it, and whatever came beside it."""
    found = slack._at(url)
    first = [found.origin.message] if isinstance(found.origin, Ephemeral) else []
    later = found.posts if answered else found.posts[1:]
    return _counted([*first, *[post for post in later if not post.get("replace_original")]])


def after_press(slack: SlackDouble, url: str) -> Shown:
    """What a press led to: it is answered by whatever came to its response_url."""
    posts = slack.posts_to(url)
    replacing = [post for post in posts if post.get("replace_original")]
    return _counted([*replacing[-1:], *[post for post in posts if not post.get("replace_original")]])


def of_share(slack: SlackDouble, channel_id: str, note: str, view_id: str) -> Shown:
    """How often a shared card stands in its channel; what the modal says when it doesn't."""
    posted = sum(note in json.dumps(message) for message in slack.web.channel(channel_id).messages.values())
    modal = slack.web.views.get(view_id)
    says = json.dumps(modal.view, ensure_ascii=False) if modal else ""
    done = "The persona is posted" in says
    told = bool(says) and not done and not _PENDING.search(says)
    words = (words_of(modal.view.get("blocks") or []),) if modal and told else ()
    return Shown(posted if told or done or posted > 1 else 0, int(told), words)


def in_thread(slack: SlackDouble, channel_id: str, ts: str) -> Shown:
    """What stands in the thread below a mention, for all or for who asked."""
    channel = slack.web.channel(channel_id)
    posts = [m for m in channel.messages.values() if m.get("thread_ts") == ts and m.get("user") == "UBOT"]
    return _counted([*posts, *[whisper for whisper in channel.whispers if whisper.get("thread_ts") == ts]])


def _counted(messages: list[Message]) -> Shown:
    ended = [message for message in messages if not is_pending(message)]
    cards = sum(is_card(message) for message in ended)
    words = tuple(str(message.get("text")) for message in ended if not is_card(message))
    return Shown(cards, len(ended) - cards, words)


def is_pending(message: Message) -> bool:
    """Whether it promises something yet to come."""
    return bool(_PENDING.search("".join(_texts(message))))


def is_card(message: Message) -> bool:
    """Whether it is a persona's card: there is something to press on it."""
    return any(True for _ in elements_of(message.get("blocks") or []))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
