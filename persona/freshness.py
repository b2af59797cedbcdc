"""How long a stored persona will do: until it is too old, too much has happened, or the settings changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from persona.model import Profile


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long a stored persona is served.

    What the contact did themselves and steps of their deals matter; our own mails and notes only age the figures. A
    persona that rules wrote because the model failed is tried again after `retry_model_after`, and so is one that it
    failed to write anew.
    """

    max_age: timedelta = timedelta(days=30)
    max_newer_that_matter: int = 2
    max_newer_interactions: int = 30
    retry_model_after: timedelta = timedelta(hours=1)

    def allows(self, profile: Profile, *, now: datetime, has_model: bool) -> bool:
        """Whether a stored profile may be served without writing it anew."""
        persona = profile.persona
        failed = profile.failed_at is not None and now - profile.failed_at <= self.retry_model_after
        if persona is not None and failed and has_model:
            return True
        mattering = profile.newer_from_contact + profile.newer_stage_changes
        if persona is None or profile.settings_changed or mattering > self.max_newer_that_matter:
            return False
        if profile.newer_interactions > self.max_newer_interactions:
            return False
        retry_due = bool(persona.written_by.fallback) and has_model
        looked_at = max(filter(None, (persona.written_at, profile.confirmed_at)))
        return now - looked_at <= (self.retry_model_after if retry_due else self.max_age)
