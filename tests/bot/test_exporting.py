"""Export, from the card's menu to the file in the direct messages, as a rep does it."""

import csv
import io
import json

import pytest

from blocks.export_form import Format
from bot.exporting import file_name
from bot.wiring import Services
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble
from tests.profiles import jane, rich_profile

LABELS = {Format.PDF: "PDF: a page to print", Format.CSV: "CSV: the claims", Format.JSON: "JSON: everything"}


async def export(rep: Person, services: Services, wanted: Format) -> None:
    await rep.command("Jane Doe")
    await work(services)
    await rep.pick("Export…")
    form = rep.modal
    assert form is not None
    [options] = [b["element"]["options"] for b in form.content["blocks"] if b["type"] == "input"]
    label = next(o["text"]["text"] for o in options if o["text"]["text"].startswith(LABELS[wanted]))
    await rep.choose("Format", label)
    await rep.submit()
    assert "Making the file" in rep.modal.says if rep.modal else False
    await work(services)


@pytest.mark.parametrize("wanted", list(Format))
async def test_the_file_comes_to_who_asked_alone(
    rep: Person, slack: SlackDouble, services: Services, wanted: Format
) -> None:
    await export(rep, services, wanted)
    [upload] = slack.web.files.values()
    room = slack.web.direct_channel("U1")
    assert (upload.filename, upload.shared_in) == (f"persona-jane-doe-v1.{wanted.value}", [room.channel_id])
    assert rep.modal is not None
    assert "in your direct messages" in rep.modal.says
    content = upload.content or b""
    begins = {Format.PDF: b"%PDF-", Format.CSV: "\ufeffplace,claim".encode(), Format.JSON: b"{"}
    assert content.startswith(begins[wanted])
    if wanted is Format.JSON:
        assert json.loads(content)["name"] == "Jane Doe"
    if wanted is Format.CSV:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert {"pain_points", "summary"} <= {row["place"] for row in rows}


async def test_a_form_sent_twice_makes_one_file(rep: Person, slack: SlackDouble, services: Services) -> None:
    await rep.command("Jane Doe")
    await work(services)
    await rep.pick("Export…")
    view = slack.web.top("U1")
    assert view is not None
    await rep.submit()
    await slack.interact(
        rep.app,
        {"type": "view_submission", "team": {"id": "T1"}, "user": rep.user, "view": view.as_slack() | {
            "callback_id": "export_persona", "private_metadata": "27:1", "state": {"values": view.state}}},
    )  # fmt: skip
    await work(services)
    assert len(slack.web.files) == 1


async def test_who_may_not_see_the_contact_any_more_gets_no_file(
    rep: Person, slack: SlackDouble, services: Services
) -> None:
    await rep.command("Jane Doe")
    await work(services)
    await rep.pick("Export…")
    await choose(services, await services.default_workspace(), "owner")
    services.audience.forget(await services.default_workspace(), "U1")
    await rep.submit()
    await work(services)
    assert (slack.web.files, "not yours to see" in rep.modal.says if rep.modal else "") == ({}, True)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Zoë D'Arcy-Müller", "persona-zoe-d-arcy-muller-v4.csv"),
        ("../../etc", "persona-etc-v4.csv"),
        ("李雷", "persona-contact-42-v4.csv"),
    ],
)
def test_a_file_is_called_by_plain_letters(name: str, file: str) -> None:
    assert file_name(rich_profile(contact=jane(name=name)), Format.CSV) == file
