"""What a site may come to, as text of the main screen in a small terminal; and terminals with few or no colours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.color import ColorType
from syrupy.assertion import SnapshotAssertion

from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.console.main.outage import outage_snapshot
from tests.console.main.queued import queued_snapshot
from tests.console.screens.all_screens import SCREENS, to_diagnosis, to_statistics
from tests.console.screens.diagnoses import RUNNING_DIAGNOSIS, diagnosis_view
from tests.console.screens.month import month_view
from tests.console.screens.pictures import (
    SMALL,
    Run,
    asking,
    colours_after,
    pressing,
    ready,
    shown,
    text_after,
    with_logs,
)
from tests.console.site import NOW, RecordingView, console, empty_snapshot, site_events, site_snapshot


def of_outage(_: Path) -> RecordingView:
    """Its network was down."""
    return RecordingView(outage_snapshot())


def with_problem(_: Path) -> RecordingView:
    """Its disk is not there."""
    worker = replace(site_snapshot().worker, state=WorkerState.LOST)
    problem = "The recordings directory /srv/heldar/recordings is not there; is the disk mounted?"
    return RecordingView(replace(site_snapshot(), worker=worker, disk_free_bytes=None, problem=problem))


def with_lost_worker(_: Path) -> RecordingView:
    """There was an alarm, and what was asked for waits."""
    seen = site_snapshot()
    asked = Request(1, RequestKind.FILL, "gap-004", None, "ana@desk", NOW, RequestState.ASKED, "")
    gaps = (replace(row, is_lost=row.is_filling, asked_by="ana@desk" * (row.id == "gap-004")) for row in seen.gaps)
    lost = replace(
        seen,
        worker=replace(seen.worker, state=WorkerState.LOST, is_late=True, seen_at=NOW - timedelta(seconds=42)),
        waiting=(asked,),
        gaps=tuple(gaps),
        fills=tuple(replace(row, is_lost=row.is_running) for row in seen.fills),
    )
    return RecordingView(lost, events=site_events())


def only_looked_at(folder: Path) -> RecordingView:
    view = with_logs(folder)
    view.is_read_only = True
    return view


STATES: dict[str, tuple[Callable[[Path], RecordingView], Run]] = {
    "outage": (of_outage, pressing("shift+tab")),
    "empty": (lambda _: RecordingView(empty_snapshot()), ready),
    "problem": (with_problem, ready),
    "lost-worker": (with_lost_worker, ready),
    "looking-only": (only_looked_at, ready),
    "filter": (with_logs, pressing("o", "o", "o", "o", "slash", *"state:p !dock")),
    "marks": (with_logs, pressing("exclamation_mark", "space", "space", "j", "V")),
    "many": (with_logs, asking("asterisk", "f")),
    "diagnosis-waits": (lambda _: diagnosis_view(RUNNING_DIAGNOSIS), to_diagnosis),
}


@pytest.mark.parametrize("state", STATES)
async def test_state(snapshot: SnapshotAssertion, state: str, tmp_path: Path) -> None:
    view, run = STATES[state]
    assert await text_after(shown(view(tmp_path)), SMALL, run) == snapshot


WITHOUT_COLOURS: dict[str, tuple[Callable[[Path], RecordingView], Run]] = {
    "outage": STATES["outage"],
    "queue": (lambda _: RecordingView(queued_snapshot()), pressing("tab")),
    "events": SCREENS["events"],
    "picture": SCREENS["picture"],
    "statistics": (lambda _: month_view(), to_statistics),
}


@pytest.mark.parametrize("screen", WITHOUT_COLOURS)
async def test_without_colours(
    snapshot: SnapshotAssertion, screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    view, run = WITHOUT_COLOURS[screen]

    assert await text_after(shown(view(tmp_path), "no-colours", encoding="ascii"), SMALL, run) == snapshot
    colours = await colours_after(shown(view(tmp_path), "no-colours", encoding="ascii"), SMALL, run)
    assert colours <= {ColorType.DEFAULT}


async def test_sixteen_colours(snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    environ = {"TERM": "linux"}

    assert await text_after(console(with_logs(tmp_path), environ=environ), SMALL, ready) == snapshot
    colours = await colours_after(console(with_logs(tmp_path), environ=environ), SMALL, ready)
    assert colours == {ColorType.DEFAULT, ColorType.STANDARD}
