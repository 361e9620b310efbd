"""Pictures of the screens, for what only a picture shows. `pytest --snapshot-update` takes them anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot

from anr_tui.model import Lifetime, Request, RequestKind, RequestState
from anr_tui.view.snapshot import WorkerState
from tests.console.outage import outage_snapshot
from tests.console.queued import queued_snapshot
from tests.console.site import NOW, RecordingView, console, empty_snapshot, settled, site_events, site_snapshot

SMALL, LARGE = (80, 24), (160, 48)
Compare = Callable[..., bool]

LOG = """\
ffmpeg version 7.1 Copyright (c) 2000-2026 the FFmpeg developers
Input #0, rtsp, from 'rtsp://127.0.0.1:40123/6f1c':
  Stream #0:0: Video: h264 (High), yuvj420p(pc, bt709), 2560x1440, 25 fps
[rtsp @ 0x55d0] warning: max delay reached. need to consume packet
frame= 9300 fps=950 q=-1.0 size=   47168KiB time=00:06:12.00 bitrate=1038.7kbits/s speed=38.2x
[mp4 @ 0x55d1] error: no room left on the device
"""


@pytest.fixture
def view(tmp_path: Path) -> RecordingView:
    for number in (31, 32, 33):
        (tmp_path / f"fill-{number:06}.log").write_text(LOG)
    return RecordingView(logs=tmp_path)


async def ready(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await pilot.app.main.board.log_pane.read_more()  # type: ignore[attr-defined]  # a ConsoleApp
    await pilot.pause()


def pressing(*keys: str) -> SimpleNamespace:
    async def run(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    return SimpleNamespace(run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_main_screen(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    assert snap_compare(console(view), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", [SMALL, (120, 32), LARGE], ids=["small", "middle", "large"])
def test_outage_of_the_site(snap_compare: Compare, size: tuple[int, int]) -> None:
    view = RecordingView(outage_snapshot())
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("shift+tab").run)


def test_strips_without_colours(snap_compare: Compare) -> None:
    environ = {"NO_COLOR": "1", "COLORTERM": "truecolor"}
    app = console(RecordingView(outage_snapshot()), environ=environ, encoding="ascii")
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing("shift+tab").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_help(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("question_mark").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_url_dialog(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("u").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_empty_site(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(console(RecordingView(empty_snapshot())), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_problem(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    worker = replace(site_snapshot().worker, state=WorkerState.LOST)
    view.change(
        worker=worker,
        disk_free_bytes=None,
        problem="The recordings directory /srv/heldar/recordings is not there; is the disk mounted?",
    )
    assert snap_compare(console(view), terminal_size=size, run_before=ready)


def test_question(snap_compare: Compare, view: RecordingView) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press("c")
        await pilot.pause()

    assert snap_compare(console(view), terminal_size=SMALL, run_before=ask)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_filter_line(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    keys = ("o", "o", "o", "o", "slash", *"state:p !dock")
    assert snap_compare(console(view), terminal_size=size, run_before=pressing(*keys).run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_marks(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    keys = ("exclamation_mark", "space", "space", "j", "V")
    assert snap_compare(console(view), terminal_size=size, run_before=pressing(*keys).run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_question_about_many(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press("asterisk", "f")
        for _ in range(3):
            await pilot.pause()

    assert snap_compare(console(view), terminal_size=size, run_before=ask)


def test_log_in_full(snap_compare: Compare, view: RecordingView) -> None:
    assert snap_compare(console(view), terminal_size=SMALL, run_before=pressing("l").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_events(snap_compare: Compare, size: tuple[int, int]) -> None:
    view = RecordingView(events=site_events())
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("e").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_worker_dialog(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    view.change(worker=replace(site_snapshot().worker, lifetime=Lifetime.CONSOLES, version="0.0.9"))
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("w").run)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_lost_worker_with_an_alarm_and_requests(
    snap_compare: Compare, view: RecordingView, size: tuple[int, int]
) -> None:
    snapshot = site_snapshot()
    worker = replace(snapshot.worker, state=WorkerState.LOST, is_late=True, seen_at=NOW - timedelta(seconds=42))
    asked = Request(1, RequestKind.FILL, "gap-004", None, "ana@desk", NOW, RequestState.ASKED, "")
    gaps = (replace(row, is_lost=row.is_filling, asked_by="ana@desk" * (row.id == "gap-004")) for row in snapshot.gaps)
    view.change(
        worker=worker,
        waiting=(asked,),
        events=site_events(),
        gaps=tuple(gaps),
        fills=tuple(replace(row, is_lost=row.is_running) for row in snapshot.fills),
    )
    assert snap_compare(console(view), terminal_size=size, run_before=ready)


def test_looking_only(snap_compare: Compare, view: RecordingView) -> None:
    view.is_read_only = True
    assert snap_compare(console(view), terminal_size=SMALL, run_before=ready)


def test_events_without_colours(snap_compare: Compare) -> None:
    app = console(RecordingView(events=site_events()), environ={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing("e").run)


def test_sixteen_colours(snap_compare: Compare, view: RecordingView) -> None:
    assert snap_compare(console(view, environ={"TERM": "linux"}), terminal_size=SMALL, run_before=ready)


@pytest.mark.parametrize("size", [SMALL, (120, 32), LARGE], ids=["small", "middle", "large"])
def test_queue(snap_compare: Compare, view: RecordingView, size: tuple[int, int]) -> None:
    view.snapshot = queued_snapshot()
    assert snap_compare(console(view), terminal_size=size, run_before=pressing("tab").run)


def test_queue_without_colours(snap_compare: Compare) -> None:
    environ = {"NO_COLOR": "1", "COLORTERM": "truecolor"}
    app = console(RecordingView(queued_snapshot()), environ=environ, encoding="ascii")
    assert snap_compare(app, terminal_size=(160, 32), run_before=pressing("tab").run)
