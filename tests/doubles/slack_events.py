"""What happens in Slack, as the inner part of an event."""

from typing import Any

Event = dict[str, Any]


def reaction(kind: str, user_id: str, name: str, item: Event, event_ts: str, **changes: Any) -> Event:
    """`kind` is reaction_added or reaction_removed; `item` is the `message_item`."""
    return {
        "type": kind,
        "user": user_id,
        "reaction": name,
        "item_user": "UBOT",
        "item": item,
        "event_ts": event_ts,
        **changes,
    }


def message_item(channel_id: str, ts: str) -> Event:
    """The message somebody reacts to."""
    return {"type": "message", "channel": channel_id, "ts": ts}


def app_mention(user_id: str, text: str, channel_id: str, ts: str, **changes: Any) -> Event:
    """Somebody names the bot in a channel; `thread_ts` when in a thread."""
    return {
        "type": "app_mention",
        "user": user_id,
        "text": text,
        "ts": ts,
        "channel": channel_id,
        "event_ts": ts,
        **changes,
    }


def direct_message(user_id: str, text: str, channel_id: str, ts: str, **changes: Any) -> Event:
    """Somebody writes to the bot (message.im)."""
    return {
        "type": "message",
        "channel_type": "im",
        "user": user_id,
        "text": text,
        "ts": ts,
        "channel": channel_id,
        "event_ts": ts,
        **changes,
    }


def app_home_opened(user_id: str, channel_id: str, event_ts: str, view: Event | None, tab: str = "home") -> Event:
    """Somebody opens the app; `view` is there once a Home was published."""
    shown = {"view": view} if view and tab == "home" else {}
    return {
        "type": "app_home_opened",
        "user": user_id,
        "channel": channel_id,
        "tab": tab,
        "event_ts": event_ts,
        **shown,
    }


def link_shared(user_id: str, url: str, channel_id: str, ts: str, *, typing: bool = False, **changes: Any) -> Event:
    """Somebody shares a link, or is still typing it (`typing`: then the channel is COMPOSER)."""
    return {
        "type": "link_shared",
        "user": user_id,
        "channel": "COMPOSER" if typing else channel_id,
        "is_bot_user_member": True,
        "message_ts": ts,
        "unfurl_id": f"{channel_id}.{ts}.u",
        "source": "composer" if typing else "conversations_history",
        "links": [{"domain": url.split("/")[2], "url": url}],
        "event_ts": ts,
        **changes,
    }


def app_uninstalled() -> Event:
    """The app was removed from the workspace."""
    return {"type": "app_uninstalled"}


def tokens_revoked(*bots: str) -> Event:
    """Tokens of these bot users no longer work."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": list(bots)}}


def agent_session_stopped(user_id: str, channel_id: str, thread_ts: str, streaming: list[str]) -> Event:
    """Somebody presses Stop while an answer streams."""
    return {
        "type": "agent_session_stopped",
        "user": user_id,
        "channel": channel_id,
        "thread_ts": thread_ts,
        "streaming_message_ts": streaming,
        "event_ts": thread_ts,
    }


def member_joined_channel(user_id: str, channel_id: str, event_ts: str, kind: str = "member_joined_channel") -> Event:
    """Somebody, perhaps the bot, joins a channel, or leaves it: member_left_channel."""
    return {
        "type": kind,
        "user": user_id,
        "channel": channel_id,
        "channel_type": "C",
        "team": "T1",
        "event_ts": event_ts,
    }


def channel_shared(channel_id: str, event_ts: str, kind: str = "channel_shared") -> Event:
    """Another organisation reads a channel from now on, or no longer: channel_unshared."""
    return {"type": kind, "connected_team_id": "T9", "channel": channel_id, "event_ts": event_ts}
