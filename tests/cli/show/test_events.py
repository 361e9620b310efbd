"""What happened, as a list and as it comes."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.journal.journal import Journal
from tests.cli.command import Command
from tests.heldar_site import HeldarSite, execute

LONG_AGO = timedelta(hours=3)


async def note(site: HeldarSite, kind: EventKind, words: str, camera_id: str | None, at: datetime) -> None:
    journal = await Journal.open(site.journal)
    await journal.events.add(kind, words, who="anna@nvr-07", now=at, camera_id=camera_id)
    await journal.close()


def happens(
    site: HeldarSite, kind: EventKind, words: str, camera_id: str | None = None, ago: timedelta = timedelta(0)
) -> None:
    asyncio.run(note(site, kind, words, camera_id, now_utc() - ago))


@pytest.fixture
def eventful(heldar_site: HeldarSite) -> HeldarSite:
    happens(heldar_site, EventKind.ALARM, "The disk is full.", ago=LONG_AGO)
    happens(heldar_site, EventKind.CAMERA_SET_ASIDE, "\x1b[31mFront gate\nis set aside.", "gate")
    happens(heldar_site, EventKind.ALARM_OVER, "There is room again.")
    return heldar_site


def test_events_are_listed_oldest_first_a_line_each(eventful: HeldarSite, run: Command) -> None:
    assert run("events") == 0
    lines = run.out.splitlines()
    assert [line.split()[2] for line in lines] == ["alarm", "camera_set_aside", "alarm_over"]
    assert lines[0].endswith("anna@nvr-07  The disk is full.")
    assert "\x1b" not in run.out


def test_events_as_json_have_the_journals_names(eventful: HeldarSite, run: Command) -> None:
    events = run.json("events")
    assert [event["words"] for event in events][::2] == ["The disk is full.", "There is room again."]
    columns = {row["name"] for row in execute(eventful.journal, "PRAGMA table_info(events)")}
    assert set(events[0]) == columns
    assert (events[1]["camera_id"], events[1]["kind"]) == ("gate", "camera_set_aside")


def test_events_are_chosen_by_time_kind_and_camera(eventful: HeldarSite, run: Command) -> None:
    def kinds(*flags: str) -> list[str]:
        return [event["kind"] for event in run.json("events", *flags)]

    assert kinds("--since", "2h") == ["camera_set_aside", "alarm_over"]
    assert kinds("--since", format_stamp(now_utc() - 2 * LONG_AGO)) == ["alarm", "camera_set_aside", "alarm_over"]
    assert kinds("--kind", "alarm,alarm_over") == ["alarm", "alarm_over"]
    assert kinds("--camera", "Front gate") == kinds("--camera", "gate") == ["camera_set_aside"]
    assert kinds("--camera", "dock") == []


def test_what_is_no_time_kind_or_camera_is_refused(eventful: HeldarSite, run: Command) -> None:
    assert run("events", "--since", "soon") == 2
    assert "--since 'soon' is no time" in run.err
    assert run("events", "--kind", "alrm") == 2
    assert "'alrm' (did you mean alarm)" in run.err
    assert run("events", "--camera", "nowhere") == 2
    assert "There is no camera 'nowhere'" in run.err


def test_a_site_where_nothing_happened_has_an_empty_list(heldar_site: HeldarSite, run: Command) -> None:
    assert run("events") == 0
    assert run.out == ""
    assert run.json("events") == []
    assert not heldar_site.journal.exists()


def test_only_the_newest_thousand_unless_a_time_is_given(heldar_site: HeldarSite, run: Command) -> None:
    happens(heldar_site, EventKind.ALARM, "first")
    stamp = format_stamp(now_utc())
    execute(
        heldar_site.journal,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
        "INSERT INTO events (at, kind, who, words) SELECT ?, 'alarm', 'anna@nvr-07', i FROM n",
        stamp,
    )
    assert [event["words"] for event in run.json("events")][::999] == ["1", "1000"]
    assert len(run.json("events", "--since", "1h")) == 1001


# As they come.


class Follower:
    """`anr-tui events --follow`, as a process."""

    def __init__(self, site: HeldarSite, *flags: str, output: int | IO[str] = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anr_tui", "events", "--follow", *flags, *site.flags],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextlib.contextmanager
def following(site: HeldarSite, *flags: str) -> Iterator[Follower]:
    follower = Follower(site, *flags)
    try:
        yield follower
    finally:
        follower.process.kill()
        follower.process.communicate()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_follow_goes_on_with_what_comes_until_a_signal(
    eventful: HeldarSite, number: signal.Signals, status: int
) -> None:
    with following(eventful, "--json", "--kind", "alarm") as follower:
        assert json.loads(follower.line())["words"] == "The disk is full."
        happens(eventful, EventKind.ALARM_OVER, "not asked for")
        happens(eventful, EventKind.ALARM, "new")
        assert json.loads(follower.line())["words"] == "new"
        assert follower.end(number) == status
        out, err = follower.process.communicate()
    assert (out, err) == ("", "")


def test_follow_ends_when_nobody_reads_it_any_more_though_nothing_happens(eventful: HeldarSite) -> None:
    with following(eventful) as follower:
        assert "The disk is full." in follower.line()
        assert follower.process.stdout is not None
        follower.process.stdout.close()
        assert follower.process.wait(20) == 1
        assert follower.process.stderr is not None
        assert follower.process.stderr.read() == ""


def test_follow_begins_before_there_is_a_journal_and_goes_on_with_another(heldar_site: HeldarSite) -> None:
    happens(heldar_site, EventKind.ALARM, "in the first")
    happens(heldar_site, EventKind.ALARM, "in the first, too")
    with following(heldar_site) as follower:
        assert "in the first" in follower.line()
        assert "too" in follower.line()
        for path in heldar_site.root.glob("heldar.anr.db*"):
            path.unlink()
        happens(heldar_site, EventKind.ALARM, "in another")
        assert "in another" in follower.line()
        assert follower.end(signal.SIGINT) == 130
    for path in heldar_site.root.glob("heldar.anr.db*"):
        path.unlink()
    with following(heldar_site) as follower:
        give_up_at = time.monotonic() + 20
        while not heldar_site.journal.exists() and time.monotonic() < give_up_at:
            happens(heldar_site, EventKind.ALARM, "at last")
        assert "at last" in follower.line()
        assert follower.end(signal.SIGINT) == 130


def test_follow_into_a_file_works(eventful: HeldarSite) -> None:
    path = eventful.root / "followed"
    with path.open("w") as file:
        follower = Follower(eventful, "--kind", "alarm", output=file)
        give_up_at = time.monotonic() + 20
        while not path.read_text() and time.monotonic() < give_up_at:
            time.sleep(0.02)
        assert follower.end(signal.SIGTERM) == 143
        follower.process.communicate()
    assert path.read_text().endswith("The disk is full.\n")
