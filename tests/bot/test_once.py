"""An event and what it leads to are kept together or not at all."""

import pytest

from bot.once import once
from bot.posting import Reply
from bot.wiring import Services


async def waiting(services: Services) -> list[str]:
    return [job.task_name for job in await services.queue.job_manager.list_jobs_async()]


async def test_a_crash_before_the_promise_is_kept_leaves_the_event_to_slack_s_next_delivery(services: Services) -> None:
    workspace_id = await services.default_workspace()

    async def deliver(*, crash: bool) -> bool:
        async with once(services.database, workspace_id, "Ev1") as first:
            if first is not None:
                await services.promises.make("answer", Reply(workspace_id, "U1"), within=first)
            if crash:
                raise ConnectionResetError
            return first is not None

    with pytest.raises(ConnectionResetError):
        await deliver(crash=True)
    assert await waiting(services) == []
    assert [await deliver(crash=False), await deliver(crash=False)] == [True, False]
    assert await waiting(services) == ["answer"]
