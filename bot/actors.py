"""Who acts, as Slack's verified payload says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Team:
    """The Slack workspace a request came from."""

    team_id: str
    enterprise_id: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A user of that workspace's channels. Their own team is another one in a channel shared by two organisations."""

    team: Team
    user_id: str
    user_team_id: str | None = None

    @property
    def foreign(self) -> bool:
        """Whether they belong to another organisation."""
        return self.user_team_id not in {None, "", self.team.team_id, self.team.enterprise_id}
