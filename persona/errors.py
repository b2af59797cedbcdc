"""One error tree. A docstring is the cause; `user_message` is what a person reads: what happened and what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persona.model import WrittenBy

_SHOWN = 80


class PersonaBotError(Exception):
    """Something went wrong that we can name and a person can act on."""

    user_message = "Something went wrong on our side. Nothing was lost; please try again."

    def __init__(self, user_message: str | None = None) -> None:
        if user_message is not None:
            self.user_message = user_message
        super().__init__(self.user_message)


class ContactNotFoundError(PersonaBotError):
    """No contact's name, email or company is close enough to what was asked."""

    def __init__(self, query: str, *, nearest: Sequence[str] = ()) -> None:
        self.query, self.nearest = query, tuple(nearest)
        advice = (
            f"Did you mean {', '.join(map(clipped, nearest))}?"
            if nearest
            else "Check the spelling, or search by email address."
        )
        told = "has the address" if "@" in query else "called"
        super().__init__(f"No contact {told} “{clipped(query)}”. {advice}")


class AmbiguousContactError(PersonaBotError):
    """Several contacts fit what was asked equally well."""

    def __init__(self, query: str, names: Sequence[str]) -> None:
        self.query, self.names = query, tuple(names)
        fitting = ", ".join(map(clipped, names))
        super().__init__(
            f"Several contacts fit “{clipped(query)}”: {fitting}. Add the company or use the email address."
        )


class DoNotProfileError(PersonaBotError):
    """The contact is flagged do_not_profile; nobody gets a persona of them, ever."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{clipped(name)} asked not to be profiled, so there is no persona. The CRM record itself is unchanged."
        )


class ClaimNotFoundError(PersonaBotError):
    """The persona makes no such claim; the message lists the ones it makes there."""

    def __init__(self, place: str, claims: Sequence[str]) -> None:
        listed = " ".join(f"{number}. {text}" for number, text in enumerate(claims, start=1))
        there = f"There are: {listed}" if claims else "Nothing is claimed there."
        super().__init__(f"No such claim under {clipped(place)}. {there}")


class CorrectionRefusedError(PersonaBotError):
    """What was given as the right text can't be shown: too long, with links or mark-up, or off limits."""


class ModelError(PersonaBotError):
    """The language model did not give a usable answer; the rules writer takes over."""

    user_message = "The language model gave no usable answer."
    outcome = "model_error"

    def __init__(self, user_message: str | None = None, *, spent: "WrittenBy | None" = None) -> None:
        self.spent = spent
        super().__init__(user_message)


class ModelUnreachableError(ModelError):
    """No connection to the model's server, or it answered 5xx until we gave up."""

    user_message = "The language model could not be reached. Check OPENAI_BASE_URL and the network."
    outcome = "unreachable"


class ModelTimeoutError(ModelError):
    """The model took longer than its time limit."""

    user_message = "The language model took too long. Try Refresh in a few minutes."
    outcome = "timeout"


class ModelKeyError(ModelError):
    """The model's server refused our key (401 or 403)."""

    user_message = "The language model refused the key. Ask an admin to check OPENAI_API_KEY."
    outcome = "bad_key"


class ModelBusyError(ModelError):
    """The model's server said 429 until we gave up, or the account's quota is spent.

    `retry_after_s` is when the server said to come back, if it did.
    """

    user_message = "The language model is over its rate limit or quota. Try Refresh later."
    outcome = "rate_limited"

    def __init__(self, user_message: str | None = None, *, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(user_message)


class ModelPausedError(ModelError):
    """The model's server failed several times in a row, so that it isn't asked for a while."""

    outcome = "paused"

    def __init__(self, until: str) -> None:
        super().__init__(
            f"The language model kept failing, so rules wrote this at once. The model is tried again after {until}."
        )


class ModelCrowdedError(ModelError):
    """As many personas are being written by the model as this process may at once, for longer than we wait."""

    user_message = "The language model is busy with other personas, so rules wrote this. Try Refresh in a minute."
    outcome = "crowded"


class ModelBudgetError(ModelError):
    """The workspace has spent what it may spend on models today."""

    outcome = "over_budget"

    def __init__(self, limit: str, resumes: str) -> None:
        super().__init__(
            f"Today's budget for the language model ({limit}) is spent, so rules wrote this. "
            f"The model writes again from {resumes}."
        )


class ModelAnswerError(ModelError):
    """The answer was malformed, empty, or not of our schema. `faults` are codes of ours for what was wrong with it."""

    user_message = "The language model's answer could not be read. Try Refresh."
    outcome = "malformed"

    def __init__(self, user_message: str | None = None, *, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(user_message)


class ModelTruncatedError(ModelAnswerError):
    """finish_reason was `length`: the answer is cut and nothing in it can be trusted to be whole."""

    user_message = "The language model's answer was cut off. Try Refresh."
    outcome = "truncated"


class ModelRejectedError(ModelError):
    """The model's server did not accept the request (another 4xx): no such model, or a schema it can't serve."""

    user_message = "The language model's server did not accept the request. Ask an admin to check OPENAI_MODEL."
    outcome = "rejected"


class BatchesMissingError(ModelError):
    """The model's server has no Batch API: it isn't OpenAI's."""

    user_message = "The language model's server takes no batches, so personas are written one by one at full price."
    outcome = "no_batches"


class ModelRefusedError(ModelAnswerError):
    """The model refused, or its content filter did."""

    user_message = "The language model refused to write this persona."
    outcome = "refused"


class ModelLanguageError(ModelAnswerError):
    """The answer is in another language than the workspace's."""

    user_message = "The language model answered in another language than this workspace's."
    outcome = "wrong_language"


class ModelUngroundedError(ModelAnswerError):
    """Nothing, or too little, of the answer survived the evidence check."""

    user_message = "Too little of what the language model wrote could be traced to a quote, so it was discarded."
    outcome = "ungrounded"


class SetupError(PersonaBotError):
    """The installation is not usable as it stands; the message says the fix."""

    user_message = "Persona Bot is not set up. Run `persona-bot doctor`."


class SettingsError(SetupError):
    """Environment variables are missing or malformed; all of them are named at once."""


class DatabaseUnreachableError(SetupError):
    """The database does not answer, or refuses the user or password."""

    user_message = "The database does not answer. Check DATABASE_URL and that the server is running."


class DatabaseRefusesError(DatabaseUnreachableError):
    """The server is there and lets us in by no trying: there is no such database, user or password."""


class DatabaseBusyError(DatabaseUnreachableError):
    """The database answers too slowly; trying again later is all there is to do."""

    user_message = "The database is too busy to answer. Please try again in a minute."


class DatabaseReadOnlyError(SetupError):
    """The database answers and takes no changes: a standby, or default_transaction_read_only."""

    user_message = (
        "The database takes no changes: it is read-only. "
        "Check that DATABASE_URL leads to the primary and that default_transaction_read_only is off."
    )


class DatabaseRightsError(SetupError):
    """The database role may not do what the migration or the app needs."""


class ExtensionMissingError(SetupError):
    """PostgreSQL lacks an extension we need (vector, pg_trgm, unaccent)."""


class SchemaOutdatedError(SetupError):
    """The database's schema is not the one this version was written for."""

    user_message = "The database schema is out of date. Run `persona-bot migrate`."


class DiskFullError(SetupError):
    """No space left where the embedded database keeps its files."""


class BackupError(SetupError):
    """A backup could not be made or restored; the sentence says why and what stands."""


class FolderUnwritableError(SetupError):
    """The embedded database's folder can't be made or written."""


class ImportFolderError(PersonaBotError):
    """The folder to import isn't a CRM folder: absent, without contacts.csv, or without a needed column."""


class UnknownWorkspaceError(PersonaBotError):
    """A verified request came from a Slack workspace that has no installation here."""

    user_message = "Persona Bot is not installed for this Slack workspace. Ask an admin to install it."


class NotForYouError(PersonaBotError):
    """Somebody asks who may see no contact: a guest, or a person of another organisation."""

    user_message = "Personas are for full members of this workspace. Ask an admin if you should be one."


class ChannelRefusedError(PersonaBotError):
    """A channel a persona must not be posted in; the message is the reason."""


class NeverEndsError(PersonaBotError):
    """A job was begun as often as it may be tried, and whatever worked on it was gone before its end."""

    user_message = "This was tried several times and never finished. Please ask again, or tell who runs Persona Bot."


class MaybeSentError(PersonaBotError):
    """What is sent only once was interrupted while Slack was asked to take it: nobody knows whether it did."""

    user_message = "This was interrupted while it was being sent, so it may stand there already. Look, then try again."


class DeliveryError(PersonaBotError):
    """Slack did not take a message: its word for why, whether sending it again can help, and when if Slack says so.

    When it is `uncertain` Slack may have taken it all the same.
    """

    user_message = "Slack did not take what was to be shown or sent. Nothing is lost; please try again in a minute."

    def __init__(self, answer: str, *, retry: bool, after_s: float | None = None, uncertain: bool = False) -> None:
        self.answer, self.retry, self.after_s, self.uncertain = answer, retry, after_s, uncertain
        super().__init__()


def clipped(text: str) -> str:
    """What someone typed or a CRM holds, short enough to stand in a sentence: 80 characters at most."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
