"""Each way of being of another time, from end to end: nothing stands where it does not belong, and nothing is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.faults import AfterEnd, Clock, Faults
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, frame_offsets
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_stamp, now_utc
from tests.engine import EngineSite, worst_offset_s
from tests.picture_times import seconds_shown
from tests.worker.fills.time_faults_table import EYE_CASES, FAST, TIME_CASES, Encoding, OurClock, Span, TimeCase

FARTHEST_S = 2.0
# Of a gap shorter than 20 s a tenth may be missing, and pictures come five times a second.
MISSING_SECONDS = 2


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.fault, marks=[pytest.mark.xfail(reason=case.unmended)] if case.unmended else [])
        for case in TIME_CASES
    ],
)
async def test_footage_of_another_time_stands_nowhere_else(site: EngineSite, case: TimeCase) -> None:
    await play(site, case)
    recordings = sorted((site.recordings / "gate").glob("*.mp4"))
    if case.is_readable:
        assert worst_offset_s(site, "gate") <= FARTHEST_S
        missing = seconds_missing(site, case, recordings)
        assert case.outcome is not Outcome.FILLED or len(missing) <= MISSING_SECONDS
        assert not missing & seconds_had(case) or has_kept(site) or case.outcome is Outcome.FILLED or not case.arrives
    fill = site.fills()[0]
    assert (fill["outcome"], fill["reason"][: len(case.reads)]) == (case.outcome, case.reads)
    assert site.gap("gap_1")["fill_state"] == ("filled" if case.outcome is Outcome.FILLED else "pending")
    assert set(site.proofs()) == ({case.proof} if case.proof else set())
    assert has_kept(site) == case.keeps


@pytest.mark.parametrize("case", [pytest.param(case, id=case.fault) for case in EYE_CASES])
async def test_what_a_camera_encodes_anew_stands_at_its_place_or_is_kept(site: EngineSite, case: TimeCase) -> None:
    await play(site, case)
    landed = sorted((site.recordings / "gate").glob("*.mp4"))
    if case.is_readable:
        assert worst_offset_s(site, "gate") <= FARTHEST_S
        assert not seconds_missing(site, case, landed) & seconds_had(case) or has_kept(site)
    is_filled = site.gap("gap_1")["fill_state"] == "filled"
    assert is_filled == (site.fills()[0]["outcome"] == Outcome.FILLED)
    assert has_kept(site) or (is_filled and case.outcome is Outcome.FILLED), "a hole on the card is no footage"


def has_kept(site: EngineSite) -> bool:
    return any(name.endswith(".mp4.part") for name in site.left_behind())


def seconds_missing(site: EngineSite, case: TimeCase, recordings: list[Path]) -> set[int]:
    shown = {round((moment - site.began).total_seconds()) for moment in seconds_shown(recordings)}
    paused = {second for span in case.encoding.pauses for second in range(*span)}
    return set(range(*case.gap)) - shown - paused


def seconds_had(case: TimeCase) -> set[int]:
    return {second for span in case.footage for second in range(*span)}


async def play(site: EngineSite, case: TimeCase) -> None:
    """One sweep of a site with the case's camera and recordings."""

    def windows(spans: tuple[Span, ...]) -> list[Any]:
        return [site.window(*span) for span in spans]

    streamed = case.streamed or case.footage
    source = site.card(*windows(streamed), **encoding_options(site, case.encoding, streamed[0]))
    card = site.card(*windows(case.footage), source=source) if case.streamed else source
    async with site.camera(card=card, pace=FAST, faults=faults_of(site, case)) as camera:
        if case.our_clock is not None:
            site.clock = clock_of(case.our_clock, camera)
        site.add_camera("gate", camera.port)
        if case.site_zone:
            site.execute("INSERT INTO sites VALUES ('site', 'Site', ?, ?)", case.site_zone, format_stamp(site.began))
        site.record("gate", source, *windows(case.recorded), transcoding=case.transcoding)
        site.add_gap("gap_1", "gate", site.window(*case.gap))
        async with growing(site, case, camera):
            await site.sweep(
                anr_rest_s=0,
                anr_stall_s=1,
                anr_settle_s=0,
                anr_piece_s=case.piece_s,
                anr_sessions_per_device=case.sessions,
            )


def encoding_options(site: EngineSite, encoding: Encoding, span: Span) -> dict[str, Any]:
    options: dict[str, Any] = {
        "gop_s": encoding.gop_s,
        "is_still": encoding.is_still,
        "walks_from": site.began if encoding.has_walker else None,
    }
    if encoding.pauses:
        options["offsets_s"] = frame_offsets(span[1] - span[0], FRAMES_PER_SECOND, encoding.pauses)
    return options


def faults_of(site: EngineSite, case: TimeCase) -> Faults:
    faults = case.faults
    if case.after_end is not None:
        from_s, reply = case.after_end
        faults = replace(faults, after_end=AfterEnd(site.began + timedelta(seconds=from_s), reply))
    if case.our_clock is not None:
        # The relay reads the machine's real clock, so the camera's Date is off from it as it is from ours.
        ahead_s = -case.our_clock.ahead_s
        stepping = Clock(date_step_s=ahead_s, most_date_steps=1)
        clock = stepping if case.our_clock.steps else Clock(date_offset_s=ahead_s)
        faults = replace(faults, clock=clock)
    return faults


def clock_of(clock: OurClock, camera: SimulatedCamera) -> Any:
    def now() -> datetime:
        is_off = not clock.steps or any(request.method == "PLAY" for request in camera.requests)
        return now_utc() + timedelta(seconds=clock.ahead_s if is_off else 0)

    return now


@contextlib.asynccontextmanager
async def growing(site: EngineSite, case: TimeCase, camera: SimulatedCamera) -> AsyncIterator[None]:
    """Let the gap's row grow as soon as the camera plays."""
    if case.grows_to is None:
        yield
        return
    end = site.window(*case.grows_to).end
    camera.hold(3)

    async def grow() -> None:
        await camera.until(lambda camera: any(request.method == "PLAY" for request in camera.requests))
        site.execute("UPDATE recording_gaps SET gap_end = ? WHERE id = 'gap_1'", format_stamp(end))
        camera.release()

    task = asyncio.create_task(grow())
    yield
    await task
