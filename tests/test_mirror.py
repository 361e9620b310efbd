"""Whoever looks for the tests of anr_tui/a/b.py finds them in tests/a/test_b.py.

A file of tests is named for the module or package beside whose mirror image it lies; where one file does not hold them
all, words behind that name say which part is where: `test_relay_limits.py`. What is tested otherwise is listed here,
and in no other place.
"""

import ast
import functools
from pathlib import Path

import pytest

from tests.documents import PROJECT

CODE, TESTS = PROJECT / "anr_tui", PROJECT / "tests"

NO_MIRROR = {
    "baseline": "every command against what it said before",
    "benchmarks": "the programs in benchmarks/, in their short form",
    "fuzz": "whatever reads bytes from outside, given any bytes",
    "interop": "servers that are not ours",
    "test_adding.py": "docs/adding.md",
    "test_architecture.py": "docs/architecture.md",
    "test_docs.py": "the documents",
    "test_glossary.py": "docs/glossary.md",
    "test_import_hygiene.py": "what each program imports",
    "test_meanings.py": "outcomes and events in every place that reads their tables",
    "test_mirror.py": "the tests themselves",
    "test_recording.py": "the recorder of the tests",
    "test_test_modules.py": "the tests themselves",
    "test_wheel.py": "the package as it is installed",
    "cli/show/test_lists.py": "what all lists have in common",
    "cli/test_commands.py": "that each file of cli/ is a command",
    "cli/test_guests.py": "people who may read and not write, by each command",
    "console/commands/test_leaving.py": "the ways out of real consoles in real terminals",
    "console/end_to_end": "the console as a whole: on a site, beside workers, in too little room, and its pictures",
    "console/screens/test_screens.py": "pictures of every screen",
    "console/terminal/test_terminals.py": "real terminals and pagers",
    "console/terminal/test_screen_restored.py": "the way back from every dialog and screen",
    "demo/camera/test_media.py": "strange media, from card to client",
    "demo/camera/test_mixtures.py": "whatever a simulated camera mixes",
    "demo/camera/test_pictures.py": "what the simulated camera's pictures are made of",
    "fill/sources/test_conformance.py": "what every source of footage must pass",
    "journal/storage/test_power_loss.py": "a power loss at each byte of a journal",
    "replay/dialects/test_conformance.py": "what every dialect must pass",
    "sites/test_conformance.py": "what every kind of site must pass",
    "sites/directory/test_filling.py": "a worker on a directory, from hole to file",
    "worker/fills/test_bad_directories.py": "directories that fail their cameras",
    "worker/fills/test_damaged_files.py": "recordings and parts that cannot be read, beside a fill",
    "worker/fills/test_disk_faults.py": "docs/faults.md, the rows on disks: a fault and its end each",
    "worker/fills/test_io_faults.py": "file operations that fail, from gap to file",
    "worker/fills/test_faults.py": "each fault of a camera, from gap to file",
    "worker/fills/test_time_proof.py": "the time of each second, from gap to file",
    "worker/fills/test_time_by_eye.py": "the time of footage that has other bits in each replay, from gap to file",
    "worker/fills/test_time_faults.py": "docs/faults.md, the rows on time: a whole fill each",
    "worker/fills/test_time_mixtures.py": "a whole fill for each mixture",
    "worker/lifecycle/test_breaking_databases.py": "a worker whose databases break",
    "worker/lifecycle/test_databases.py": "a worker whose databases or directories fail it",
    "worker/lifecycle/test_several_users.py": "operators of one group on one site",
    "worker/test_log_lines.py": "the fields of the worker's log",
    "worker/test_chaos.py": "harm at random moments",
}
"""Tests of no one module, by file or folder, and what they are tests of."""

TESTED_ELSEWHERE = {
    "cli/demo.py": "cli/test_commands.py",
    "cli/first_start.py": "console/first_start/test_app.py",
    "cli/output.py": "cli/test_main.py",
    "cli/request/ask.py": "cli/request/test_fill.py",
    "cli/show/queue.py": "baseline/test_commands.py",
    "console/dialogs/form_fields.py": "console/dialogs/test_camera_form.py",
    "console/dialogs/scrolled_dialog.py": "console/dialogs/test_question.py",
    "console/main/action_dispatcher.py": "console/main/test_screen.py",
    "console/main/camera_commands.py": "console/dialogs/test_camera_form.py",
    "console/main/gap_commands.py": "console/screens/test_gap_screen.py",
    "console/main/site_header.py": "console/main/test_screen.py",
    "console/run.py": "console/first_start/test_app.py",
    "console/screens/text_page.py": "console/screens/test_gap_screen.py",
    "console/terminal/hangup.py": "console/commands/test_leaving.py",
    "console/terminal/throttled_app.py": "console/terminal/test_line_speed.py",
    "demo/camera/encoding_anew.py": "demo/camera/test_pictures.py",
    "demo/camera/player.py": "demo/camera/test_camera.py",
    "demo/camera/scrambling.py": "demo/camera/test_pictures.py",
    "demo/camera/sdp.py": "demo/camera/test_media.py",
    "demo/camera/session.py": "demo/camera/test_camera.py",
    "demo/camera/stamps.py": "demo/camera/test_faults.py",
    "demo/footage/picture.py": "demo/footage/test_footage.py",
    "demo/mediamtx/clip.py": "demo/mediamtx/test_server.py",
    "demo/outages.py": "demo/test_site.py",
    "demo/recorder.py": "demo/test_site.py",
    "fill/media/decoder_process.py": "fill/media/test_decoding.py",
    "fill/media/frame_times.py": "fill/media/test_verify_as_they_are.py",
    "fill/media/picture_check.py": "fill/media/test_decoding.py",
    "fill/piece/camera.py": "worker/fills/test_run_fill_placement.py",
    "fill/piece/context.py": "worker/fills/test_run_fill.py",
    "fill/piece/piece_fill.py": "worker/fills/test_run_fill.py",
    "fill/sources/through_relay.py": "fill/sources/test_conformance.py",
    "journal/salvage.py": "journal/test_repair.py",
    "replay/relay/camera_session.py": "replay/relay/test_relay.py",
    "replay/relay/session.py": "replay/relay/test_relay.py",
    "sites/directory/site.py": "sites/test_conformance.py",
    "sites/heldar/site.py": "sites/test_conformance.py",
    "sites/recordings/archive.py": "sites/test_conformance.py",
    "view/kept_parts.py": "cli/request/test_parts.py",
    "worker/diagnosis/diagnosis_queue.py": "worker/diagnosis/test_diagnose.py",
}
"""Modules without tests of their own, and the file that fails where one of them does."""


@functools.cache
def files_of_tests() -> list[str]:
    """Every file of tests, by its path in tests/."""
    return sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))


@functools.cache
def behaving_modules() -> list[str]:
    """Every module of the package that does something which somebody else can call, by its path in anr_tui/."""
    paths = (path for path in CODE.rglob("*.py") if not path.name.startswith("__"))
    return sorted(path.relative_to(CODE).as_posix() for path in paths if _behaves(path))


def mirrored(test_file: str) -> str | None:
    """The module (or package) whose tests a file holds, by its path in anr_tui/ without `.py`; None: of no one."""
    path = Path(test_file)
    words = path.stem.removeprefix("test_").split("_")
    names = ("_".join(words[:most]) for most in range(len(words), 0, -1))
    places = (path.parent / name for name in names)
    return next((str(place) for place in places if _is_code(CODE / place)), None)


def _is_code(place: Path) -> bool:
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _behaves(path: Path) -> bool:
    """Whether it has a public function, or a public class with methods that is more than an interface."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            return True
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            is_interface = any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
            if not is_interface and any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in node.body):
                return True
    return False


def test_every_file_of_tests_lies_where_its_module_does_or_says_what_it_is_for() -> None:
    listed = tuple(NO_MIRROR)
    strays = [file for file in files_of_tests() if mirrored(file) is None and not file.startswith(listed)]

    assert not strays, "name them for a module of the mirrored folder, or give the reason in NO_MIRROR"


def test_every_module_that_does_something_has_tests_of_its_name_or_says_where_they_are() -> None:
    tested = {f"{module}.py" for file in files_of_tests() if (module := mirrored(file))}
    untested = set(behaving_modules()) - tested

    assert sorted(untested - TESTED_ELSEWHERE.keys()) == [], "write tests/…/test_….py beside its mirror image"


@pytest.mark.parametrize("place", NO_MIRROR)
def test_what_is_listed_as_tests_of_no_one_module_is_there_and_is_that(place: str) -> None:
    path = TESTS / place

    assert path.exists()
    assert path.is_dir() or mirrored(place) is None, "it has a module to be named for: take it off the list"


@pytest.mark.parametrize("module", TESTED_ELSEWHERE)
def test_what_is_listed_as_tested_elsewhere_still_is(module: str) -> None:
    assert module in behaving_modules(), "take it off the list: there is nothing to test"
    assert (TESTS / TESTED_ELSEWHERE[module]).is_file()
    assert f"tests/{module}" not in {f"tests/{mirrored(file)}.py" for file in files_of_tests()}, (
        "it has tests of its own"
    )
