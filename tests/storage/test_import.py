"""Importing a CRM folder into a real database: what is stored, what is told, and that a second time writes nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, LiteralString

import numpy as np
import pytest
from psycopg.sql import SQL, Composed, Identifier

from persona.errors import ImportFolderError
from persona.ports import Vector
from storage.crm.folder import Skipped
from storage.database import Database, driver_connection
from storage.embeddings import embed_pending
from storage.importer import FileReport, ImportReport, import_folder
from storage.merging import Merging
from storage.store import WorkspaceStore
from tests.profiles import rich_insights, rich_profile
from tests.storage.rows import Rows

FOLDER = {
    "contacts": """external_id,name,email,title,company,company_domain,industry,company_size,do_not_profile,created_at
C1,Jäne Doe,jane@northwind.example,CTO,Northwind,northwind.example,technology,120,,2024-01-01T00:00:00Z
C2,Max Weber,max@northwind.example,,Northwind,,,,true,
C3,Ann Lee,,,,,,,false,
""",
    "emails": """external_id,contact_id,thread_id,in_reply_to,direction,sent_at,subject,body,cc,owner_email,tracked
E1,C1,T1,,outbound,2025-03-01T10:00:00+01:00,Pricing,Here is our price.,a@x.example;b@x.example,sam@us.example,true
E2,C1,T1,E1,inbound,2025-03-02T09:00:00Z,Re: Pricing,Too expensive for us.,,sam@us.example,
E3,C2,T2,,inbound,2025-03-03T09:00:00Z,Hello,I write but must not be read.,,,
""",
    "email_events": """external_id,email_id,type,occurred_at,url,user_agent,ip
V1,E1,open,2025-03-01T12:00:00Z,,Mozilla,10.0.0.1
V2,E9,open,2025-03-01T12:00:00Z,,,
""",
    "activities": """external_id,contact_id,type,subject,body,occurred_at,duration_minutes,status,initiated_by
A1,C1,call,Call,She asked for a discount.,2025-03-04T09:00:00Z,12,completed,contact
E1,C1,task,Prepare offer,,2025-03-05T09:00:00Z,,,us
A2,C9,meeting,,,2025-03-05T09:00:00Z,,held,us
""",
    "deals": """external_id,contact_id,name,amount,currency,stage,outcome,created_at,closed_at,owner_email
D1,C1,Northwind 2025,1250.50,EUR,Offer,open,2025-02-01T00:00:00Z,,sam@us.example
""",
    "deal_stages": """deal_id,stage,position,entered_at
D1,Lead,1,2025-02-01T00:00:00Z
D1,Offer,2,2025-03-01T00:00:00Z
D9,Offer,2,2025-03-01T00:00:00Z
""",
    "comments": """external_id,contact_id,deal_id,author_email,created_at,body
N1,C1,D1,sam@us.example,2025-03-06T00:00:00Z,Decides with her CFO.
N2,C1,D9,sam@us.example,2025-03-06T00:00:00Z,Lost note.
""",
    "files": """external_id,contact_id,email_id,direction,name,mime,size_bytes,shared_at,opened_at
F1,C1,E1,outbound,offer.pdf,application/pdf,1000,2025-03-01T09:00:00Z,2025-03-01T13:00:00Z
F2,C1,E9,outbound,lost.pdf,,,2025-03-01T09:00:00Z,
""",
}
SKIPPED = (
    Skipped("deal_stages.csv", 4, "deal_id “D9” names no deal that was imported"),
    Skipped("comments.csv", 3, "deal_id “D9” names no deal that was imported"),
    Skipped("activities.csv", 4, "contact_id “C9” names no contact that was imported"),
    Skipped("files.csv", 3, "email_id “E9” names no email that was imported"),
    Skipped("email_events.csv", 3, "email_id “E9” names no email that was imported"),
)
TENANT_TABLES = ("companies", "contacts", "interactions", "email_events", "deals", "deal_stage_changes")


class LengthEmbedder:
    """An embedder whose vectors say how long a text is."""

    name = "length"
    dimensions = 256

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Vector:
        self.texts += texts
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        vectors[:, 0] = [len(text) for text in texts]
        return vectors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FOLDER)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.csv"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


async def run(database: Database, workspace_id: int, folder: Path, source: str = "folder") -> ImportReport:
    return await import_folder(database, workspace_id, folder, source=source, progress=lambda *_: None)


async def rows(database: Database, workspace_id: int, query: LiteralString | Composed) -> list[tuple[Any, ...]]:
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        return await (await raw.execute(query)).fetchall()


async def timeline(database: Database, workspace_id: int, columns: str) -> list[tuple[Any, ...]]:
    """The named columns of Jane's interactions, oldest first."""
    query = SQL("""SELECT {} FROM interactions i JOIN contacts c ON c.id = i.contact_id
        WHERE c.external_id = 'C1' ORDER BY occurred_at, i.external_id""")
    return await rows(database, workspace_id, query.format(SQL(columns)))


async def versions(database: Database, workspace_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Where each row stands and which transaction wrote it: equal before and after means nothing was written."""
    query = SQL("SELECT ctid::text, xmin::text, xmax::text FROM {} ORDER BY 1")
    return {name: await rows(database, workspace_id, query.format(Identifier(name))) for name in TENANT_TABLES}


async def test_every_row_is_accounted_for_and_bad_ones_are_named(
    database: Database, workspace_id: int, folder: Path
) -> None:
    report = await run(database, workspace_id, folder)
    keys = await rows(database, workspace_id, "SELECT id FROM contacts ORDER BY id")
    assert report == ImportReport(
        files=(
            FileReport("contacts.csv", rows=3, inserted=3, changed=0, unchanged=0, skipped=0),
            FileReport("deals.csv", rows=1, inserted=1, changed=0, unchanged=0, skipped=0),
            FileReport("deal_stages.csv", rows=3, inserted=2, changed=0, unchanged=0, skipped=1),
            FileReport("comments.csv", rows=2, inserted=1, changed=0, unchanged=0, skipped=1),
            FileReport("activities.csv", rows=3, inserted=2, changed=0, unchanged=0, skipped=1),
            FileReport("emails.csv", rows=3, inserted=3, changed=0, unchanged=0, skipped=0),
            FileReport("files.csv", rows=2, inserted=1, changed=0, unchanged=0, skipped=1),
            FileReport("email_events.csv", rows=2, inserted=1, changed=0, unchanged=0, skipped=1),
        ),
        skipped=SKIPPED,
        contacts_changed=tuple(key for (key,) in keys),
    )


async def test_the_timeline_holds_mails_activities_comments_and_files(
    database: Database, workspace_id: int, folder: Path
) -> None:
    await run(database, workspace_id, folder)
    assert await timeline(
        database,
        workspace_id,
        """record, i.external_id, kind, direction, to_char(occurred_at AT TIME ZONE 'UTC', 'MM-DD HH24'), subject,
        own_words""",
    ) == [
        ("emails", "E1", "email", "outbound", "03-01 09", "Pricing", ""),
        ("files", "F1", "file", "outbound", "03-01 09", "offer.pdf", ""),
        ("emails", "E2", "email", "inbound", "03-02 09", "Re: Pricing", "Too expensive for us."),
        ("activities", "A1", "call", "inbound", "03-04 09", "Call", "She asked for a discount."),
        ("activities", "E1", "task", "internal", "03-05 09", "Prepare offer", ""),
        ("comments", "N1", "comment", "internal", "03-06 00", "", "Decides with her CFO."),
    ]


async def test_what_only_some_kinds_have_is_kept(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    mail = "i.external_id, thread_id, in_reply_to, tracked, i.owner_email, i.attributes"
    call = "i.external_id, status, duration_minutes, initiated_by_contact"
    links = "i.external_id, deal_external_id, email_external_id, file_opened_at IS NOT NULL, i.attributes"
    assert (await timeline(database, workspace_id, mail))[0:3:2] == [
        ("E1", "T1", None, True, "sam@us.example", {"cc": "a@x.example;b@x.example"}),
        ("E2", "T1", "E1", False, "sam@us.example", {}),
    ]
    assert (await timeline(database, workspace_id, call))[3:5] == [
        ("A1", "completed", 12, True),
        ("E1", None, None, False),
    ]
    assert (await timeline(database, workspace_id, links))[1::4] == [
        ("F1", None, "E1", True, {"mime": "application/pdf", "size_bytes": "1000"}),
        ("N1", "D1", None, False, {}),
    ]


async def test_contacts_have_their_company_search_text_and_counts(
    database: Database, workspace_id: int, folder: Path
) -> None:
    await run(database, workspace_id, folder)
    companies = """SELECT c.external_id, k.name, k.domain, c.industry, c.company_size
        FROM contacts c LEFT JOIN companies k ON k.id = c.company_id ORDER BY 1"""
    contacts = """SELECT external_id, do_not_profile, search_text, interaction_count,
        to_char(last_interaction_at AT TIME ZONE 'UTC', 'MM-DD') FROM contacts ORDER BY 1"""
    assert await rows(database, workspace_id, companies) == [
        ("C1", "Northwind", "northwind.example", "technology", 120),
        ("C2", "Northwind", "northwind.example", None, None),
        ("C3", None, None, None, None),
    ]
    assert await rows(database, workspace_id, contacts) == [
        ("C1", False, "jane doe jane@northwind.example northwind", 6, "03-06"),
        ("C2", True, "max weber max@northwind.example northwind", 1, "03-03"),
        ("C3", False, "ann lee", 0, None),
    ]


async def test_deals_stages_and_events_hang_on_their_parents(
    database: Database, workspace_id: int, folder: Path
) -> None:
    await run(database, workspace_id, folder)
    deals = "SELECT d.external_id, amount, outcome, s.stage, s.position FROM deals d JOIN deal_stage_changes s"
    events = "SELECT i.external_id, type, e.user_agent FROM email_events e JOIN interactions i ON i.id = interaction_id"
    assert await rows(database, workspace_id, f"{deals} ON s.deal_id = d.id ORDER BY s.position") == [
        ("D1", 1250.5, "open", "Lead", 1),
        ("D1", 1250.5, "open", "Offer", 2),
    ]
    assert await rows(database, workspace_id, events) == [("E1", "open", "Mozilla")]


async def test_importing_twice_writes_nothing(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    before = await versions(database, workspace_id)
    report = await run(database, workspace_id, folder)
    assert await versions(database, workspace_id) == before
    assert [(file.inserted, file.changed, file.unchanged) for file in report.files] == [
        (0, 0, 3),
        (0, 0, 1),
        (0, 0, 2),
        (0, 0, 1),
        (0, 0, 2),
        (0, 0, 3),
        (0, 0, 1),
        (0, 0, 1),
    ]
    assert (report.skipped, report.contacts_changed) == (SKIPPED, ())


async def test_only_what_changed_is_written_and_its_contact_is_named(
    database: Database, workspace_id: int, folder: Path
) -> None:
    first = await run(database, workspace_id, folder)
    change(folder, "emails", "Too expensive for us.", "Too expensive and too late.")
    report = await run(database, workspace_id, folder)
    emails = next(file for file in report.files if file.name == "emails.csv")
    assert (emails, report.contacts_changed) == (
        FileReport("emails.csv", rows=3, inserted=0, changed=1, unchanged=2, skipped=0),
        first.contacts_changed[:1],
    )


async def test_an_event_and_a_stage_name_the_contact_they_changed(
    database: Database, workspace_id: int, folder: Path
) -> None:
    jane = (await run(database, workspace_id, folder)).contacts_changed[:1]
    for name, old, new in (
        ("email_events", "V1,E1,open", "V1,E1,click"),
        ("deal_stages", "D1,Offer,2,", "D1,Offer,3,"),
        ("contacts", ",120,", ",250,"),
    ):
        change(folder, name, old, new)
        assert (await run(database, workspace_id, folder)).contacts_changed[:1] == jane, name


async def test_a_mail_that_moved_to_another_contact_changes_both(
    database: Database, workspace_id: int, folder: Path
) -> None:
    first = await run(database, workspace_id, folder)
    change(folder, "emails", "E2,C1,", "E2,C3,")
    report = await run(database, workspace_id, folder)
    counts = "SELECT external_id, interaction_count FROM contacts ORDER BY 1"
    assert report.contacts_changed == (first.contacts_changed[0], first.contacts_changed[2])
    assert await rows(database, workspace_id, counts) == [("C1", 5), ("C2", 1), ("C3", 1)]


async def test_rows_that_left_the_folder_are_kept(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    before = await versions(database, workspace_id)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    await run(database, workspace_id, folder)
    assert await versions(database, workspace_id) == before


async def test_of_rows_with_one_id_the_last_counts_and_the_others_are_named(
    database: Database, workspace_id: int, tmp_path: Path
) -> None:
    write(tmp_path, {"contacts": "external_id,name\nC1,Old\nC2,Other\nC1,Newer\nC1,Newest\n"})
    report = await run(database, workspace_id, tmp_path)
    assert await rows(database, workspace_id, "SELECT name FROM contacts ORDER BY name") == [("Newest",), ("Other",)]
    assert report.skipped == (
        Skipped("contacts.csv", 2, "the same external_id stands again on line 5, which counts"),
        Skipped("contacts.csv", 4, "the same external_id stands again on line 5, which counts"),
    )


async def test_in_a_long_file_too_the_last_of_an_id_counts_and_who_names_nobody_is_told(
    database: Database, workspace_id: int, tmp_path: Path
) -> None:
    mails = [f"E{n},C{9 if n == 1000 else 1},inbound,2025-03-01T09:00:00Z,{'Mail' * 20}\n" for n in range(2000)]
    again = "E0,C1,inbound,2025-03-01T09:00:00Z,Newest\n"
    header = "external_id,contact_id,direction,sent_at,subject\n"
    write(tmp_path, {"contacts": "external_id,name\nC1,Jane\n", "emails": header + "".join(mails) + again})
    report = await run(database, workspace_id, tmp_path)
    skipped = (
        Skipped("emails.csv", 2, "the same external_id stands again on line 2002, which counts"),
        Skipped("emails.csv", 1002, "contact_id “C9” names no contact that was imported"),
    )
    assert (report.files[1], report.skipped) == (FileReport("emails.csv", 2001, 1999, 0, 0, skipped=2), skipped)
    stored = "SELECT count(*), max(subject) FILTER (WHERE external_id = 'E0') FROM interactions"
    assert await rows(database, workspace_id, stored) == [(1999, "Newest")]
    before = await versions(database, workspace_id)
    assert (await run(database, workspace_id, tmp_path)).files[1] == FileReport("emails.csv", 2001, 0, 0, 1999, 2)
    assert await versions(database, workspace_id) == before


async def test_all_skipped_rows_are_counted_and_the_first_thousand_are_named(
    database: Database, workspace_id: int, tmp_path: Path
) -> None:
    write(tmp_path, {"contacts": "external_id,name\n" + ",Nobody\n" * 1200})
    report = await run(database, workspace_id, tmp_path)
    assert report.files == (FileReport("contacts.csv", 1200, inserted=0, changed=0, unchanged=0, skipped=1200),)
    assert report.skipped == tuple(Skipped("contacts.csv", line, "external_id is empty") for line in range(2, 1002))


async def test_two_sources_may_use_one_id(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    report = await run(database, workspace_id, folder, source="other crm")
    assert [(file.inserted, file.changed) for file in report.files[:2]] == [(3, 0), (1, 0)]


async def test_text_is_stored_as_it_was_received(database: Database, workspace_id: int, tmp_path: Path) -> None:
    body = 'tab\there, back\\slash, "quotes", \\N, \\.\n\\.\nCRLF\r\nand snow ☃ 🙂'
    quoted = body.replace('"', '""')
    header = "external_id,contact_id,direction,sent_at,subject,body,odd\n"
    write(
        tmp_path,
        {
            "contacts": "external_id,name\nC1,Jane\n",
            "emails": f'{header}E1,C1,outbound,2025-03-01T09:00:00Z,\\N,"{quoted}","{quoted}"\n',
        },
    )
    for path in tmp_path.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\r\r", b"\r"))
    await run(database, workspace_id, tmp_path)
    assert await rows(database, workspace_id, "SELECT subject, body, attributes->>'odd' FROM interactions") == [
        ("\\N", body, body)
    ]


async def test_nothing_is_imported_when_a_file_lacks_a_column(
    database: Database, workspace_id: int, folder: Path
) -> None:
    change(folder, "files", "external_id", "id")
    with pytest.raises(ImportFolderError, match=r"files\.csv lacks the column external_id"):
        await run(database, workspace_id, folder)
    assert await rows(database, workspace_id, "SELECT 1 FROM contacts") == []


async def test_an_import_that_is_stopped_leaves_nothing_behind(
    database: Database, workspace_id: int, folder: Path
) -> None:
    def stop(name: str, done: int, total: int) -> None:
        if name == "files.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_folder(database, workspace_id, folder, progress=stop)
    assert await rows(database, workspace_id, "SELECT 1 FROM contacts") == []
    assert (await run(database, workspace_id, folder)).files[0].inserted == 3


async def test_progress_ends_with_every_files_size(database: Database, workspace_id: int, folder: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    await import_folder(database, workspace_id, folder, progress=lambda *step: heard.append(step))
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.csv")}
    assert {name: (done, total) for name, done, total in heard} == {n: (size, size) for n, size in sizes.items()}


async def test_another_workspace_sees_nothing_of_an_import(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    async with database.directory() as connection:
        raw = await driver_connection(connection)
        made = await raw.execute("INSERT INTO workspaces (name) VALUES ('Other') RETURNING workspace_id")
        ((other,),) = await made.fetchall()
    assert await versions(database, other) == {table: [] for table in TENANT_TABLES}


async def test_the_contacts_words_and_our_notes_are_embedded_once(
    database: Database, workspace_id: int, folder: Path
) -> None:
    await run(database, workspace_id, folder)
    embedder = LengthEmbedder()
    counts = [await embed_pending(database, workspace_id, embedder, progress=lambda *_: None) for _ in range(2)]
    assert (counts, sorted(embedder.texts)) == (
        [3, 0],
        ["Decides with her CFO.", "She asked for a discount.", "Too expensive for us."],
    )
    assert await rows(
        database,
        workspace_id,
        """SELECT i.external_id, c.external_id, e.model, (e.embedding::real[])[1]
        FROM interaction_embeddings e JOIN interactions i ON i.id = e.interaction_id
        JOIN contacts c ON c.id = e.contact_id ORDER BY 1""",
    ) == [("A1", "C1", "length", 25.0), ("E2", "C1", "length", 21.0), ("N1", "C1", "length", 21.0)]


async def test_an_automatic_reply_is_nobodys_words(database: Database, workspace_id: int, tmp_path: Path) -> None:
    header = "external_id,contact_id,direction,sent_at,subject,body\n"
    reply = "E1,C1,inbound,2025-03-01T09:00:00Z,Automatic reply: Pricing,I am out of the office until Monday.\n"
    write(tmp_path, {"contacts": "external_id,name\nC1,Jane\n", "emails": header + reply})
    await run(database, workspace_id, tmp_path)
    assert await embed_pending(database, workspace_id, LengthEmbedder(), progress=lambda *_: None) == 0


async def test_a_changed_text_is_embedded_again(database: Database, workspace_id: int, folder: Path) -> None:
    await run(database, workspace_id, folder)
    await embed_pending(database, workspace_id, LengthEmbedder(), progress=lambda *_: None)
    change(folder, "emails", "Too expensive for us.", "Too expensive and too late.")
    await run(database, workspace_id, folder)
    embedder = LengthEmbedder()
    assert await embed_pending(database, workspace_id, embedder, progress=lambda *_: None) == 1
    assert embedder.texts == ["Too expensive and too late."]


async def test_vectors_of_a_contact_who_opts_out_or_loses_a_mail_are_deleted(
    database: Database, workspace_id: int, folder: Path
) -> None:
    vectors = """SELECT i.external_id, c.external_id FROM interaction_embeddings e
        JOIN interactions i ON i.id = e.interaction_id JOIN contacts c ON c.id = e.contact_id ORDER BY 1"""
    await run(database, workspace_id, folder)
    await embed_pending(database, workspace_id, LengthEmbedder(), progress=lambda *_: None)
    change(folder, "emails", "E2,C1,", "E2,C3,")
    change(folder, "contacts", "technology,120,,", "technology,120,true,")
    await run(database, workspace_id, folder)
    await embed_pending(database, workspace_id, LengthEmbedder(), progress=lambda *_: None)
    assert await rows(database, workspace_id, vectors) == [("E2", "C3")]


async def test_what_we_made_of_a_contact_who_opts_out_is_deleted_by_the_import_itself(
    database: Database, workspace_id: int, folder: Path
) -> None:
    jane, _, ann = (await run(database, workspace_id, folder)).contacts_changed
    store = WorkspaceStore(database, workspace_id)
    await embed_pending(database, workspace_id, LengthEmbedder(), progress=lambda *_: None)
    insights = rich_insights(metrics={})
    for key in (jane, ann):
        behaviour = np.zeros(3, dtype=np.float32)
        await store.save_pattern(key, insights, behaviour=behaviour, profile=None, model="length")
        await store.save_persona(key, rich_profile(insights=insights))
    change(folder, "contacts", "technology,120,,", "technology,120,true,")
    await run(database, workspace_id, folder)
    made = SQL("SELECT contact_id FROM {}")
    tables = ("behavioral_patterns", "customer_personas", "interaction_embeddings")
    assert {t: await rows(database, workspace_id, made.format(Identifier(t))) for t in tables} == {
        "behavioral_patterns": [(ann,)],
        "customer_personas": [(ann,)],
        "interaction_embeddings": [],
    }


async def test_a_second_import_waits_for_the_first_longer_than_a_request_may_take(
    app_url: str, database: Database, workspace_id: int, folder: Path
) -> None:
    impatient = await Database.open(app_url, statement_timeout_s=0.2)
    async with database.workspace(workspace_id) as connection:
        first = Merging(
            await driver_connection(connection), workspace_id=workspace_id, source="folder", skip=lambda _: None
        )
        await first.begin()
        second = asyncio.create_task(run(impatient, workspace_id, folder))
        done, _ = await asyncio.wait([second], timeout=0.6)
        assert done == set()
    assert (await second).files[0].inserted == 3
    await impatient.close()


async def test_a_contact_changed_when_the_import_ended_not_when_it_began(
    database: Database, workspace_id: int, folder: Path
) -> None:
    await Rows(database, workspace_id).contact("Jane Doe")
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        merging = Merging(raw, workspace_id=workspace_id, source="folder", skip=lambda _: None)
        await merging.begin()
        await raw.execute("INSERT INTO touched SELECT id FROM contacts")
        await merging.finish()
        later = await (await raw.execute("SELECT changed_at > now() FROM contacts")).fetchone()
    assert later == (True,)


@pytest.mark.real_data
async def test_a_folder_of_real_size_goes_in_whole(database: Database, workspace_id: int) -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "crm-real"
    if not folder.is_dir():
        pytest.skip("needs the development data in ../shared/data/crm-real")
    report = await run(database, workspace_id, folder)
    assert {file.name: (file.rows, file.inserted) for file in report.files} == {
        "contacts.csv": (217, 217),
        "deals.csv": (318, 318),
        "emails.csv": (36_640, 36_640),
        "activities.csv": (11_205, 11_205),
        "comments.csv": (542, 542),
        "files.csv": (565, 565),
        "email_events.csv": (32_526, 32_526),
    }
