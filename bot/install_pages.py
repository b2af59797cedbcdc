"""The two addresses of an install: the one that sends to Slack, and the one Slack sends back to."""

import html
import secrets
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.errors import explain
from bot.installing import Installing
from persona.errors import DeliveryError, SettingsError

_log = structlog.get_logger(__name__)
_COOKIE: Final = "slack-app-oauth-state"
_VALID_S: Final = 600
_OFF: Final = (
    "Installing by this link isn't set up: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PERSONA_SECRET_KEY are needed."
)
_DENIED: Final = "Nothing was installed: Slack says that it wasn't allowed."
_STALE: Final = "This link is over ten minutes old, was used before, or was begun in another browser."
_FAILED: Final = "Slack didn't confirm the install ({word}). Nothing was changed."
_AGAIN: Final = '<p><a href="/slack/install">Begin again</a></p>'


def install_routes(installing: Installing) -> list[Route]:
    """The routes; without keys they say what is missing."""

    async def begin(_: Request) -> Response:
        if installing.keys is None:
            return _page("Not set up", _OFF, status=404)
        nonce = secrets.token_urlsafe(24)
        state = installing.keys.cipher.encrypt(nonce).decode()
        answer = RedirectResponse(installing.page(installing.keys, state), status_code=302)
        answer.set_cookie(_COOKIE, nonce, max_age=_VALID_S, path="/slack", secure=True, httponly=True, samesite="lax")
        return answer

    async def finish(request: Request) -> Response:
        keys, asked = installing.keys, request.query_params
        if keys is None:
            return _page("Not set up", _OFF, status=404)
        if asked.get("error"):
            return _page("Not installed", _DENIED, more=_AGAIN)
        if not _is_ours(installing, asked.get("state", ""), request.cookies.get(_COOKIE, "")):
            return _page("Not installed", _STALE, status=400, more=_AGAIN)
        try:
            done = await installing.finish(keys, asked.get("code", ""))
        except Exception as error:  # noqa: BLE001 - nobody else would tell the person at the browser
            return _failed(error)
        link = f"slack://app?team={done.slack_id}&id={done.app_id}"
        answer = _page(
            "Installed",
            f"Persona is installed in {done.name}. The next steps are waiting for you in Slack.",
            more=f'<p><a href="{html.escape(link)}">Open Slack</a></p>',
        )
        answer.delete_cookie(_COOKIE, path="/slack")
        return answer

    return [
        Route("/slack/install", begin, methods=["GET"]),
        Route("/slack/oauth_redirect", finish, methods=["GET"]),
    ]


def _failed(error: Exception) -> Response:
    if isinstance(error, DeliveryError):
        _log.warning("install_failed", slack=error.answer)
        return _page("Not installed", _FAILED.format(word=error.answer), status=400, more=_AGAIN)
    return _page("Not installed", explain(error).text, status=503, more=_AGAIN)


def _is_ours(installing: Installing, state: str, cookie: str) -> bool:
    """Whether the state was given to this browser within ten minutes."""
    try:
        nonce = (
            installing.keys.cipher.decrypt(state.encode("ascii", "ignore"), ttl_s=_VALID_S) if installing.keys else ""
        )
    except SettingsError:
        return False
    return bool(cookie) and secrets.compare_digest(nonce, cookie)


def _page(title: str, told: str, *, status: int = 200, more: str = "") -> HTMLResponse:
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Persona · {html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui;max-width:36rem;'
        "margin:15vh auto;padding:0 1rem}</style>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(told)}</p>{more}</html>"
    )
    headers = {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "referrer-policy": "no-referrer",
    }
    return HTMLResponse(body, status_code=status, headers=headers)
