"""Each fault of a camera from end to end: what is on disk, what the rows say, what is left, and what comes next."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from urllib.parse import quote

import pytest

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Faults
from anr_tui.domain.timestamps import now_utc, parse_file_stem, parse_stamp
from anr_tui.domain.window import Window, merged, subtract
from tests.engine import PASSWORD, EngineSite, video_s, worst_offset_s, writers
from tests.worker.fills.faults_table import CASES, DOCUMENT, Case, Next, Span, document

# A camera starts at a key frame, which comes every second here.
EDGE_S = 1.0
AWAY = {Next.SOON: 10, Next.LATER: 30, Next.MUCH_LATER: 300}

CardOf = Callable[[tuple[Span, ...]], Card]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> EngineSite:
    """A site that only lends its cards, so that footage is encoded once."""
    return EngineSite(tmp_path_factory.mktemp("footage"), ffmpeg)


@pytest.fixture(scope="module")
def card_of(footage: EngineSite) -> CardOf:
    cards: dict[tuple[Span, ...], Card] = {}

    def card(spans: tuple[Span, ...]) -> Card:
        if spans not in cards:
            cards[spans] = footage.card(*(footage.window(*span) for span in spans))
        return cards[spans]

    return card


@pytest.fixture
def site(site: EngineSite, footage: EngineSite) -> EngineSite:
    site.began = footage.began
    return site


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
async def test_a_fault_has_a_known_ending(site: EngineSite, card_of: CardOf, case: Case) -> None:
    async with site.camera(card=card_of(case.footage), pace=case.pace, faults=case.faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", camera.card, *(site.window(*span) for span in case.recorded))
        site.add_gap("gap_1", "gate", site.window(*case.gap))
        async with somebody_watching(camera, site) if case.is_watched else nullcontext():
            await sweep(site, case)
        await camera.idle()

        assert_ended_as_said(site, case, camera)
        assert_nothing_is_left(site)
        await assert_next(site, case, camera)


async def sweep(site: EngineSite, case: Case) -> None:
    pieces = {"anr_sessions_per_device": 2, "anr_piece_s": 6} if case.is_in_two_sessions else {}
    await site.sweep(anr_rest_s=0, anr_stall_s=case.stall_s, **pieces)


def assert_ended_as_said(site: EngineSite, case: Case, camera: SimulatedCamera) -> None:
    fill, gap = site.fills()[0], site.gap("gap_1")
    reads = case.reads.replace("{device}", f"127.0.0.1:{camera.port}")
    assert (fill["outcome"], fill["reason"]) == (case.outcome, reads)
    assert (gap["fill_state"], gap["fill_attempts"]) == (case.state, case.attempts)
    assert_on_disk(site, (*case.on_disk, *case.recorded))


def assert_on_disk(site: EngineSite, spans: tuple[Span, ...]) -> None:
    """The recordings hold these seconds and no others, each in its place."""
    recorded, expected = held(site), merged(site.window(*span) for span in spans)
    assert [left for window in expected for left in subtract(window, recorded, EDGE_S)] == []
    assert [left for window in recorded for left in subtract(window, expected, EDGE_S)] == []
    assert worst_offset_s(site, "gate") <= 2


def held(site: EngineSite) -> list[Window]:
    """What the recordings hold by their names and packets."""
    starts = {path: parse_file_stem(path.stem) for path in (site.recordings / "gate").glob("*.mp4")}
    return merged(Window(start, start + timedelta(seconds=video_s(path))) for path, start in starts.items())


def assert_nothing_is_left(site: EngineSite) -> None:
    assert site.left_behind() == []
    assert writers(site.recordings) == {}
    ours = [*(site.root / "site.anr.logs").iterdir(), *site.root.glob("site.anr.db*")]
    texts = [path.read_bytes().decode(errors="replace") for path in ours]
    assert not [text for text in texts for secret in (PASSWORD, quote(PASSWORD, safe="")) if secret in text]


async def assert_next(site: EngineSite, case: Case, camera: SimulatedCamera) -> None:
    """What comes next comes, and where the camera is mended and has the footage, the gap is filled."""
    assert_set_aside(site, case.next)
    if case.next is Next.NOTHING:
        return
    camera.faults = Faults()
    if case.next in (*AWAY, Next.PERSON):
        camera.requests.clear()
        await sweep(site, case)
        assert camera.requests == [], "it is left alone until its time comes"
        if case.next is Next.PERSON:
            site.execute("UPDATE cameras SET updated_at = '2026-01-01T00:00:00+00:00'")
        site.let_time_come("gate")
    await sweep(site, case)
    have = [site.window(*span) for span in case.footage]
    there = [part for part in (site.window(*case.gap).intersection(window) for window in have) if part]
    state = "filled" if len(there) == 1 and there[0] == site.window(*case.gap) else "pending"
    assert site.gap("gap_1")["fill_state"] == state
    assert [left for window in there for left in subtract(window, held(site), EDGE_S)] == []
    assert worst_offset_s(site, "gate") <= 2
    if case.next is Next.REST:
        assert site.fills()[1]["wanted_s"] < site.fills()[0]["wanted_s"]


def assert_set_aside(site: EngineSite, then: Next) -> None:
    """The journal holds the camera back for as long as the document says."""
    memory = site.remembered("gate")
    is_set_aside = memory is not None and bool(memory["set_aside_why"])
    assert is_set_aside == (then in (*AWAY, Next.PERSON))
    until = memory["set_aside_until"] if memory is not None else None
    assert (until is not None) == (then in AWAY)
    if then in AWAY:
        assert 0.6 * AWAY[then] <= (parse_stamp(str(until)) - now_utc()).total_seconds() <= 1.2 * AWAY[then]


@asynccontextmanager
async def somebody_watching(camera: SimulatedCamera, site: EngineSite) -> AsyncIterator[None]:
    """Another client plays from the camera, at real time."""
    viewer = await asyncio.create_subprocess_exec(
        *(site.ffmpeg, "-nostdin", "-loglevel", "quiet", "-rtsp_transport", "tcp"),
        *("-i", camera.url(site.window(0, 26), with_login=True), "-f", "null", "-"),
    )
    try:
        await camera.until(lambda camera: camera.sessions.current > 0)
        yield
    finally:
        viewer.kill()
        await viewer.wait()


def test_the_document_is_what_the_tests_ran() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m tests.worker.fills.faults_table"
