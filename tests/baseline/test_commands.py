"""What each command prints for programs and for people, and how it ends, on one small site."""

import json

import pytest

from tests.baseline.conftest import Run
from tests.baseline.record import Baseline
from tests.heldar_site import HeldarSite

SHIFT = ("--since", "2026-06-13T06:00", "--until", "2026-06-13T12:00")
FOR_PROGRAMS = {
    "status": ("status", "--json"),
    "cameras": ("cameras", "--json"),
    "gaps": ("gaps", "--json"),
    "fills": ("fills", "--json"),
    "queue": ("queue", "--json"),
    "requests": ("requests", "--json"),
    "events": ("events", "--json"),
    "events_of_a_kind": ("events", "--json", "--kind", "alarm,gap_failed", "--since", "2h"),
    "verify": ("verify", "--json"),
    "verify_gap": ("verify", "gap_filled", "--json"),
    "report": ("report", "--format", "json", *SHIFT),
    "stats": ("stats", "--format", "json", "--days", "2"),
    "settings": ("settings", "--json"),
    "camera_change": ("camera", "change", "yard", "--anr", "off", "--even-if-foreign", "--json"),
    "camera_add": ("camera", "add", "Back door", "--address", "192.0.2.14", "--even-if-foreign", "--json"),
}
FOR_PEOPLE = {
    "status": ("status",),
    "check": ("status", "--check"),
    "cameras": ("cameras",),
    "gaps": ("gaps",),
    "fills": ("fills",),
    "queue": ("queue",),
    "requests": ("requests",),
    "events": ("events",),
    "url": ("url", "gap_queued"),
    "verify": ("verify",),
    "report": ("report", *SHIFT),
    "report_csv": ("report", "--format", "csv", *SHIFT),
    "stats": ("stats", "--days", "2"),
    "stats_csv": ("stats", "--days", "2", "--format", "csv"),
    "fill": ("fill", "gap_queued", "gap_failed"),
    "retry": ("retry", "--all-failed"),
    "cancel": ("cancel", "4"),
    "gap_ids": ("completion", "--ids", "gap"),
    "without_a_terminal": (),
}
# Ends that the commands above do not show, one after the other on one site.
ENDS = (
    ("--version",),
    ("--help",),
    ("nonsense",),
    ("gaps", "--nonsense"),
    ("status", "--check"),
    ("status", "--journal", "{database}/x.anr.db"),
    ("gaps", "--config", "{database}/config.toml"),
    ("fill",),
    ("fill", "gap_none"),
    ("fill", "gap_queued", "gap_none"),
    ("retry",),
    ("retry", "gap_failed", "--all-failed"),
    ("retry", "gap_none"),
    ("cancel", "x"),
    ("cancel", "99"),
    ("url", "gap_none"),
    ("verify", "gap_none"),
    ("verify", "gap_running"),
    ("report", "--since", "yesterday"),
    ("report", "--since", "soon"),
    ("report", "--zone", "nowhere"),
    ("report", "--since", "1h", "--until", "2h"),
    ("report", "--camera", "none"),
    ("stats", "--days", "0"),
    ("events", "--kind", "nonsense"),
    ("events", "--camera", "none"),
    ("camera", "change", "yard", "--anr", "off"),
    ("camera", "change", "none", "--anr", "off"),
    ("camera", "add", "Yard", "--address", "192.0.2.14", "--even-if-foreign"),
    ("completion",),
    ("completion", "bash"),
    ("diagnose", "none"),
    ("init", "{database}/site.db"),
)


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_a_command_tells_programs_the_same_as_ever(name: str, run: Run, baseline: Baseline) -> None:
    status, printed = run(*FOR_PROGRAMS[name])

    baseline.check_json(f"json/{name}.json", {"exit": status, "printed": json.loads(printed)})


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_command_tells_people_the_same_as_ever(name: str, run: Run, baseline: Baseline) -> None:
    status, printed = run(*FOR_PEOPLE[name])

    baseline.check_text(f"text/{name}.txt", f"exit {status}\n\n{printed}")


def test_commands_end_the_same_as_ever(heldar_site: HeldarSite, run: Run, baseline: Baseline) -> None:
    ends = {}
    for arguments in ENDS:
        ends[" ".join(arguments)] = run(*(word.format(database=heldar_site.database) for word in arguments))[0]

    baseline.check_json("ends.json", ends)


def test_commands_without_a_site_end_the_same_as_ever(heldar_site: HeldarSite, run: Run, baseline: Baseline) -> None:
    heldar_site.database.unlink()

    ends = {" ".join(arguments): run(*arguments)[0] for arguments in FOR_PROGRAMS.values()}

    baseline.check_json("ends_without_site.json", ends)
