"""What a site of any kind must do. A new kind is added to `KINDS` in `tests/sites/site_kinds.py`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import SettingsError, SiteError
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.window import Window, subtract
from anr_tui.sites import open_site as opening
from anr_tui.sites.interface import LandedRecording, RecordingArchive, Site
from anr_tui.sites.open_site import open_site
from anr_tui.sites.rows import Rows
from tests.sites.site_kinds import KINDS, Footage, SiteKind, make_footage

POLICY = FillPolicy(max_age_hours=24, max_attempts=3, settle_s=30)
HOSTILE_IDS = ["../gate", "/etc", "", ".hidden", "a/b", "gate\n", "\x1b[2J", "g\udcffte"]
HOSTILE_NAMES = ["../20260613_110000.mp4", "20260613_110000", "20261313_110000.mp4", "/etc/passwd", "", "x.mp4"]


@pytest.fixture(scope="session")
def footage(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Footage:
    return make_footage(ffmpeg, tmp_path_factory.mktemp("footage"))


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__.lower())
def kind(request: pytest.FixtureRequest, tmp_path: Path, footage: Footage, monkeypatch: pytest.MonkeyPatch) -> SiteKind:
    """A site with cameras `gate` and `dock`, and `off`, whose ANR is off."""
    made: SiteKind = request.param(tmp_path, footage)
    made.let_it_look_at_once(monkeypatch)
    for camera_id in ("gate", "dock"):
        made.add_camera(camera_id, name=camera_id.title())
    made.add_camera("off", name="Off", anr_enabled=False)
    return made


@pytest.fixture
async def opened(kind: SiteKind) -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Opens the site, as often as it is called; all are closed in the end."""
    sites: list[Site] = []

    async def open_it(**options: bool) -> Site:
        sites.append(await open_site(kind.settings, **options))
        return sites[-1]

    yield open_it
    for site in sites:
        await site.close()


def windows(gaps: Rows[RecordingGap]) -> list[tuple[str, Window]]:
    return [(gap.camera_id, gap.window) for gap in gaps.good]


async def due(site: Site, kind: SiteKind, policy: FillPolicy = POLICY, **changes: object) -> list[tuple[str, Window]]:
    return windows(await site.gaps.due(policy, kind.now, **changes))  # type: ignore[arg-type]  # many types


def test_every_kind_is_tested() -> None:
    assert set(opening.KINDS) == {kind.__name__.lower() for kind in KINDS}


async def test_a_kind_that_there_is_not_is_refused_by_name(kind: SiteKind) -> None:
    with pytest.raises(SettingsError, match=r"ANR_SITE is 'other'; allowed is one of .*heldar"):
        await open_site(replace(kind.settings, anr_site="other"))


# What is open.


async def test_it_says_what_it_is(kind: SiteKind, opened) -> None:
    site, again = await opened(), await opened()
    assert site.id and site.name
    assert site.id == again.id
    assert site.path.exists()
    assert site.archive.root == kind.settings.recordings_dir


# Cameras.


async def test_cameras_are_listed_by_name(kind: SiteKind, opened) -> None:
    site = await opened()
    cameras = await site.cameras.all()
    assert [(camera.id, camera.name, camera.anr_enabled) for camera in cameras.good] == [
        ("dock", "Dock", True),
        ("gate", "Gate", True),
        ("off", "Off", False),
    ]
    assert cameras.problems == ()
    assert await site.cameras.camera("gate") == cameras.good[1]
    assert await site.cameras.camera("none") is None
    assert isinstance(await site.cameras.time_zone(), str)


async def test_a_camera_that_cannot_be_read_hides_no_other_and_is_told_of(kind: SiteKind, opened) -> None:
    kind.add_bad_camera()
    cameras = await (await opened()).cameras.all()
    assert [camera.id for camera in cameras.good] == ["dock", "gate", "off"]
    (problem,) = cameras.problems
    assert "'odd'" in problem and "retention_hours" in problem


async def test_a_password_is_hidden_and_an_empty_text_is_none(kind: SiteKind, opened) -> None:
    kind.add_camera("yard", password="Zq7-unmistakable", username="")
    yard = await (await opened()).cameras.camera("yard")
    assert "unmistakable" not in repr(yard)
    assert yard.password.reveal() == "Zq7-unmistakable"
    assert yard.username is None


async def test_who_may_change_cameras_is_said(kind: SiteKind, opened) -> None:
    assert await (await opened()).camera_table.is_ours() is False


# Gaps.


async def test_gaps_are_what_is_missing_newest_first(kind: SiteKind, opened) -> None:
    old, new, other = kind.hole(120), kind.hole(60), kind.hole(90, 20)
    kind.record("gate", old, new)
    kind.record("dock", other)
    site = await opened()
    gaps = await site.gaps.all()
    assert windows(gaps) == [("gate", new), ("dock", other), ("gate", old)]
    assert {(gap.fill_state, gap.fill_attempts, gap.filled_at) for gap in gaps.good} == {(FillState.PENDING, 0, None)}
    assert [gap.gap_seconds for gap in gaps.good] == [300, 20, 300]
    assert windows(await site.gaps.all("dock")) == [("dock", other)]
    assert await site.gaps.gap(gaps.good[0].id) == gaps.good[0]
    assert await site.gaps.gap("gap_none") is None


async def test_what_has_not_changed_is_the_same_object_when_it_is_read_again(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(120), kind.hole(60))
    site = await opened()
    first = await site.gaps.reread()
    await site.gaps.mark_filled(first.good[0], kind.now)
    again = await site.gaps.reread()
    assert windows(again) == windows(first)
    assert again.good[0] is not first.good[0]
    assert again.good[1] is first.good[1]


async def test_a_gap_is_known_by_its_id_however_often_the_site_is_opened(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    first, second = await (await opened()).gaps.all(), await (await opened()).gaps.all()
    assert first == second and len(first.good) == 1


async def test_a_gap_that_is_filled_in_part_stays_one_gap(kind: SiteKind, opened) -> None:
    hole = kind.hole(60)
    kind.record("gate", hole)
    site = await opened()
    before = await site.gaps.all()
    kind.put("gate", Window(hole.start, hole.start + timedelta(seconds=100)))
    assert await site.gaps.all() == before == await (await opened()).gaps.all()


# What a sweep takes.


async def test_a_sweep_takes_what_is_pending_in_the_order_that_is_set(kind: SiteKind, opened) -> None:
    old, new, other = kind.hole(120), kind.hole(60), kind.hole(90)
    kind.record("gate", old, new)
    kind.record("dock", other)
    kind.record("off", kind.hole(30))
    site = await opened()
    assert await due(site, kind) == [("gate", new), ("dock", other), ("gate", old)]
    assert await due(site, kind, replace(POLICY, order="oldest")) == [("gate", old), ("dock", other), ("gate", new)]
    assert await due(site, kind, most=1) == [("gate", new)]


async def test_with_deadline_first_comes_what_is_dropped_first(kind: SiteKind, opened) -> None:
    kind.add_camera("yard", retention_hours=4)
    kind.record("gate", kind.hole(120))
    kind.record("yard", kind.hole(60))
    taken = await due(await opened(), kind, replace(POLICY, order="deadline"))
    assert [camera_id for camera_id, _ in taken] == ["yard", "gate"]


async def test_a_sweep_leaves_out_what_it_is_told(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(120), kind.hole(60))
    kind.record("dock", kind.hole(90))
    site = await opened()
    newest, *_ = (await site.gaps.all()).good
    assert await due(site, kind, left_out_gaps={newest.id}, left_out_cameras=["dock"]) == [("gate", kind.hole(120))]


@pytest.mark.parametrize(
    ("policy", "is_due"),
    [
        ({}, True),
        ({"max_age_hours": 1}, False),
        ({"settle_s": 60 * 60}, True),
        ({"settle_s": 60 * 60 + 1}, False),
        ({"max_attempts": 1}, True),
    ],
)
async def test_a_policy_decides_what_is_due(kind: SiteKind, opened, policy: dict[str, int], is_due: bool) -> None:
    kind.record("gate", kind.hole(65))
    assert await due(await opened(), kind, replace(POLICY, **policy)) == ([("gate", kind.hole(65))] if is_due else [])


async def test_what_the_site_does_not_keep_so_long_is_not_due(kind: SiteKind, opened) -> None:
    kind.add_camera("yard", retention_hours=1)
    kind.record("yard", kind.hole(120), kind.hole(30))
    assert await due(await opened(), kind) == [("yard", kind.hole(30))]


# Marks.


async def test_a_filled_gap_is_due_no_more_and_stays_filled(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    site = await opened()
    (gap,) = (await site.gaps.all()).good
    assert await site.gaps.mark_filled(gap, kind.now)
    filled = replace(gap, fill_state=FillState.FILLED, fill_attempts=1, last_attempt_at=kind.now, filled_at=kind.now)
    assert await due(site, kind) == []
    assert not await site.gaps.mark_attempt(gap, kind.now, 3)
    again = await opened()
    assert await again.gaps.gap(gap.id) == filled


async def test_failed_attempts_count_to_the_maximum_and_a_retry_begins_anew(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    site = await opened()
    (gap,) = (await site.gaps.all()).good
    for attempts, state in ((1, FillState.PENDING), (2, FillState.PENDING), (3, FillState.FAILED)):
        assert await site.gaps.failed_ids() == []
        assert await site.gaps.mark_attempt(gap, kind.now, 3)
        tried = replace(gap, fill_state=state, fill_attempts=attempts, last_attempt_at=kind.now)
        assert await site.gaps.gap(gap.id) == tried
    assert await site.gaps.failed_ids() == [gap.id]
    assert await due(site, kind) == []
    assert [(count.fill_state, count.gaps, count.seconds) for count in await site.gaps.counts()] == [("failed", 1, 300)]
    assert await site.gaps.retry(gap.id, asked_by="anna@nvr-07", at=kind.now)
    assert await (await opened()).gaps.gap(gap.id) == gap
    assert await due(site, kind) == [("gate", gap.window)]


@pytest.mark.parametrize(("earlier_s", "later_s"), [(0, 60), (0, -60), (60, 0), (0, 0.001)])
async def test_a_gap_that_has_other_times_by_now_is_neither_filled_nor_tried(
    kind: SiteKind, opened, earlier_s: float, later_s: float
) -> None:
    kind.record("gate", kind.hole(60))
    site = await opened()
    (gap,) = (await site.gaps.all()).good
    changed = Window(gap.window.start - timedelta(seconds=earlier_s), gap.window.end + timedelta(seconds=later_s))
    kind.change_gap(gap.id, changed)
    assert not await site.gaps.mark_filled(gap, kind.now)
    assert not await site.gaps.mark_attempt(gap, kind.now, 1)
    row = await site.gaps.gap(gap.id)
    assert row == replace(gap, window=changed)
    assert await site.gaps.mark_attempt(row, kind.now, 3)
    assert await site.gaps.mark_filled(row, kind.now)


async def test_the_same_times_written_otherwise_are_the_same_gap(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    site = await opened()
    (gap,) = (await site.gaps.all()).good
    kind.write_gap_times(
        gap.id, *(f"{moment:%Y-%m-%dT%H:%M:%S}.000000000Z" for moment in (gap.window.start, gap.window.end))
    )
    assert await site.gaps.mark_filled(gap, kind.now)


async def test_a_gap_that_there_is_not_is_said(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    site = await opened()
    (gap,) = (await site.gaps.all()).good
    none = replace(gap, id="gap_none")
    assert not await site.gaps.mark_filled(none, kind.now)
    assert not await site.gaps.mark_attempt(none, kind.now, 3)
    assert not await site.gaps.retry("gap_none", asked_by="anna@nvr-07", at=kind.now)


async def test_what_another_process_marks_is_seen(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    site, other = await opened(), await opened()
    (gap,) = (await site.gaps.all()).good
    await other.gaps.all()
    version = await site.data_version()
    assert await site.data_version() == version
    await other.gaps.mark_filled(gap, kind.now)
    assert await site.data_version() != version


async def test_who_only_looks_writes_nothing(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    (gap,) = (await (await opened()).gaps.all()).good
    reader = await opened(is_read_only=True)
    assert (await reader.gaps.all()).good == (gap,)
    with pytest.raises(SiteError):
        await reader.gaps.mark_filled(gap, kind.now)
    assert await reader.gaps.gap(gap.id) == gap


# Recordings.


async def test_what_is_held_is_what_lies_on_disk(kind: SiteKind, opened) -> None:
    hole = kind.hole(60)
    kind.record("gate", hole)
    archive = (await opened()).archive
    assert archive.held("gate", kind.span) == subtract(kind.span, [hole])
    assert archive.held("gate", hole) == []
    assert archive.held("dock", kind.span) == []
    assert archive.free_bytes() > 0


async def test_the_newest_recordings_come_first(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(120), kind.hole(60))
    archive = (await opened()).archive
    newest = archive.newest("gate", kind.now, 2)
    assert [start for start, _ in newest] == [kind.hole(60).end, kind.hole(120).end]
    assert [archive.length_s(path) for _, path in newest] == [55 * 60, 55 * 60]
    assert archive.newest("gate", kind.hole(120).start, 9)[0][0] == kind.span.start
    assert archive.newest("dock", kind.now, 9) == []


async def test_what_has_not_landed_is_no_recording(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    archive, start = (await opened()).archive, kind.hole(60).start
    held = archive.held("gate", kind.span)
    part, probe = archive.part_path("gate", start), archive.probe_path("gate", start)
    landing = archive.landing_path(archive.target("gate", start))
    for path in (part, probe, landing):
        assert path.parent == archive.directory("gate")
        path.write_bytes(archive.newest("gate", kind.now, 1)[0][1].read_bytes())
    assert archive.part_path("gate", start) != part
    assert archive.parts("gate") == [(start, part)]
    assert sorted(archive.scraps("gate")) == sorted([probe, landing])
    assert archive.held("gate", kind.span) == held


async def test_a_landing_never_replaces_a_file(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    archive, start = (await opened()).archive, kind.hole(60).start
    target = archive.target("gate", start)
    landing = archive.landing_path(target)
    landing.write_bytes(b"new")
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        archive.place(landing, target)
    assert (target.read_bytes(), landing.read_bytes()) == (b"old", b"new")
    free = archive.target("gate", start)
    assert free != target
    archive.place(landing, free)
    assert free.read_bytes() == b"new"


async def test_a_placed_recording_is_held_and_can_be_found_by_its_name(kind: SiteKind, opened) -> None:
    hole = kind.hole(60)
    kind.record("gate", hole)
    archive = (await opened()).archive
    target = archive.target("gate", hole.start)
    landing = archive.landing_path(target)
    landing.write_bytes(kind.put("gate", Window(hole.end, hole.end + timedelta(minutes=5))).read_bytes())
    archive.place(landing, target)
    await archive.register(LandedRecording("gate", target, hole, target.stat().st_size))
    assert archive.held("gate", hole) == [hole]
    assert archive.landed_path("gate", target.name) == target


async def test_what_the_recorder_lists_is_windows_or_nothing(kind: SiteKind, opened) -> None:
    kind.record("gate", kind.hole(60))
    archive = (await opened()).archive
    listed = await archive.recorded("gate", kind.span.start)
    assert listed is None or all(window.start >= kind.span.start for window in listed)
    use = await archive.usage("gate")
    assert use is None or use.camera_bytes <= use.total_bytes


def by_camera(archive: RecordingArchive, kind: SiteKind, camera_id: str) -> Sequence[Callable[[], object]]:
    start = kind.span.start
    return [
        lambda: archive.directory(camera_id),
        lambda: archive.held(camera_id, kind.span),
        lambda: archive.newest(camera_id, kind.now, 1),
        lambda: archive.part_path(camera_id, start),
        lambda: archive.probe_path(camera_id, start),
        lambda: archive.parts(camera_id),
        lambda: archive.scraps(camera_id),
        lambda: archive.target(camera_id, start),
        lambda: archive.landed_path(camera_id, "20260613_110000.mp4"),
    ]


@pytest.mark.parametrize("camera_id", HOSTILE_IDS)
async def test_a_camera_id_that_leads_elsewhere_is_refused_by_name(kind: SiteKind, opened, camera_id: str) -> None:
    archive = (await opened()).archive
    for call in by_camera(archive, kind, camera_id):
        with pytest.raises(SiteError) as refused:
            call()
        assert repr(camera_id) in str(refused.value)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_name_that_no_recording_has_is_refused(kind: SiteKind, opened, name: str) -> None:
    archive = (await opened()).archive
    with pytest.raises(SiteError, match="is no recording's name"):
        archive.landed_path("gate", name)
