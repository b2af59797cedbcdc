"""Whatever is sent to us, signed or not: no 5xx, no word of the CRM, no message anywhere nobody asked for one.

`make fuzz` sends 10,000; FUZZ_EXAMPLES sets another number.
"""

import json
import os
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples

from tests.bot.fuzz_payloads import bodies
from tests.bot.rig import Rig

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
CRM_WORDS = ("northwind", "Northwind", "Traceback", "SELECT ", "workspace_id")


@pytest.fixture
def rig(sample_url: str) -> Any:
    with Rig(sample_url) as made:
        yield made


def test_nothing_sent_to_us_breaks_us_or_makes_us_speak(rig: Rig) -> None:
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies())
    def hold(sent: tuple[bytes, str]) -> None:
        answer = rig.send(*sent)
        assert answer.status_code < 500, (answer.status_code, sent)
        assert [word for word in CRM_WORDS if word in answer.text and word.encode() not in sent[0]] == [] or _is_card(
            answer
        )

    hold()
    rig.work()
    messages = [message for channel in rig.slack.web.channels.values() for message in channel.messages.values()]
    assert [m for m in messages if "<!channel>" in str(m.get("text"))] == []


def test_what_is_not_signed_by_slack_is_not_even_read(rig: Rig) -> None:
    @examples(max_examples=100, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(bodies())
    def hold(sent: tuple[bytes, str]) -> None:
        answer = rig.send(*sent, signed=False)
        assert (answer.status_code, answer.text) == (401, "")

    hold()
    assert rig.slack.api_calls == []


def _is_card(answer: httpx.Response) -> bool:
    """Whether it is an answer to a command: a card for its sender's eyes only."""
    try:
        return json.loads(answer.text).get("response_type", "ephemeral") == "ephemeral"
    except ValueError:
        return False
