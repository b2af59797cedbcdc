"""Reading a CRM folder: what a row becomes, and what a person is told of one that is no good."""

from pathlib import Path

import pytest

from persona.errors import ImportFolderError
from storage.crm.folder import CrmFile, open_folder, read_blocks
from storage.crm.records import FIELD_LIMIT

CONTACTS = "external_id,name,email\nC1,Jane Doe,jane@northwind.example\n"
EMAIL_HEADER = "external_id,contact_id,direction,sent_at,subject,body,tracked\n"
EMAIL = "E1,C1,inbound,2025-03-01T09:00:00Z,Hello,Good morning,\n"


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def opened(folder: Path, name: str) -> CrmFile:
    return next(file for file in open_folder(folder) if file.layout.name == name)


def read(folder: Path, name: str) -> tuple[list[dict[str, str]], list[tuple[int, str]]]:
    """The good rows as their known values by staging column, and what was skipped."""
    file, skipped = opened(folder, name), list[tuple[int, str]]()
    columns = [column for column, _ in file.layout.staged]
    blocks = read_blocks(file, skip=lambda line, reason: skipped.append((line, reason)))
    rows = [dict(zip(columns, row, strict=True)) for block in blocks for row in zip(*block.columns, strict=True)]
    return [{name: value for name, value in row.items() if value} for row in rows], skipped


def read_emails(folder: Path, rows: str | bytes) -> tuple[list[dict[str, str]], list[tuple[int, str]]]:
    content = rows if isinstance(rows, bytes) else rows.encode()
    return read(write(folder, contacts=CONTACTS, emails=EMAIL_HEADER.encode() + content), "emails")


def test_a_row_keeps_its_line_its_values_and_unknown_columns_as_attributes(tmp_path: Path) -> None:
    write(tmp_path, contacts="favourite tea,external_id,name,company_size\nassam,C1,Jane Doe,120\n,C2,Jayne Doe,\n")
    assert read(tmp_path, "contacts") == (
        [
            {
                "line": "2",
                "external_id": "C1",
                "name": "Jane Doe",
                "company_size": "120",
                "attributes": '{"favourite tea": "assam"}',
            },
            {"line": "3", "external_id": "C2", "name": "Jayne Doe"},
        ],
        [],
    )


def test_an_emails_own_words_come_with_it(tmp_path: Path) -> None:
    body = '"Yes, Tuesday suits me.\n\nOn Mon, 3 Mar 2025 at 10:00, Sam Ray wrote:\n> Does Tuesday suit you?\n"'
    rows, skipped = read_emails(tmp_path, f"E1,C1,inbound,2025-03-03T11:00:00Z,Re: Tuesday,{body},\n")
    assert (rows[0]["own_words"], "auto_reply" in rows[0], skipped) == ("Yes, Tuesday suits me.", False, [])


def test_an_automatic_reply_is_marked(tmp_path: Path) -> None:
    rows, _ = read_emails(
        tmp_path,
        "E1,C1,inbound,2025-03-03T11:00:00Z,Automatic reply: Tuesday,I am out of the office until Monday.,\n",
    )
    assert rows[0]["auto_reply"] == "true"


def test_a_byte_order_mark_and_dos_line_ends_are_fine(tmp_path: Path) -> None:
    write(tmp_path, contacts=b"\xef\xbb\xbf" + CONTACTS.replace("\n", "\r\n").encode())
    assert read(tmp_path, "contacts") == (
        [{"line": "2", "external_id": "C1", "name": "Jane Doe", "email": "jane@northwind.example"}],
        [],
    )


def test_a_line_number_is_the_physical_line_a_record_begins_on(tmp_path: Path) -> None:
    rows, skipped = read_emails(
        tmp_path, 'E1,C1,inbound,2025-03-01T09:00:00Z,Hello,"two\nlines",\nE2,C1,sideways,x,,,\n\n' + EMAIL
    )
    assert ([row["line"] for row in rows], [line for line, _ in skipped]) == (["2", "6"], [4])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("E1,C1,inbound,2025-03-01T09:00:00,,,", "sent_at “2025-03-01T09:00:00” has no offset"),
        ("E1,C1,inbound,1 March 2025,,,", "sent_at “1 March 2025” is not an ISO 8601 time of the years 1 to 9999"),
        ("E1,C1,inbound,10000-01-01T00:00:00Z,,,", "sent_at “10000-01-01T00:00:00Z” is not an ISO 8601 time"),
        ("E1,C1,inbound,9999-12-31T23:59:59-05:00,,,", "is not an existing time of the years 1 to 9999"),
        ("E1,C1,inbound,2025-02-30T09:00:00Z,,,", "is not an existing time of the years 1 to 9999"),
        ("E1,C1,inbound,,,,", "sent_at is empty"),
        (" ,C1,inbound,2025-03-01T09:00:00Z,,,", "external_id is empty"),
        (f"{'E' * 256},C1,inbound,2025-03-01T09:00:00Z,,,", "is longer than 255 characters"),
        ("E1,C1,sideways,2025-03-01T09:00:00Z,,,", "direction “sideways” is not one of inbound, outbound"),
        ("E1,C1,inbound,2025-03-01T09:00:00Z,,,perhaps", "tracked “perhaps” is neither true nor false"),
        ("E1,C1,inbound", "3 columns where the header has 7"),
        ("E1,C1,inbound,2025-03-01T09:00:00Z,,a\0b,", "a NUL byte on line 2"),
        ('E1,C1,inbound,2025-03-01T09:00:00Z,,"a"b,', "not valid CSV"),
        ('E1,C1,inbound,2025-03-01T09:00:00Z,,"never closed,', "not valid CSV"),
    ],
)
def test_a_bad_row_is_skipped_with_its_line_and_reason_and_the_rest_is_read(
    tmp_path: Path, row: str, reason: str
) -> None:
    rows, skipped = read_emails(tmp_path, f"{row}\n{EMAIL}")
    assert [found["line"] for found in rows] == ["3"]
    assert [(line, reason in why) for line, why in skipped] == [(2, True)], skipped


def test_a_bad_row_changes_nothing_of_the_good_ones_beside_it(tmp_path: Path) -> None:
    good = 'E2,C1,outbound,2025-03-01T09:00:00.250Z,,"two\nlines",TRUE\n' + EMAIL
    alone, _ = read_emails(tmp_path, "\n" + good)
    beside, _ = read_emails(tmp_path, "E0,C1,sideways,,,,\n" + good)
    assert beside == alone


def test_a_quote_that_is_never_closed_costs_one_line_in_the_middle_of_a_long_file(tmp_path: Path) -> None:
    many = EMAIL * 20_000
    rows, skipped = read_emails(tmp_path, f'{many}E2,C1,inbound,2025-03-01T09:00:00Z,,"a"b,\n{many}')
    lines = [row["line"] for row in rows]
    assert (lines, [line for line, _ in skipped]) == ([str(n) for n in range(2, 40_003) if n != 20_002], [20_002])


def test_a_byte_that_is_not_utf_8_is_reported_by_line(tmp_path: Path) -> None:
    rows, skipped = read_emails(tmp_path, b"E0,C1,inbound,2025-03-01T09:00:00Z,Caf\xe9,,\n" + EMAIL.encode())
    assert ([row["line"] for row in rows], skipped) == (["3"], [(2, "not UTF-8: byte 0xE9 on line 2")])


@pytest.mark.parametrize("minutes", ["-5", "1e9", "nan", "ten", "1_000"])
def test_a_duration_is_a_plain_number_of_minutes_from_zero(tmp_path: Path, minutes: str) -> None:
    header = "external_id,contact_id,type,occurred_at,duration_minutes\n"
    write(tmp_path, contacts=CONTACTS, activities=f"{header}A1,C1,call,2025-03-01T09:00:00Z,{minutes}\n")
    assert read(tmp_path, "activities") == (
        [],
        [(2, f"duration_minutes “{minutes}” is not a number from 0 to 999999999")],
    )


def test_part_of_a_minute_is_rounded(tmp_path: Path) -> None:
    header = "external_id,contact_id,type,occurred_at,duration_minutes\n"
    write(tmp_path, contacts=CONTACTS, activities=f"{header}A1,C1,call,2025-03-01T09:00:00Z,11.6\n")
    assert read(tmp_path, "activities")[0][0]["duration_minutes"] == "12"


def test_a_time_zone_is_an_iana_one(tmp_path: Path) -> None:
    write(tmp_path, contacts="external_id,name,time_zone\nC1,Jane,Europe/Berlin\nC2,Jim,../etc/passwd\n")
    rows, skipped = read(tmp_path, "contacts")
    assert (rows[0]["time_zone"], skipped) == (
        "Europe/Berlin",
        [(3, "time_zone “../etc/passwd” is not an IANA time zone such as Europe/Berlin")],
    )


def test_a_body_of_a_megabyte_is_read_whole(tmp_path: Path) -> None:
    body = "All good here. " * 70_000
    rows, skipped = read_emails(tmp_path, f"E1,C1,inbound,2025-03-01T09:00:00Z,,{body},\n")
    assert (len(rows[0]["body"]), skipped) == (len(body), [])


def test_a_field_over_the_limit_costs_its_row_only(tmp_path: Path) -> None:
    endless = '"' + ("x" * 1000 + "\n") * (FIELD_LIMIT // 1000)
    rows, skipped = read_emails(tmp_path, f"{EMAIL}E2,C1,inbound,2025-03-01T09:00:00Z,,{endless}")
    assert [row["external_id"] for row in rows] == ["E1"]
    assert skipped[:2] == [
        (3, f"not valid CSV: field larger than field limit ({FIELD_LIMIT})"),
        (4, "1 columns where the header has 7"),
    ]


def test_a_blocks_bytes_end_at_the_files_size(tmp_path: Path) -> None:
    write(tmp_path, contacts=CONTACTS, emails=EMAIL_HEADER + EMAIL * 10_000)
    file = opened(tmp_path, "emails")
    blocks = list(read_blocks(file, skip=lambda _, reason: pytest.fail(reason)))
    assert [sum(len(block) for block in blocks), len(blocks) > 1, blocks[-1].bytes_read] == [
        10_000,
        True,
        file.size,
    ]


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ImportFolderError, match="There is no folder"):
        open_folder(tmp_path / "absent")


def test_a_folder_needs_contacts(tmp_path: Path) -> None:
    with pytest.raises(ImportFolderError, match=r"not a CRM folder: it has no contacts\.csv"):
        open_folder(write(tmp_path, emails=EMAIL_HEADER))
    assert [file.layout.name for file in open_folder(write(tmp_path, contacts=CONTACTS))] == ["contacts", "emails"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("external_id;name\n1;Jane\n", "contacts.csv is separated by “;”. Save it separated by commas."),
        ("external_id\tname\n1\tJane\n", "contacts.csv is separated by “tab”. Save it separated by commas."),
        (b"PK\x03\x04rest", "contacts.csv is a workbook. Save it as “CSV UTF-8 (comma delimited)”."),
    ],
)
def test_what_another_program_saved_is_named_with_the_fix(tmp_path: Path, content: str | bytes, told: str) -> None:
    write(tmp_path, contacts=content)
    with pytest.raises(ImportFolderError) as caught:
        open_folder(tmp_path)
    assert caught.value.user_message == told


def test_a_file_in_the_folders_place_is_told_from_no_folder(tmp_path: Path) -> None:
    write(tmp_path, contacts="external_id,name\n")
    with pytest.raises(ImportFolderError, match="is a file: name the folder it is in"):
        open_folder(tmp_path / "contacts.csv")


def test_everything_wrong_with_the_headers_is_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, contacts="id,name\n", emails="", files="external_id,name,name\n", deals=b"\xff\xfee\0x\0t\0\n")
    with pytest.raises(ImportFolderError) as caught:
        open_folder(tmp_path)
    assert caught.value.user_message == (
        "contacts.csv lacks the column external_id in its header row. "
        "deals.csv can't be read as text: not UTF-8: byte 0xFF on line 1. Save it as UTF-8 and import again. "
        "emails.csv lacks the columns external_id, contact_id, direction, sent_at in its header row. "
        "files.csv lacks the columns contact_id, direction, shared_at in its header row."
    )


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFolderError, match=r"contacts\.csv has the column email more than once\."):
        open_folder(write(tmp_path, contacts="external_id,name,email,Email\n"))
