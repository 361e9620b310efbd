"""What the documents say and what the program does are the same: fields of JSON, settings, commands."""

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anr_tui.cli.main import build_parser
from anr_tui.config.settings import SETTINGS, load_settings, origins
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.event import EVENT_TRAITS, EventKind
from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.domain.outcome import OUTCOME_TRAITS
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.journal.tables.rows import Event, LandedRecord
from anr_tui.sites.open_site import KINDS
from anr_tui.sites.recordings.kept_parts import KeptPart, PartFacts
from anr_tui.view.camera.diagnosis import Diagnosis, diagnosis_fields
from anr_tui.view.camera.edit import SavedCamera, saved_fields
from anr_tui.view.evidence.bundle import Export
from anr_tui.view.evidence.bundle_check import BundleFault, BundleProblem, BundleReport
from anr_tui.view.evidence.signing_key import KeyFiles
from anr_tui.view.gap.evidence import FileState, Finding
from anr_tui.view.kept_parts import PartRow, part_fields
from anr_tui.view.queue.text import queue_fields
from anr_tui.view.reports.shift_report import report_fields
from anr_tui.view.reports.stats_export import stats_fields
from anr_tui.view.reports.status import Problem, ProblemKind, status_fields
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, QueuedRow
from anr_tui.view.tables import event_tables, text_tables
from anr_tui.view.tables.bundle_text import bundle_fields, export_fields, key_fields
from anr_tui.view.tables.setting_table import setting_fields, setting_rows
from tests.builders import ASKED_REQUEST, CAMERA_ROW, FILL, GAP, STATUS
from tests.builders import CAMERA_AS_WRITTEN as CAMERA_AS_WRITTEN
from tests.documents import PROJECT, read_page, rows, sections
from tests.heldar_site import NOW
from tests.view.reports.builders import REPORT, STATS

RECORD = LandedRecord("x.mp4", FILL.window, FILL.window, 1, "0" * 64, "", "9.0", landed_at=NOW)
KNOWN = PartFacts(FILL.window, NOW, "It shows another time.", "gap_1", FILL.window, 60.0, ("Its clock is wrong.",))
KEPT = KeptPart("5f3a91c2", "gate", Path("x.mp4.part"), 1, KNOWN)
PORT = Check(CheckKind.PORT, CheckMark.GOOD, "It took the connection.", at=NOW)
EVENT = Event(1, NOW, EventKind.ALARM, "worker", None, None, "The disk is full.")
EXPORT = Export(Path("bundle"), "5f3a", ChainHead(1, "5f3a"), 1, 1, ("gate/x.mp4: it is not there.",))
BUNDLE = BundleReport("5f3a", "1:5f3a", 1, 1, (BundleProblem(BundleFault.MISSING, "head.txt is missing."),))
WRITTEN: dict[str, Any] = {
    "status": status_fields(replace(STATUS, problems=(Problem(ProblemKind.SITE, "It is locked."),))),
    "cameras": text_tables.camera_fields(CAMERA_ROW),
    "camera": saved_fields(SavedCamera(CAMERA_AS_WRITTEN, is_new=True, changed=("name",), notes=("Plain.",))),
    "gaps": text_tables.gap_fields(GapRow(GAP, "Front gate", FILL)),
    "fills": text_tables.fill_fields(FillRow(FILL, "Front gate", None)),
    "parts": part_fields(PartRow(KEPT, "Front gate")),
    "queue": queue_fields(QueuedRow(GAP, "Front gate", 1, WaitReason.FILLS)),
    "requests": event_tables.request_fields(ASKED_REQUEST),
    "events": event_tables.event_fields(EVENT),
    "report": report_fields(REPORT),
    "stats": stats_fields(STATS),
    "evidence": key_fields("5f3a", KeyFiles.beside(Path("heldar.anr.db"))) | export_fields(EXPORT),
    "verify": text_tables.finding_fields(Finding(RECORD, FileState.GOOD)) | bundle_fields(BUNDLE),
    "diagnose": diagnosis_fields(Diagnosis("gate", "Front gate", ASKED_REQUEST, (PORT,), has_worker=True)),
    "settings": setting_fields(setting_rows(load_settings(), origins())[0]),
}
# Described in a section of their own, or as one thing.
WHOLE = {"fills[]", "requests[]", "reasons"}


def paths(value: Any, prefix: str = "") -> Iterator[str]:
    """Every field of a JSON value, as the tables name it: `worker.state`, `problems[].kind`."""
    for name, inner in value.items():
        path = f"{prefix}{name}[]" if isinstance(inner, list) else f"{prefix}{name}"
        yield path
        parts = inner if isinstance(inner, list) else [inner]
        assert parts, f"an empty {path} would hide its fields from this test"
        if isinstance(parts[0], dict) and path.rpartition(".")[2] not in WHOLE:
            yield from paths(parts[0], f"{path}.")


@pytest.mark.parametrize("command", WRITTEN)
def test_every_field_that_is_written_is_documented_and_the_other_way_round(command: str) -> None:
    table = rows(sections("docs/json.md")[command])
    documented = [name for row in table for name in re.findall(r"`([^`]+)`", row[0])]
    # The object around fields is said by them.
    objects = {path.rpartition(".")[0] for path in documented} - {""}
    written = set(paths(WRITTEN[command]))
    assert len(documented) == len(set(documented))
    assert written - set(documented) <= objects
    assert set(documented) - written == set()


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def test_every_command_that_writes_json_has_a_section() -> None:
    speak = {name for name, parser in commands().items() if {"--json", "--format"} & set(parser._option_string_actions)}
    assert speak == set(sections("docs/json.md")) == set(WRITTEN)


def test_the_settings_page_says_of_each_setting_what_the_program_says() -> None:
    table = {row[0]: row[1:] for row in rows(sections("docs/settings.md")["All settings"])}
    assert list(table) == [name.upper() for name in SETTINGS]
    for row in setting_rows(load_settings(), origins()):
        default, meaning = table[row.name]
        assert _without_targets(meaning) == _without_targets(row.meaning), row.name
        assert default.strip("`") == row.default, row.name


def test_the_setup_page_has_every_kind_of_site() -> None:
    assert sorted(row[0].strip("` ") for row in rows(sections("docs/setup.md")["Kinds of sites"])) == sorted(KINDS)


def test_the_commands_page_names_every_command() -> None:
    named = " ".join(row[0] for row in rows(sections("docs/commands.md")["All commands"]))
    for name in commands():
        if name != "console":
            assert re.search(rf"`(anr-tui )?{name}\b", named), name


def test_the_keys_page_has_the_keys_of_every_action_and_no_others() -> None:
    # The console's page has every action with its keys, which tests/console holds to the program.
    actions = rows(sections("docs/console.md")["Keys of your own"])
    keys = [row[0] for section in sections("docs/keys.md").values() for row in rows(section)]
    fixed = {"tab", "shift-tab", "ctrl-p"}
    assert _quoted(keys) == _quoted(row[1] for row in actions) | fixed


def _quoted(cells: Iterable[str]) -> set[str]:
    return {words for cell in cells for words in re.findall(r"`([^`]+)`", cell)}


LINKED = [
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md", "tests/README.md"),
    *(f"docs/{page.name}" for page in sorted((PROJECT / "docs").glob("*.md"))),
]


@pytest.mark.parametrize("document", LINKED)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read_page(document)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (PROJECT / document).parent / name if name else PROJECT / document
        assert path.exists(), target
        if anchor:
            assert anchor in _anchors(path), target


def _anchors(page: Path) -> set[str]:
    """The anchors that headings get: lower case, blanks as hyphens, without punctuation."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_reached_from_the_readme() -> None:
    text = read_page("README.md")
    pages = {f"docs/{page.name}" for page in (PROJECT / "docs").glob("*.md")}
    assert pages <= set(re.findall(r"\]\((docs/\w+\.md)", text))


def test_the_page_of_events_is_the_table_of_their_kinds() -> None:
    text = read_page("docs/events.md").partition("\n## ")[0]
    page = [(row[0].strip("`"), _without_targets(row[1]).strip(" |")) for row in rows(text)]

    assert [kind for kind, _ in page] == list(EVENT_TRAITS)
    for kind, cause in page:
        # A page may add where more is said.
        assert re.sub(r" \(housekeeping\)$", "", cause) == EVENT_TRAITS[EventKind(kind)].cause


def test_the_page_of_outcomes_is_the_table_of_what_they_mean() -> None:
    page = read_page("docs/outcomes.md").partition("\n## ")[0]
    shown = [[_as_on_screen(cell) for cell in row] for row in rows(page)]

    assert shown == [
        [traits.words, "yes" if traits.counts_as_attempt else "no", traits.cause, traits.next_step, traits.remedy]
        for traits in OUTCOME_TRAITS.values()
    ]


def _without_targets(cell: str) -> str:
    """A cell whose links are their words alone: a page and the program name the same file from different folders."""
    return re.sub(r"\[(.+?)\]\(.+?\)", r"\1", cell)


def _as_on_screen(cell: str) -> str:
    """A cell without what only a page can show."""
    linked = re.sub(r"\[(\w+)\]\((.+?)\)", r"docs/\2", cell)
    return linked.strip(" |").replace("`", "").replace("\N{EN DASH}", "")
