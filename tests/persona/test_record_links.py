"""Links to a contact's record: written by a workspace's pattern, and read back out of what people paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona.errors import SettingsError
from persona.preferences import read_preferences
from persona.record_links import contact_id_in, record_link

PATTERN = "https://crm.example/contacts/{id}"


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text))
def test_a_link_written_is_read_back_as_the_same_id(contact_id: str) -> None:
    link = record_link(PATTERN, contact_id)
    assert contact_id_in(str(link), PATTERN) == contact_id


@pytest.mark.parametrize(
    ("url", "pattern", "found"),
    [
        ("https://crm.example/contacts/c1", PATTERN, "c1"),
        ("HTTPS://CRM.example/contacts/c1/?tab=mail#top", PATTERN, "c1"),
        ("https://crm.example/contacts/c%2F1", PATTERN, "c/1"),
        ("https://crm.example/c?id=c1&view=all", "https://crm.example/c?id={id}&view=all", "c1"),
        ("https://crm.example/contacts/", PATTERN, None),
        ("https://crm.example/contacts/c1/edit", PATTERN, None),
        ("https://crm.example.evil.example/contacts/c1", PATTERN, None),
        ("https://evil.example/?u=https://crm.example/contacts/c1", PATTERN, None),
        ("https://crm.example/contacts/c1", None, None),
    ],
)
def test_only_links_of_the_pattern_hold_a_contact(url: str, pattern: str | None, found: str | None) -> None:
    assert contact_id_in(url, pattern) == found


def test_without_a_pattern_there_is_no_link() -> None:
    assert record_link(None, "c1") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "https://crm.example/contacts/",
        "https://{id}.example/",
        "javascript:alert({id})/",
        "https://crm.example/{id}/{id}",
        "https://crm.example/ {id}",
        "https://crm.example/{id}" + "x" * 500,
    ],
)
def test_what_is_no_pattern_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(SettingsError, match="record_url"):
        read_preferences(1, "UTC", {"record_url": pattern})
