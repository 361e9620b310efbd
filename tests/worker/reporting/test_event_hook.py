"""The operator's command for events: what it is given, once, and that nothing it does harms the worker."""

import asyncio
import base64
import contextlib
import json
import logging
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.event import EventKind
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.journal.journal import Journal
from anr_tui.worker.reporting.event_hook import MOST_WAITING, EventHook, check_hook
from anr_tui.worker.scheduler import Scheduler
from tests.engine import EngineSite, until

HABITS = Path(__file__).with_name("hook_habits.py")


class Hooked:
    """A site whose command for events has one habit."""

    def __init__(self, site: EngineSite, habit: str) -> None:
        self.site = site
        self.seen = site.root / "seen"
        command = shlex.join([sys.executable, str(HABITS), habit, str(self.seen)])
        self.settings: dict[str, Any] = {"anr_on_event": command}

    @contextlib.asynccontextmanager
    async def worker(self, time_limit_s: float = 30, **changes: Any) -> AsyncIterator[tuple[Scheduler, EventHook]]:
        """A worker whose hook runs; leaving the block finishes the hook."""
        changes = self.settings | changes
        chosen = self.site.settings(**changes)
        async with self.site.worker(**changes) as worker:
            command, kinds = chosen.on_event_command, chosen.on_event_kinds
            hook = EventHook(worker.context, command, kinds, time_limit_s=time_limit_s)
            running = asyncio.create_task(hook.run())
            try:
                yield worker, hook
                await hook.finish()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    async def note(self, kind: EventKind = EventKind.ALARM, words: str = "", ago: timedelta = timedelta(0)) -> None:
        """An event as another process writes it."""
        journal = await Journal.open(self.site.journal)
        await journal.events.add(kind, words, who="anna@nvr-07", now=now_utc() - ago, gap_id="gap_1")
        await journal.close()

    def text(self) -> str:
        return self.seen.read_text() if self.seen.exists() else ""

    def words(self) -> list[str]:
        """The words of the events that the command got."""
        return [json.loads(line)["words"] for line in self.text().splitlines()]


def is_gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


async def test_an_event_is_given_as_one_json_object_also_one_that_a_console_wrote(site: EngineSite) -> None:
    hooked = Hooked(site, "keep")
    async with hooked.worker() as (worker, _):
        await hooked.note(words="see rtsp://***@192.0.2.1/")
        await until(hooked.text)
        (event,) = await worker.context.journal.events.newest(1)
    assert json.loads(hooked.text()) == {
        "id": event.id,
        "at": format_stamp(event.at),
        "kind": "alarm",
        "who": "anna@nvr-07",
        "camera_id": None,
        "gap_id": "gap_1",
        "fill_id": None,
        "words": "see rtsp://***@192.0.2.1/",
        "evidence": {"count": 0, "head": "0:begun:0"},
    }


async def test_only_the_chosen_kinds_are_handed_over(site: EngineSite) -> None:
    hooked = Hooked(site, "keep")
    async with hooked.worker(anr_on_event_kinds="url_revealed, asked") as (worker, _):
        await hooked.note(EventKind.ALARM, "no")
        await hooked.note(EventKind.URL_REVEALED, "yes")
        await worker.context.journal.requests.ask(RequestKind.SWEEP, asked_by="anna@nvr-07", now=now_utc())
    assert hooked.words() == ["yes", "Asked: sweep now (request 1)."]


async def test_each_event_is_handed_over_once_also_by_the_next_worker(site: EngineSite) -> None:
    hooked = Hooked(site, "keep")
    async with hooked.worker():
        await hooked.note(words="first")
        await until(hooked.text)
    await hooked.note(words="while no worker ran")
    await hooked.note(words="two hours ago", ago=timedelta(hours=2))
    async with hooked.worker():
        await hooked.note(words="last")
    async with hooked.worker():
        pass
    assert hooked.words() == ["first", "while no worker ran", "last"]


async def test_of_too_many_events_the_newest_are_handed_over_and_the_others_counted(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("anr_tui.worker.reporting.event_hook.MOST_WAITING", 2)
    assert MOST_WAITING == 100
    hooked = Hooked(site, "keep")
    async with site.worker():
        for number in range(5):
            await hooked.note(words=str(number))
    async with hooked.worker():
        await until(lambda: len(hooked.words()) == 2)
    assert hooked.words() == ["3", "4"]
    assert "3 events are not handed to ANR_ON_EVENT" in caplog.text


async def test_it_has_no_terminal_a_group_of_its_own_and_nothing_of_heldars(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("heldar_secret_key", base64.b64encode(bytes(32)).decode())
    monkeypatch.setenv("HELDAR_BOOTSTRAP_ADMIN_PASSWORD", "s3cr3t")
    monkeypatch.setenv("MAIL_RELAY", "mail.example")
    hooked = Hooked(site, "show_surroundings")
    async with hooked.worker() as (worker, _):
        assert worker.context.tools.secret_key is not None
        await hooked.note()
        await until(lambda: hooked.text().startswith("no terminal"))
    first, *names = hooked.text().splitlines()
    assert first == "no terminal, leader True"
    assert "MAIL_RELAY" in names and "PATH" in names
    assert [name for name in names if name.upper().startswith("HELDAR_")] == []


@pytest.mark.parametrize("habit", ["hang", "be_deaf"])
async def test_one_that_does_not_end_is_ended_and_the_next_event_has_its_turn(
    site: EngineSite, habit: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a command that hangs WHEN its time is up, which the test says THEN it is gone and the next one runs."""
    is_up = asyncio.Event()

    async def time_limit(*_: object) -> None:
        await is_up.wait()

    monkeypatch.setattr("anr_tui.worker.reporting.event_hook._wait_for_end", time_limit)
    hooked = Hooked(site, habit)
    async with hooked.worker() as (worker, _):
        await hooked.note(words="first")
        await until(hooked.text)
        first = int(hooked.text())
        await hooked.note(words="second")
        is_up.set()
        await until(lambda: is_gone(first))
        is_up.clear()
        await until(lambda: hooked.text() not in ("", str(first)))
        assert "was ended at event" in caplog.text
        newest = await worker.context.journal.events.newest(1)
        assert await worker.context.journal.events.last_handed_over() == newest[0].id
    assert is_gone(int(hooked.text()))


async def test_the_time_limit_ends_a_command(site: EngineSite, caplog: pytest.LogCaptureFixture) -> None:
    hooked = Hooked(site, "hang")
    async with hooked.worker(time_limit_s=0.1):
        await hooked.note()
        await until(lambda: "was ended at event" in caplog.text)


async def test_one_that_floods_its_output_is_ended(site: EngineSite, caplog: pytest.LogCaptureFixture) -> None:
    hooked = Hooked(site, "flood")
    async with hooked.worker():
        await hooked.note()
        await until(lambda: "it printed too much" in caplog.text)
    assert is_gone(int(hooked.text()))
    assert len(caplog.text) < 100_000


async def test_what_it_leaves_in_the_background_is_ended_with_it(site: EngineSite) -> None:
    hooked = Hooked(site, "leave_grandchild")
    async with hooked.worker():
        await hooked.note()
        await until(hooked.text)
        await until(lambda: is_gone(int(hooked.text())))


async def test_one_that_fails_is_in_the_log_with_what_it_said_masked(
    site: EngineSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    hooked = Hooked(site, "fail")
    async with hooked.worker():
        await hooked.note(words="first")
        await hooked.note(words="second")
        await until(lambda: caplog.text.count("ended with status 3") == 2)
    assert "ANR_ON_EVENT says: no mail today: smtp://***@mail.example/" in caplog.text
    assert "s3cr3t" not in caplog.text
    assert hooked.words() == ["first", "second"]


async def test_one_that_was_taken_away_meanwhile_stops_nothing(
    site: EngineSite, caplog: pytest.LogCaptureFixture
) -> None:
    command = site.root / "command"
    command.write_text("#!/bin/sh\nexit 0\n")
    command.chmod(0o755)
    hooked = Hooked(site, "keep")
    check_hook(site.settings(anr_on_event=str(command)).on_event_command)
    command.unlink()
    async with hooked.worker(anr_on_event=str(command)):
        await hooked.note()
        await until(lambda: "could not be run" in caplog.text)


@pytest.mark.parametrize("command", ["no-such-program --x", "/no/such/program", "./hook.sh", str(HABITS)])
def test_a_program_that_is_not_there_is_refused_at_the_start(site: EngineSite, command: str) -> None:
    with pytest.raises(SettingsError, match="ANR_ON_EVENT names"):
        check_hook(site.settings(anr_on_event=command).on_event_command)
    check_hook(site.settings(anr_on_event="").on_event_command)
    check_hook(site.settings(anr_on_event=f"{shlex.quote(sys.executable)} -c ''").on_event_command)


async def test_the_real_worker_fills_and_ends_while_its_hook_hangs(site: EngineSite) -> None:
    hooked = Hooked(site, "be_deaf")
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        environment = {
            "ANR_ON_EVENT": hooked.settings["anr_on_event"],
            "ANR_ON_EVENT_KINDS": "worker_started,gap_filled",
        }
        worker = await site.start_worker(**environment)
        await until(hooked.text)
        await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
        worker.send_signal(signal.SIGTERM)
        assert await worker.wait() == 0
    assert is_gone(int(hooked.text()))
    assert "not done in" not in (site.root / "site.anr.logs/worker.log").read_text(), "its time limit was waited for"


async def test_the_real_worker_hands_over_its_own_end(site: EngineSite) -> None:
    hooked = Hooked(site, "keep")
    environment = {
        "ANR_ON_EVENT": hooked.settings["anr_on_event"],
        "ANR_ON_EVENT_KINDS": "worker_started,worker_ended",
    }
    worker = await site.start_worker("--once", **environment)
    assert await worker.wait() == 0
    assert hooked.words() == [f"Worker process {worker.pid} started.", f"Worker process {worker.pid} ended."]


async def test_the_real_worker_does_not_start_with_a_hook_that_is_not_there(site: EngineSite) -> None:
    worker = await site.start_worker(ANR_ON_EVENT="no-such-program")
    assert worker.stdout is not None
    words = (await worker.stdout.read()).decode()
    assert await worker.wait() == 2
    assert "ANR_ON_EVENT names 'no-such-program'" in words
    assert not os.path.exists(site.journal)


async def test_the_documented_script_works(site: EngineSite, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (HABITS.parents[3] / "docs/events.md").read_text()
    script, logger = site.root / "anr-event", site.root / "logger"
    script.write_text(text.partition("```sh\n")[2].partition("```")[0])
    logger.write_text('#!/bin/sh\necho "$@" > "$0.said"; cat >> "$0.said"\n')
    script.chmod(0o755)
    logger.chmod(0o755)
    monkeypatch.setenv("PATH", str(site.root), prepend=os.pathsep)
    hooked = Hooked(site, "keep")
    async with hooked.worker(anr_on_event="anr-event"):
        await hooked.note(words="The disk is full.")
    options, event = Path(f"{logger}.said").read_text().splitlines()
    assert options == "-t anr-tui -p user.warning"
    assert json.loads(event)["words"] == "The disk is full."
