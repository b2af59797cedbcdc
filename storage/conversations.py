"""Threads in which somebody asks: of whom they speak, which question is the newest, and whether it was stopped."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import conversations

_REMEMBERED: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of a channel in a workspace."""

    workspace_id: int
    channel_id: str
    thread_ts: str


async def open_question(connection: AsyncConnection, thread: Thread, asked_ts: str) -> None:
    """A question was asked there: it is the newest now, without an answer yet."""
    row = insert(conversations).values(**_key(thread), asked_ts=asked_ts)
    newest = {"asked_ts": asked_ts, "question": "", "answer_ts": None, "touched_at": func.now()}
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["workspace_id", "channel_id", "thread_ts"],
            set_=newest,
            where=conversations.c.asked_ts < asked_ts,
        )
    )


async def contact_spoken_of(connection: AsyncConnection, thread: Thread) -> int | None:
    """Whom the thread is about; while it is about nobody, whom the channel's newest one of the last 12 hours is."""
    of = conversations.c
    known = select(of.contact_id).where(
        of.workspace_id == thread.workspace_id, of.channel_id == thread.channel_id, of.contact_id.is_not(None)
    )
    own = await connection.scalar(known.where(of.thread_ts == thread.thread_ts))
    if own is not None:
        return int(own)
    recent = known.where(of.touched_at > func.now() - _REMEMBERED).order_by(of.touched_at.desc()).limit(1)
    found = await connection.scalar(recent)
    return None if found is None else int(found)


async def speak_of(connection: AsyncConnection, thread: Thread, contact_key: int) -> None:
    """The thread is about this contact from now on."""
    await _set(connection, _is(thread), contact_id=contact_key, question="", touched_at=func.now())


async def keep_question(connection: AsyncConnection, thread: Thread, question: str) -> None:
    """Keeps the words of a question until it is said whom it is about."""
    await _set(connection, _is(thread), question=question)


async def waiting_question(connection: AsyncConnection, thread: Thread) -> tuple[str, str] | None:
    """That question and its message's ts, if one waits."""
    found = select(conversations.c.question, conversations.c.asked_ts).where(
        _is(thread), conversations.c.question != ""
    )
    row = (await connection.execute(found)).one_or_none()
    return (row.question, row.asked_ts) if row else None


async def stop_answering(connection: AsyncConnection, thread: Thread) -> None:
    """Nobody waits for the newest question's answer any more."""
    await _set(connection, _is(thread), stopped_ts=conversations.c.asked_ts)


async def is_stopped(connection: AsyncConnection, thread: Thread, asked_ts: str) -> bool:
    """Whether nobody waits for the answer to that question any more."""
    found = select(conversations.c.stopped_ts).where(_is(thread), conversations.c.stopped_ts >= asked_ts)
    return await connection.scalar(found) is not None


async def set_answer(connection: AsyncConnection, thread: Thread, asked_ts: str, answer_ts: str) -> None:
    """Remembers the message that answers the question, so that another try completes it."""
    await _set(connection, and_(_is(thread), conversations.c.asked_ts == asked_ts), answer_ts=answer_ts)


async def answer_begun(connection: AsyncConnection, thread: Thread, asked_ts: str) -> str | None:
    """The message that answers the question, once one was begun."""
    found = select(conversations.c.answer_ts).where(_is(thread), conversations.c.asked_ts == asked_ts)
    answer_ts: str | None = await connection.scalar(found)
    return answer_ts


async def _set(connection: AsyncConnection, where: ColumnElement[bool], **values: Any) -> None:
    await connection.execute(update(conversations).where(where).values(**values))


def _is(thread: Thread) -> ColumnElement[bool]:
    return and_(*(conversations.c[name] == value for name, value in _key(thread).items()))


def _key(thread: Thread) -> dict[str, Any]:
    return {
        "workspace_id": thread.workspace_id,
        "channel_id": thread.channel_id,
        "thread_ts": thread.thread_ts,
    }
