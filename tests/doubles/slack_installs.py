"""The double's installs: tokens with their workspace, scopes and end; OAuth codes; refresh tokens that serve once."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.doubles.slack_state import BOT, Answer, RefusedError, State

EXPIRES_IN_S = 12 * 3600
NO_TOKEN = {"oauth.v2.access"}
SCOPES = {
    "chat": "chat:write",
    "chat.unfurl": "links:write",
    "bots": "users:read",
    "users": "users:read",
    "users.lookupByEmail": "users:read.email",
    "conversations": "channels:read",
    "conversations.open": "im:write",
    "reactions": "reactions:write",
    "reactions.get": "reactions:read",
    "files": "files:write",
    "files.info": "files:read",
    "assistant": "assistant:write",
    "agents": "assistant:write",
    "team": "team:read",
}


def manifest_scopes() -> frozenset[str]:
    """The bot scopes that our manifest asks for."""
    manifest = json.loads((Path(__file__).parents[2] / "manifest.json").read_text())
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


@dataclass
class Install:
    """Whose token it is. No `scopes` means all; no `team_id` means an organisation's."""

    team_id: str | None
    scopes: frozenset[str] | None = None
    enterprise_id: str | None = None
    expires_at: float | None = None
    revoked: bool = False


class Installs(State):
    """`rotates` gives tokens that end after twelve hours with a refresh token."""

    def __init__(self) -> None:
        super().__init__()
        self.client_id, self.client_secret, self.rotates = "111.222", "client-secret", False
        self.tokens = {"xoxb-test": Install("T1", manifest_scopes()), "xoxb-revoked": Install("T1", revoked=True)}
        self.tokens["xapp-test"] = Install("T1")
        self.tickets: set[str] = set()
        self.codes: dict[str, Install] = {}
        self.refreshes: dict[str, Install] = {}

    def new_code(self, team_id: str | None = "T1", enterprise_id: str | None = None) -> str:
        """What Slack brings back after somebody allowed the app for a workspace; None for their whole organisation."""
        self._made += 1
        code = f"code{self._made}"
        self.codes[code] = Install(team_id, manifest_scopes(), enterprise_id)
        return code

    def checked(self, token: str, method: str) -> Install | None:
        """The install of a call's token; raises RefusedError when it may not make this call."""
        if method in NO_TOKEN:
            return None
        install = self.tokens.get(token)
        if install is None:
            raise RefusedError("invalid_auth" if token else "not_authed")
        if install.revoked:
            raise RefusedError("token_revoked")
        if install.expires_at is not None and self.clock.now() > install.expires_at:
            raise RefusedError("token_expired")
        if token.startswith("xapp-") != (method == "apps.connections.open"):
            raise RefusedError("not_allowed_token_type")
        needed = SCOPES.get(method) or SCOPES.get(method.split(".", maxsplit=1)[0])
        if needed and install.scopes is not None and needed not in install.scopes:
            raise RefusedError("missing_scope", needed=needed, provided=",".join(sorted(install.scopes)))
        return install

    def auth_test(self, token: str) -> Answer:
        """What a token says of itself."""
        install = self.tokens[token]
        org = {"enterprise_id": install.enterprise_id, "is_enterprise_install": install.team_id is None}
        team = {"team": "Acme", "team_id": install.team_id or install.enterprise_id, "url": "-"}
        return {**team, "user_id": BOT, "bot_id": "B1", **org}

    def _bots_info(self, given: Answer) -> Answer:
        if given.get("bot") != "B1":
            raise RefusedError("bot_not_found")
        return {"bot": {"id": "B1", "app_id": "A1", "user_id": BOT, "name": "persona", "deleted": False}}

    def revoke(self, token: str) -> Answer:
        """Ends a token."""
        self.tokens[token].revoked = True
        return {"revoked": True}

    def _apps_connections_open(self, _: Answer) -> Answer:
        self._made += 1
        self.tickets.add(f"t{self._made}")
        return {"url": f"{self.base_url.replace('http', 'ws')}/socket?ticket=t{self._made}"}

    def _oauth_v2_access(self, given: Answer) -> Answer:
        if (given.get("client_id"), given.get("client_secret")) != (self.client_id, self.client_secret):
            raise RefusedError("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            install, word = self.refreshes.pop(str(given.get("refresh_token")), None), "invalid_refresh_token"
        else:
            install, word = self.codes.pop(str(given.get("code")), None), "invalid_code"
        if install is None:
            raise RefusedError(word)
        return self._issued(install)

    def _issued(self, install: Install) -> Answer:
        self._made += 1
        token, rotated = f"xoxb-{self._made}", {}
        install = Install(install.team_id, install.scopes, install.enterprise_id)
        if self.rotates:
            token, refresh = f"xoxe.xoxb-{self._made}", f"xoxe-{self._made}"
            install.expires_at = self.clock.now() + EXPIRES_IN_S
            self.refreshes[refresh] = install
            rotated = {"refresh_token": refresh, "expires_in": EXPIRES_IN_S}
        self.tokens[token] = install
        enterprise = {"id": install.enterprise_id, "name": "Acme Org"} if install.enterprise_id else None
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(install.scopes or ())),
            "bot_user_id": BOT,
            "app_id": "A1",
            "team": {"id": install.team_id, "name": "Acme"} if install.team_id else None,
            "enterprise": enterprise,
            "is_enterprise_install": install.team_id is None,
            "authed_user": {"id": "U1"},
            **rotated,
        }
