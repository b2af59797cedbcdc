"""Contacts found by what somebody typed."""

import pytest

from persona.errors import ContactNotFoundError
from persona.model import Contact, Fit
from storage.database import Database
from storage.store import WorkspaceStore
from tests.storage.rows import DAY, Rows, new_workspace

EXACT = {
    "Jane Doe": "Jane Doe",
    "  jane   DOE ": "Jane Doe",
    "Jane\u00a0Doe": "Jane Doe",
    "JANE.DOE@northwind.example": "Jane Doe",
    "jane doe at northwind logistics": "Jane Doe",
    "Jane Doe, Northwind Logistics": "Jane Doe",
    "Jurgen Muller": "Jürgen Müller",
    "Ju\u0308rgen Mu\u0308ller": "Jürgen Müller",
    "ИВАН ПЕТРОВ": "Иван Петров",
    "Sean O'Brien": "Seán O’Brien",
    "王伟": "王伟",
}
NEAR = {
    "Jane Do": "Jane Doe",
    "Jayn Doe": "Jayne Doe",
    "Doe Jane": "Jane Doe",
    "Jane Northwind": "Jane Doe",
    "jane doe northwnd": "Jane Doe",
    "jane.doe": "Jane Doe",
    "jane.doe@northwnd.example": "Jane Doe",
    "J. Müller": "Jürgen Müller",
    "Mueller Juergen": "Jürgen Müller",
    "Jurgn Muler": "Jürgen Müller",
    "Иван Петровв": "Иван Петров",
    "sean obrien": "Seán O’Brien",
}
WHOLE = {
    "doe": ["Jane Doe", "Jayne Doe"],
    "seán": ["Seán O’Brien"],
    "northwind": ["Jane Doe"],
    "Jane Northwind": ["Jane Doe"],
    "jane.doe": ["Jane Doe"],
    "Doe Jane": ["Jane Doe"],
}
SOMEBODY_ELSE = ("jane@northwind.example", "jane.doe@northwnd.example", "Jane Doe Contoso Corvid", "@jane", "John Doe")
NONSENSE = ("", " ", "qwzxv plmkk", "%", "'; DROP TABLE contacts; --", "🙂", "\x00", "\ud800")


@pytest.fixture
async def rows(database: Database, workspace_id: int) -> Rows:
    made = Rows(database, workspace_id)
    await made.contact("Jane Doe", email="jane.doe@northwind.example", company="Northwind Logistics")
    await made.contact("Jayne Doe", email="jayne@contoso.example", company="Contoso")
    await made.contact("Jürgen Müller", email="jm@weber.example", company="Weber Maschinenbau")
    await made.contact("Иван Петров", email="ivan@volga.example", company="Волга")
    await made.contact("Seán O’Brien", email="sean.obrien@harbour.example", company="Harbour Health")
    await made.contact("王伟", email="wei@dragon.example", company="Dragon Foods")
    return made


@pytest.fixture
def store(rows: Rows) -> WorkspaceStore:
    return WorkspaceStore(rows.database, rows.workspace_id)


async def names(store: WorkspaceStore, query: str) -> list[tuple[str, bool]]:
    return [(match.contact.name, match.exact) for match in await store.find_contacts(query)]


async def test_a_name_an_email_or_a_name_with_its_company_is_exact_and_nobody_else_is(store: WorkspaceStore) -> None:
    found = {query: [name for name, exact in await names(store, query) if exact] for query in EXACT}
    assert found == {query: [name] for query, name in EXACT.items()}


async def test_exact_ones_come_first(store: WorkspaceStore) -> None:
    assert {query: (await names(store, query))[0][0] for query in EXACT} == EXACT


async def test_what_is_misspelt_turned_round_or_cut_short_finds_its_contact_first_and_inexact(
    store: WorkspaceStore,
) -> None:
    found = {query: (await names(store, query))[0] for query in NEAR}
    assert found == {query: (name, False) for query, name in NEAR.items()}


async def test_words_that_all_stand_in_a_contact_fit_it_whole(store: WorkspaceStore) -> None:
    async def whole(query: str) -> list[str]:
        return sorted(m.contact.name for m in await store.find_contacts(query) if m.fit is Fit.WHOLE)

    assert {query: await whole(query) for query in WHOLE} == WHOLE


async def test_a_wrong_address_or_a_word_that_is_nothing_of_theirs_fits_nobody(store: WorkspaceStore) -> None:
    fits = {query: {match.fit for match in await store.find_contacts(query)} for query in SOMEBODY_ELSE}
    assert fits == {query: {Fit.PART} for query in SOMEBODY_ELSE}


async def test_nonsense_finds_nobody(store: WorkspaceStore) -> None:
    assert {query: await names(store, query) for query in NONSENSE} == {query: [] for query in NONSENSE}


async def test_a_query_of_ten_thousand_characters_is_as_good_as_its_beginning(store: WorkspaceStore) -> None:
    assert await store.find_contacts("Jane Doe" + " " * 9_992) == await store.find_contacts("Jane Doe")
    assert await store.find_contacts("x" * 10_000) == []


async def test_one_letter_finds_names_that_begin_with_it_but_none_clearly(store: WorkspaceStore) -> None:
    found = await store.find_contacts("j")
    assert {match.contact.name for match in found} == {"Jane Doe", "Jayne Doe", "Jürgen Müller"}
    assert all(match.score < 0.75 for match in found)


async def test_a_first_name_nobody_has_brings_those_of_the_same_last_name_as_a_guess(store: WorkspaceStore) -> None:
    found = await store.find_contacts("John Doe")
    assert {match.contact.name for match in found} == {"Jane Doe", "Jayne Doe"}
    assert all(0.35 <= match.score < 0.75 for match in found)


async def test_two_of_one_name_are_both_exact_and_the_company_tells_them_apart(
    rows: Rows, store: WorkspaceStore
) -> None:
    await rows.contact("Jane Doe", external_id="other", company="Fabrikam", last_interaction_at=DAY)
    both = await store.find_contacts("jane doe")
    assert [(m.contact.company, m.exact, m.score) for m in both[:2]] == [
        ("Fabrikam", True, 1.0),
        ("Northwind Logistics", True, 1.0),
    ]
    one = await store.find_contacts("jane doe northwind")
    assert one[0].contact.company == "Northwind Logistics"
    assert one[0].score - one[1].score > 0.1


async def test_no_more_than_the_limit_come_back(store: WorkspaceStore) -> None:
    assert len(await store.find_contacts("doe", limit=1)) == 1


async def test_an_exact_name_is_found_among_hundreds_as_alike(rows: Rows, store: WorkspaceStore) -> None:
    for number in range(120):
        await rows.contact(f"Anna Berg {number}", external_id=f"berg{number}")
    await rows.contact("Anna Berg")
    assert (await names(store, "anna berg"))[0] == ("Anna Berg", True)


async def test_contacts_of_another_workspace_are_neither_found_nor_loaded(rows: Rows, store: WorkspaceStore) -> None:
    other = Rows(rows.database, await new_workspace(rows.database))
    key = await other.contact("Zoë Quill", email="zoe@quill.example")
    assert await store.find_contacts("Zoë Quill") == []
    with pytest.raises(ContactNotFoundError):
        await store.load_contact(key)


async def test_a_contact_is_loaded_with_its_company(rows: Rows, store: WorkspaceStore) -> None:
    company = await rows.company("Tailspin")
    key = await rows.contact(
        "Ada Lind",
        external_id="c-9",
        email="ada@tailspin.example",
        company_id=company,
        industry="Technology",
        company_size=80,
        title="CTO",
        owner_email="rep@us.example",
        time_zone="Europe/Oslo",
        do_not_profile=True,
        created_at=DAY,
    )
    assert await store.load_contact(key) == Contact(
        key=key,
        contact_id="c-9",
        name="Ada Lind",
        email="ada@tailspin.example",
        title="CTO",
        company="Tailspin",
        industry="Technology",
        company_size=80,
        owner_email="rep@us.example",
        time_zone="Europe/Oslo",
        do_not_profile=True,
        created_at=DAY,
    )
