"""What a command loads, in a fresh interpreter: import-linter sees what is written, this sees what happens."""

import os
import subprocess
import sys

import pytest

from tests.heldar_site import HeldarSite

DRAWING = ("textual", "rich")
HEAVY = ("av", "cryptography")
WORKING = (
    "anr_tui.fill",
    "anr_tui.worker",
    "anr_tui.demo",
    "anr_tui.replay.relay",
    "anr_tui.replay.rtsp",
)


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running `code`."""
    report = "import sys; sys.stderr.write('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return set(run.stderr.splitlines())


def among(modules: set[str], packages: tuple[str, ...]) -> set[str]:
    return {name for name in modules if any(f"{name}.".startswith(f"{package}.") for package in packages)}


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["cameras", "--json"],
        ["gaps"],
        ["gaps", "--json"],
        ["fills", "--json"],
        ["requests", "--json"],
        ["report", "--format", "csv"],
        ["fill", "gap_1"],
        ["retry", "--all-failed"],
        ["url", "gap_1"],
    ],
    ids=" ".join,
)
def test_a_list_or_a_request_loads_neither_the_console_nor_the_worker(
    heldar_site: HeldarSite, command: list[str]
) -> None:
    heldar_site.add_gap("gap_1")
    modules = loaded_by(f"from anr_tui.cli.main import main; assert main({[*command, *heldar_site.flags]}) == 0")
    assert "anr_tui.view.site_reader" in modules
    working = tuple(name for name in WORKING if name != "anr_tui.worker")
    assert among(modules, (*DRAWING, *HEAVY, *working, "anr_tui.console", "aiohttp")) == set()
    assert among(modules, ("anr_tui.worker", "anr_tui.service")) == {"anr_tui.service", "anr_tui.service.launcher"}


@pytest.mark.parametrize("module", ["anr_tui.worker.process", "anr_tui.doctor", "anr_tui.demo.site"])
def test_what_works_draws_nothing(module: str) -> None:
    modules = loaded_by(f"import {module}")
    assert module in modules
    # Most sites have no device that sends over HTTP.
    assert among(modules, (*DRAWING, "anr_tui.console", "aiohttp")) == set()


def test_the_console_does_no_work() -> None:
    modules = loaded_by("import anr_tui.console.run")
    assert "textual" in modules
    assert among(modules, (*WORKING, *HEAVY)) == set()
    asking = among(modules, ("anr_tui.replay",)) - among(modules, ("anr_tui.replay.dialects",))
    assert asking == {"anr_tui.replay"}


def test_whether_there_is_a_terminal_is_asked_without_the_console(heldar_site: HeldarSite) -> None:
    modules = loaded_by(f"from anr_tui.cli.main import main; assert main({heldar_site.flags}) == 0")
    assert among(modules, DRAWING) == set()


def test_an_import_leaves_the_garbage_collector_as_it_is() -> None:
    loaded_by("import anr_tui.__main__, anr_tui.cli.main, gc; assert gc.isenabled() and not gc.get_freeze_count()")
