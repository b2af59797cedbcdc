"""What is refused in Slack, each in a sentence that says what to do where something can be done."""

from typing import Final

PERSONA_GONE: Final = "This persona is no longer there, or not yours to see."
CONTACT_GONE: Final = "This contact is no longer there, or not yours to see. Ask an admin if you should see it."
HIDDEN_THERE: Final = "Not everyone in that channel may see this contact, so it isn't posted there."
HIDDEN_HERE: Final = "Not everyone in this channel may see this contact, so it can't be posted here."
READ_BY: Final = (
    "{who} can read this channel, so a persona can't be posted here. "
    "An admin can allow it with `/persona allow` in the channel, or share it somewhere else."
)
TOO_MANY_READ: Final = (
    "This channel has more than {n} members, so it can't be told whether all of them may see the contact."
)
NOT_IN: Final = "Persona isn't in that channel. Type /invite @Persona there, then try again."
CLOSED: Final = "Slack doesn't let Persona post in that conversation. Choose another one."
TOO_MANY_BY_YOU: Final = (
    "You have shared {n} in the last minute, as many as one person may. Please wait a minute, then share again."
)
TOO_MANY_HERE: Final = (
    "{n} came into this channel in the last minute, as many as may. Please wait a minute, then share again."
)
NOT_ALL: Final = "Not everyone here may see this contact, or it is not to be profiled."
FORGOTTEN: Final = "The contact is not to be profiled, or is no longer in the CRM."
ADMINS_SET: Final = "Only an admin may change the settings. Ask one, or ask to become one."
ADMINS_RETRY: Final = "Only an admin may have failed jobs tried again. Ask one, or ask to become one."
ADMINS_STOP_DIGESTS: Final = "Only an admin may stop the digest. Ask one."
HIDDEN_FOR_YOU: Final = "Not everyone in this channel may see this contact, so only you see this."
DIGEST_OFF: Final = "The weekly digest is off. An admin turns it on again in the settings on Persona's Home."
