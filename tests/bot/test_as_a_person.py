"""A rep at Slack uses what stands on the card as they see it, over signed HTTP against Slack's limits."""

import pytest

from bot.wiring import Services
from tests.bot.conftest import work
from tests.bot.test_engine import ask
from tests.doubles.slack_person import Person

JANE = "Jane Doe"


@pytest.mark.parametrize("times", [1, 2])
async def test_every_button_of_the_card_does_something_that_slack_shows(
    rep: Person, services: Services, times: int
) -> None:
    await ask(services)
    first = await rep.command(JANE)
    assert first is not None
    for label in [found.labels[0] for found in first.elements if found.element["type"] == "button"]:
        card = await rep.command(JANE)
        before = [shown.content for shown in rep.sees]
        for _ in range(times):
            await rep.press(label, card)
        await work(services)
        modal = rep.modal
        assert modal or [shown.content for shown in rep.sees] != before, label
        if modal:
            await rep.close(all_of_them=True)
