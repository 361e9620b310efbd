"""The worker's log: what a line is about stands behind it as fields, for programs that read logs."""

import ast
import logging
import re
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.fill.fill_run import FillRun
from anr_tui.platform.logging_setup import log_fields
from tests.documents import PROJECT
from tests.engine import EngineSite

_NAMES_ONE = re.compile(r"\b(camera|gap|fill|event) %[sd]")


def lines_about_something(path: Path) -> list[ast.Call]:
    """The logging calls of a module whose text names a camera, a gap, a fill or an event."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return [call for call in calls if ast.unparse(call.func).startswith("_log.") and _NAMES_ONE.search(text_of(call))]


def text_of(call: ast.Call) -> str:
    """The text of a logging call, with its places for values."""
    return ast.literal_eval(call.args[0])


def test_every_line_that_names_a_camera_a_gap_or_a_fill_has_it_as_a_field() -> None:
    folders = [PROJECT / "anr_tui" / each for each in ("worker", "fill")]
    found = {path: lines_about_something(path) for folder in folders for path in folder.rglob("*.py")}

    assert sum(len(calls) for calls in found.values()) >= 10
    assert not [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for path, calls in found.items()
        for call in calls
        if "extra" not in {keyword.arg for keyword in call.keywords}
    ]


async def test_the_log_of_a_worker_tells_camera_gap_and_fill_of_each_line_about_a_gap(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        worker = await site.start_worker("--once")
        await worker.communicate()

    log = (site.journal.with_suffix(".logs") / "worker.log").read_text(encoding="utf-8")
    about_gap = [line for line in log.splitlines() if "of gap gap_1" in line]
    assert about_gap
    assert all(line.endswith(" camera=gate gap=gap_1 fill=1") for line in about_gap)


async def test_a_fill_that_breaks_is_logged_with_its_camera_and_gap(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(FillRun, "run", broken)
    site.add_camera("gate", 1)
    site.add_gap("gap_1", "gate", site.window(5, 17))
    with caplog.at_level(logging.INFO):
        await site.sweep()

    about_gap = [record for record in caplog.records if "gap gap_1" in record.getMessage()]
    assert {record.levelname for record in about_gap} == {"ERROR", "INFO"}
    fields = log_fields(camera="gate", gap="gap_1", fill=1)
    assert all(vars(record).items() >= fields.items() for record in about_gap)
