"""The demo site is what it says: holes on disk where the rows say, cameras that behave as cast."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest
import pytest_asyncio

from anr_tui.config.settings import load_settings
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.clock import moved
from anr_tui.demo.footage.footage import read_picture_time
from anr_tui.demo.outages import FIRST_AFTER_S, LENGTH_S, Outages, run_outages
from anr_tui.demo.roles import HISTORY_S, LOCAL_TIME_OFFSET_S, ROLES
from anr_tui.demo.site import DemoSite, build_site
from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.timestamps import parse_file_stem
from anr_tui.domain.window import Window, subtract
from anr_tui.platform.sqlite import Database
from anr_tui.sites.open_site import open_site
from anr_tui.sites.recordings.coverage import Coverage

from .camera.client import connected
from .conftest import NOON


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole_site(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    return await build_site(tmp_path_factory.mktemp("site"), ffmpeg=ffmpeg, now=NOON)


@pytest.fixture
async def small_site(ffmpeg: str, tmp_path: Path) -> AsyncIterator[tuple[DemoSite, Database]]:
    """Two cameras that can be filled, one that is unreachable, a short history without losses."""
    roles = [replace(role, losses=()) for role in ROLES if role.id in ("front-gate", "loading-dock", "north-fence")]
    site = await build_site(tmp_path, ffmpeg=ffmpeg, now=NOON, roles=roles, history_s=10)
    database = await Database.open(site.database, mode="rw")
    yield site, database
    await database.close()


async def gaps_of(site: DemoSite) -> dict[str, list[RecordingGap]]:
    database = await open_site(load_settings(None, heldar_database_url=f"sqlite://{site.database}"))
    try:
        rows = await database.gaps.all()
    finally:
        await database.close()
    assert rows.problems == ()
    found: dict[str, list[RecordingGap]] = {name: [] for name in site.recorders}
    for gap in rows.good:
        found[gap.camera_id].append(gap)
    return found


async def test_each_camera_lost_two_or_three_windows_some_time_ago(whole_site: DemoSite) -> None:
    for gaps in (await gaps_of(whole_site)).values():
        assert 2 <= len(gaps) <= 3
        assert all(20 <= gap.window.seconds == gap.gap_seconds <= 60 for gap in gaps)
        assert all(gap.window.end <= NOON - timedelta(seconds=60) for gap in gaps)


async def test_the_recordings_hold_everything_but_the_gaps(whole_site: DemoSite) -> None:
    history = Window(NOON - timedelta(seconds=HISTORY_S), NOON)
    for camera_id, gaps in (await gaps_of(whole_site)).items():
        held = Coverage().held(whole_site.recordings / camera_id, history)
        assert held == subtract(history, [gap.window for gap in gaps])


async def test_the_cards_hold_what_can_be_filled(whole_site: DemoSite) -> None:
    history = Window(NOON - timedelta(seconds=HISTORY_S), NOON)
    held = {name: Card(recorder.card).sections() for name, recorder in whole_site.recorders.items()}
    assert held == {name: [] if name == "server-room" else [history] for name in held} | {
        "reception": [moved(history, -LOCAL_TIME_OFFSET_S), history]
    }
    assert whole_site.fillable == {"front-gate", "loading-dock", "car-park", "reception"}


async def test_what_the_camera_plays_that_takes_times_as_local_was_recorded_too(whole_site: DemoSite) -> None:
    played = moved(Window(NOON - timedelta(seconds=HISTORY_S), NOON), -LOCAL_TIME_OFFSET_S)
    for camera_id in whole_site.recorders:
        held = Coverage().held(whole_site.recordings / camera_id, played)
        assert held == ([played] if camera_id == "reception" else [])


async def test_every_segment_shows_the_time_in_its_name_and_has_its_row(whole_site: DemoSite) -> None:
    database = await Database.open(whole_site.database, mode="ro")
    rows = await database.rows("SELECT path, duration_s, size_bytes FROM segments")
    await database.close()
    files = sorted(whole_site.recordings.glob("*/*"))
    assert sorted(Path(row["path"]) for row in rows) == files
    for row in rows:
        path = Path(row["path"])
        assert row["size_bytes"] == path.stat().st_size
        with av.open(str(path)) as container:
            frames = [read_picture_time(frame) for frame in container.decode(video=0)]
        start = parse_file_stem(path.stem)
        assert (frames[0], len(frames)) == (start, row["duration_s"] * 5)
        assert frames[-1] == start + timedelta(seconds=row["duration_s"] - 0.2)


async def test_its_cameras_run_where_the_database_says(whole_site: DemoSite) -> None:
    async with whole_site as site:
        database = await open_site(load_settings(None, heldar_database_url=f"sqlite://{site.database}"))
        cameras = (await database.cameras.all()).good
        await database.close()
        assert {camera.id: camera.rtsp_port for camera in cameras} == {
            name: camera.port for name, camera in site.cameras.items()
        }
        assert all(camera.anr_enabled and camera.password for camera in cameras)
        assert {camera.id for camera in cameras if camera.state != "recording"} == {"north-fence"}
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(site.cameras["north-fence"].host, site.cameras["north-fence"].port)
        window = Window(NOON - timedelta(seconds=60), NOON)
        for name in sorted(site.cameras.keys() - {"north-fence"}):
            async with connected(site.cameras[name]) as client:
                assert (await client.ask("DESCRIBE", site.cameras[name].url(window))).status == 401


async def test_a_site_is_never_built_over_another(whole_site: DemoSite, ffmpeg: str) -> None:
    with pytest.raises(SiteError, match="already"):
        await build_site(whole_site.root, ffmpeg=ffmpeg, now=NOON)


async def test_an_outage_shows_then_becomes_a_gap_that_the_card_holds(
    small_site: tuple[DemoSite, Database],
) -> None:
    site, database = small_site
    outages = Outages(site, database, NOON)
    begun = NOON + timedelta(seconds=FIRST_AFTER_S)
    lost = Window(begun, begun + timedelta(seconds=LENGTH_S))

    async def state_at(moment: datetime) -> tuple[str, int]:
        await outages.step(moment)
        row = await database.row("SELECT state, reconnect_count FROM camera_status WHERE camera_id = 'front-gate'")
        assert row is not None
        return row["state"], row["reconnect_count"]

    assert await state_at(begun - timedelta(seconds=1)) == ("recording", 0)
    assert await state_at(begun + timedelta(seconds=1)) == ("offline", 0)
    assert await state_at(lost.end) == ("recording", 1)
    assert (await gaps_of(site))["front-gate"] == []
    noted = lost.end + timedelta(seconds=10.5)
    assert await state_at(noted) == ("recording", 1)
    gaps = await gaps_of(site)
    assert [gap.window for gap in gaps["front-gate"]] == [lost]
    assert gaps["loading-dock"] == []
    since = Window(NOON, noted.replace(microsecond=0))
    held = Coverage().held(site.recordings / "front-gate", since)
    assert held == [Window(NOON, lost.start), Window(lost.end, since.end)]
    assert Card(site.recorders["front-gate"].card).sections()[-1].end == since.end


async def test_cameras_take_turns_and_record_on_meanwhile(small_site: tuple[DemoSite, Database]) -> None:
    site, database = small_site
    outages = Outages(site, database, NOON)
    for second in range(0, 186, 5):
        await outages.step(NOON + timedelta(seconds=second))
    starts = {
        name: [(gap.window.start - NOON).total_seconds() for gap in reversed(gaps)]
        for name, gaps in (await gaps_of(site)).items()
    }
    assert starts == {"front-gate": [15, 95], "loading-dock": [55, 135], "north-fence": []}
    for name in ("front-gate", "loading-dock"):
        gaps = [gap.window for gap in (await gaps_of(site))[name]]
        held = Coverage().held(site.recordings / name, Window(NOON, NOON + timedelta(seconds=120)))
        assert held == subtract(Window(NOON, NOON + timedelta(seconds=120)), gaps)


async def test_after_a_long_sleep_old_footage_is_forgotten_and_little_is_caught_up(
    small_site: tuple[DemoSite, Database],
) -> None:
    site, database = small_site
    recorder, awake = site.recorders["front-gate"], NOON + timedelta(hours=3)
    await Outages(site, database, awake).step(awake)
    starts = {parse_file_stem(path.stem) for path in recorder.recordings.iterdir()}
    assert min(starts) == awake - timedelta(seconds=HISTORY_S)
    assert Card(recorder.card).sections() == [Window(awake - timedelta(seconds=HISTORY_S), awake)]
    row = await database.row("SELECT count(*) AS n FROM segments WHERE camera_id = 'front-gate'")
    assert row is not None
    assert row["n"] == len(starts)


async def test_running_looks_again_and_ends_when_cancelled(small_site: tuple[DemoSite, Database]) -> None:
    site, _ = small_site
    looked = asyncio.Event()

    def clock() -> datetime:
        looked.set()
        return NOON

    running = asyncio.create_task(run_outages(site, clock))
    await looked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
