"""Settings from the environment and .env: frozen, secrets never in a repr, every mistake named at once."""

from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from persona.errors import SettingsError


class Settings(BaseSettings):
    """What the environment says. Only what a process needs is required of it: see `require_slack`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL 15+ with pgvector. Empty: the embedded server in PERSONA_HOME."
    )
    persona_home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("persona-bot")),
        description="Data folder of the embedded server.",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None, description="The bot's token (xoxb-...), from the app's *Install App* page."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Proves that requests are Slack's, from *Basic Information*."
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="App-level token (xapp-...): Socket Mode in `up`, for development without a public URL.",
    )
    slack_client_id: str | None = Field(
        default=None, description="For installing by link in many workspaces: the app's id, from *Basic Information*."
    )
    slack_client_secret: SecretStr | None = Field(default=None, description="The same: its secret.")
    persona_secret_key: SecretStr | None = Field(
        default=None,
        description="Encrypts Slack's tokens and webhooks' secrets where they are stored; `secret-key` makes one.",
    )
    slack_team_id: str | None = Field(
        default=None, description="With installs by link: the Slack team whose the imported CRM is (T…)."
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Slack's Web API elsewhere, for tests against a double."
    )
    openai_api_key: SecretStr | None = Field(default=None, description="Without it personas are written by rules.")
    openai_base_url: str | None = Field(default=None, description="Any server that speaks OpenAI's chat completions.")
    openai_model: str = Field(default="gpt-4o-mini", description="The model that writes personas.")
    openai_timeout_s: float = Field(default=90, gt=0, le=600, description="How long the model may take for an answer.")
    openai_concurrency: int = Field(default=4, ge=1, le=64, description="Personas a process has written at once.")
    openai_daily_budget_usd: float | None = Field(
        default=5, ge=0, description="What a workspace may spend on the model in a day; 0 asks it nothing."
    )
    openai_daily_tokens: int | None = Field(
        default=None, ge=0, description="The same in tokens, for a server without a price. Empty: no limit."
    )
    shares_per_person: int = Field(default=10, ge=1, description="Cards one person may share in a minute.")
    shares_per_channel: int = Field(default=10, ge=1, description="Cards that may come into a channel in a minute.")
    webhooks_per_minute: int = Field(default=600, ge=1, description="Deliveries a CRM may send in a minute.")
    port: int = Field(default=3000, ge=1, le=65535, description="Port of the web process.")
    host: str = Field(default="127.0.0.1", description="Address the web process binds; 0.0.0.0 behind a load balancer.")
    health_port: int | None = Field(
        default=None, ge=1, le=65535, description="A port of its own for health and metrics, of any process."
    )
    health_host: str = Field(default="127.0.0.1", description="The address that port binds.")
    metrics_token: SecretStr | None = Field(
        default=None, description="Who sends it as a bearer token may read /metrics; without it only this machine."
    )

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @property
    def has_model(self) -> bool:
        """Whether a language model is set up: a key, or a server of one's own that may need none."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def installs_by_link(self) -> bool:
        """Whether workspaces can install by link; raises SettingsError when only a part of it is set."""
        needed = {
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret,
            "PERSONA_SECRET_KEY": self.persona_secret_key,
        }
        if self.slack_client_id is None and self.slack_client_secret is None:
            return False  # the key alone is for webhooks
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise SettingsError(f"Installing by link needs {', '.join(needed)}; {', '.join(missing)} is not set.")
        return True

    def require_slack(self) -> str:
        """The signing secret; raises SettingsError naming what a process that serves Slack lacks."""
        if self.slack_signing_secret is None:
            raise SettingsError(
                "SLACK_SIGNING_SECRET is not set. Copy it from your Slack app's Basic Information page "
                "into .env or the environment."
            )
        return self.slack_signing_secret.get_secret_value()


def load_settings() -> Settings:
    """The settings of this process; raises SettingsError that names every malformed variable, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"The environment is not usable. {wrong}.") from None


def reveal(secret: SecretStr | None) -> str | None:
    """A secret's value for the one client that needs it."""
    return secret.get_secret_value() if secret else None
