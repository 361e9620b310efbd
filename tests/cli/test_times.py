"""The zone in which commands read times, and the echo of what they understood."""

import json

import pytest

from anr_tui.platform.spoken_time import DASH
from tests.cli.command import Command
from tests.heldar_site import HeldarSite

DAY = ["--since", "2026-06-13", "--until", "2026-06-14"]


def test_times_are_read_in_the_zone_asked_for_and_echoed_beside_what_programs_read(
    reported_site: HeldarSite, run: Command
) -> None:
    span = ["--since", "2026-06-13 08:00", "--until", "14:00", "--zone", "Asia/Tokyo"]
    for form in ("json", "csv"):
        assert run("report", *span, "--format", form) == 0
        assert " 08:00-14:00 JST = Fri 12 Jun" in run.err.replace(DASH, "-")
    assert run("report", *span) == 0
    assert "08:00-14:00 JST" in run.out.replace(DASH, "-") and not run.err


def test_a_time_that_the_zone_has_twice_is_refused_in_words(reported_site: HeldarSite, run: Command) -> None:
    assert run("report", "--since", "2026-10-25 02:30", "--zone", "Europe/Berlin") == 2
    assert "comes twice in Europe/Berlin" in run.err and "2026-10-25T02:30+02:00 (CEST)" in run.err


def test_the_zone_of_the_site_is_used_where_it_says_so(reported_site: HeldarSite, run: Command) -> None:
    assert run("report", *DAY, "--zone", "site") == 2
    assert "The site does not say what its time zone is." in run.err
    reported_site.execute("INSERT INTO sites VALUES ('s', 'Harbour', 'Europe/Lisbon', '2026-06-01T00:00:00+00:00')")
    assert run("report", *DAY, "--zone", "site", "--format", "json") == 0
    assert json.loads(run.out)["since"] == "2026-06-12T23:00:00+00:00"


def test_a_zone_that_is_none_is_refused_with_the_nearest_name(run: Command) -> None:
    assert run("report", "--zone", "Europe/Berln") == 2
    assert "There is no time zone 'Europe/Berln'. Did you mean Europe/Berlin?" in run.err


def test_a_console_set_to_utc_has_its_commands_read_utc(
    reported_site: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANR_ZONE", "utc")
    assert run("report", *DAY, "--format", "json") == 0
    assert json.loads(run.out)["since"] == "2026-06-13T00:00:00+00:00"


def test_the_echo_of_events_is_no_part_of_its_output(reported_site: HeldarSite, run: Command) -> None:
    assert run("events", "--since", "1h ago", "--json", "--zone", "utc") == 0
    assert isinstance(json.loads(run.out), list)
    assert run.err.startswith("--since ") and run.err.endswith("Z\n")
