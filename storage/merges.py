"""How each staged file becomes rows of a table: the stored values as SQL expressions over the staged row `s`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from storage.crm import layouts
from storage.crm.layouts import Layout


@dataclass(frozen=True, slots=True)
class Parent:
    """What a staged row's column must name, when it isn't empty: a row of `table`, of this record if one is given."""

    column: str
    table: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """From a staged file into a table.

    `values` are the columns to store as SQL over `source`, `key` those of them a stored row is found by. `link` is the
    table's column that leads to the contact, `contacts` a query that follows it from the rows `done`. Values may use
    the parameters workspace and source.
    """

    layout: Layout
    table: str
    values: Mapping[str, str]
    source: str
    link: str = "contact_id"
    contacts: str = "SELECT link FROM done"
    key: tuple[str, ...] = ("source", "external_id")
    parents: tuple[Parent, ...] = ()


_CONTACT: Final = Parent("contact_id", "contacts")
_FROM_CONTACT: Final = """
    JOIN contacts p
    ON p.workspace_id = %(workspace)s AND p.source = %(source)s AND p.external_id = s.contact_id"""
_OF_FOLDER: Final = {"source": "%(source)s::text", "external_id": "s.external_id"}
_ATTRIBUTES: Final = {"attributes": "coalesce(s.attributes, '{}')"}


def _timeline(layout: Layout, *parents: Parent, **values: str) -> Merge:
    shared = {**_OF_FOLDER, "record": f"'{layout.name}'", "contact_id": "p.id", **_ATTRIBUTES}
    return Merge(
        layout,
        "interactions",
        {**shared, **values},
        f"staged_{layout.name} s {_FROM_CONTACT}",
        key=("source", "record", "external_id"),
        parents=(_CONTACT, *parents),
    )


CONTACTS: Final = Merge(
    layouts.CONTACTS,
    "contacts",
    {
        **_OF_FOLDER,
        "name": "s.name",
        "email": "s.email",
        "phone": "s.phone",
        "title": "s.title",
        "company_id": "p.id",
        "industry": "s.industry",
        "company_size": "s.company_size",
        "owner_email": "s.owner_email",
        "time_zone": "s.time_zone",
        "do_not_profile": "coalesce(s.do_not_profile, false)",
        "created_at": "s.created_at",
        "search_text": "search_form(concat_ws(' ', s.name, s.email, s.company))",
        **_ATTRIBUTES,
    },
    "staged_contacts s LEFT JOIN companies p ON p.workspace_id = %(workspace)s AND p.name = s.company",
    link="id",
)
DEALS: Final = Merge(
    layouts.DEALS,
    "deals",
    {
        **_OF_FOLDER,
        "contact_id": "p.id",
        "name": "coalesce(s.name, '')",
        "amount": "s.amount",
        "currency": "s.currency",
        "stage": "s.stage",
        "outcome": "s.outcome",
        "created_at": "s.created_at",
        "closed_at": "s.closed_at",
        "owner_email": "s.owner_email",
        **_ATTRIBUTES,
    },
    f"staged_deals s {_FROM_CONTACT}",
    parents=(_CONTACT,),
)
DEAL_STAGES: Final = Merge(
    layouts.DEAL_STAGES,
    "deal_stage_changes",
    {"deal_id": "p.id", "stage": "s.stage", "position": "s.position", "entered_at": "s.entered_at"},
    """staged_deal_stages s
    JOIN deals p ON p.workspace_id = %(workspace)s AND p.source = %(source)s AND p.external_id = s.deal_id""",
    link="deal_id",
    contacts="""SELECT contact_id FROM deals
    WHERE workspace_id = %(workspace)s AND id IN (SELECT link FROM done)""",
    key=("deal_id", "stage", "entered_at"),
    parents=(Parent("deal_id", "deals"),),
)
EMAILS: Final = _timeline(
    layouts.EMAILS,
    kind="'email'",
    direction="s.direction",
    occurred_at="s.sent_at",
    subject="coalesce(s.subject, '')",
    body="coalesce(s.body, '')",
    own_words="coalesce(s.own_words, '')",
    auto_reply="coalesce(s.auto_reply::boolean, false)",
    thread_id="s.thread_id",
    in_reply_to="s.in_reply_to",
    tracked="coalesce(s.tracked, false)",
    owner_email="s.owner_email",
)
ACTIVITIES: Final = _timeline(
    layouts.ACTIVITIES,
    kind="s.type",
    direction="""CASE WHEN s.type = 'task' THEN 'internal' WHEN s.initiated_by = 'contact' THEN 'inbound'
        ELSE 'outbound' END""",
    occurred_at="s.occurred_at",
    subject="coalesce(s.subject, '')",
    body="coalesce(s.body, '')",
    own_words="coalesce(s.own_words, '')",
    status="s.status",
    duration_minutes="s.duration_minutes",
    initiated_by_contact="coalesce(s.initiated_by = 'contact', false)",
    owner_email="s.owner_email",
)
COMMENTS: Final = _timeline(
    layouts.COMMENTS,
    Parent("deal_id", "deals"),
    kind="'comment'",
    direction="'internal'",
    occurred_at="s.created_at",
    body="s.body",
    own_words="coalesce(s.own_words, '')",
    owner_email="s.author_email",
    deal_external_id="s.deal_id",
)
FILES: Final = _timeline(
    layouts.FILES,
    Parent("email_id", "interactions", record="emails"),
    kind="'file'",
    direction="s.direction",
    occurred_at="s.shared_at",
    subject="s.name",
    email_external_id="s.email_id",
    file_opened_at="s.opened_at",
)
EMAIL_EVENTS: Final = Merge(
    layouts.EMAIL_EVENTS,
    "email_events",
    {
        **_OF_FOLDER,
        "interaction_id": "p.id",
        "type": "s.type",
        "occurred_at": "s.occurred_at",
        "url": "s.url",
        "user_agent": "s.user_agent",
        "ip": "s.ip",
    },
    """staged_email_events s
    JOIN interactions p ON p.workspace_id = %(workspace)s AND p.source = %(source)s
        AND p.record = 'emails' AND p.external_id = s.email_id""",
    link="interaction_id",
    contacts="""SELECT contact_id FROM interactions
    WHERE workspace_id = %(workspace)s AND id IN (SELECT link FROM done)""",
    parents=(Parent("email_id", "interactions", record="emails"),),
)

MERGES: Final = {
    merge.layout.name: merge
    for merge in (CONTACTS, DEALS, DEAL_STAGES, EMAILS, ACTIVITIES, COMMENTS, FILES, EMAIL_EVENTS)
}
"""The merge of each file, by its layout's name."""
