"""Every way in which a camera's footage is of another time than it seems: rows of docs/faults.md like all others.

A recorder's files beside the gap hold the bits that the camera streamed, unless a case says otherwise.
"""

import math
from dataclasses import dataclass

from anr_tui.demo.camera.faults import Clock, Faults, Pace, Reply, Stale, StartRule
from tests.recording import Transcoding

Span = tuple[int, int]

FAST = Pace(math.inf)
HOUR_S = 3600
GAP = (12, 25)
CARD = ((0, 40),)
BESIDE = ((0, 12), (25, 40))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the footage is encoded; `pauses` are the seconds, from the first on, in which no picture was taken."""

    gop_s: float = 1.0
    fps: float = 5.0
    is_still: bool = False
    pauses: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class OurClock:
    """What is wrong with the clock of the worker's machine, since the gap: it is `ahead_s` seconds ahead.

    With `steps` it is right until the camera has been asked to play, and steps then.
    """

    ahead_s: int
    steps: bool = False


@dataclass(frozen=True, slots=True)
class TimeCase:
    fault: str
    faults: Faults = Faults(refuses_require=True)
    gap: Span = GAP
    footage: tuple[Span, ...] = CARD
    recorded: tuple[Span, ...] = BESIDE
    streamed: tuple[Span, ...] = ()
    pace: Pace = FAST
    encoding: Encoding = Encoding()
    transcoding: Transcoding | None = None
    after_end: tuple[int, Reply] | None = None
    our_clock: OurClock | None = None
    grows_to: Span | None = None
    unreadable: tuple[int, ...] = ()
    piece_s: int = 300


def plain(**options):
    return Faults(refuses_require=True, **options)


def local(zone_s, words, **more):
    other = (-zone_s, 40 - zone_s)
    foot = tuple(sorted(((0, 40), other)))
    return TimeCase(
        f"takes the digits for its local time ({words})",
        plain(clock=Clock(local_time_offset_s=zone_s)),
        footage=foot,
        recorded=(other, *BESIDE),
        **more,
    )


T = TimeCase
CLIPS = ((0, 12), (13, 17), (20, 24), (27, 31), (34, 38), (45, 60))
TEN = tuple((10 + 6 * i, 14 + 6 * i) for i in range(10))
DOTS = tuple((12 + 4 * i, 14 + 4 * i) for i in range(6))
TIME_CASES = [
    local(HOUR_S, "UTC+1"),
    local(2 * HOUR_S, "UTC+2"),
    local(int(5.5 * HOUR_S), "UTC+5:30"),
    local(-5 * HOUR_S, "UTC-5"),
    local(-HOUR_S, "UTC-1"),
    T(
        "local digits +2h, card without it at that time",
        plain(clock=Clock(local_time_offset_s=2 * HOUR_S)),
    ),
    T(
        "local digits +2h, card without it at that time, skips to next",
        plain(clock=Clock(local_time_offset_s=2 * HOUR_S), starts_at_next_footage=True),
    ),
    T(
        "local digits -2h, nothing of the other time recorded",
        plain(clock=Clock(local_time_offset_s=2 * HOUR_S)),
        footage=((-7200, -7160), (0, 40)),
    ),
    T(
        "local digits +2h, bare",
        plain(clock=Clock(local_time_offset_s=2 * HOUR_S)),
        footage=((-7200, -7160), (0, 40)),
        recorded=(),
    ),
    T(
        "live",
        plain(start=StartRule(is_live=True)),
        footage=((0, 40), (200, 240)),
        recorded=((0, 12), (25, 40), (200, 240)),
    ),
    T(
        "live, not recorded",
        plain(start=StartRule(is_live=True)),
        footage=((0, 40), (200, 240)),
        recorded=((0, 12), (25, 40)),
    ),
    T("live, bare", plain(start=StartRule(is_live=True)), footage=((0, 40), (200, 240)), recorded=()),
    T(
        "live, onvif",
        Faults(start=StartRule(is_live=True)),
        footage=((0, 40), (200, 240)),
        recorded=((0, 12), (25, 40), (200, 240)),
    ),
    T("10 s early", plain(start=StartRule(offset_s=-10))),
    T("10 s early, bare", plain(start=StartRule(offset_s=-10)), recorded=()),
    T("30 s late", plain(start=StartRule(offset_s=30)), footage=((0, 90),), recorded=((0, 12), (25, 90))),
    T("30 s late, bare", plain(start=StartRule(offset_s=30)), footage=((0, 90),), recorded=()),
    T("gop 10", plain(), encoding=Encoding(gop_s=10), gap=(13, 30), recorded=((0, 13), (30, 40))),
    T(
        "gop 10, mid",
        plain(),
        encoding=Encoding(gop_s=10),
        gap=(13, 33),
        footage=((0, 60),),
        recorded=((0, 13), (33, 60)),
    ),
    T("gop 30", plain(), encoding=Encoding(gop_s=30), gap=(35, 60), footage=((0, 100),), recorded=((0, 35), (60, 100))),
    T("gop 30 bare", plain(), encoding=Encoding(gop_s=30), gap=(35, 60), footage=((0, 100),), recorded=()),
    T(
        "gop 60",
        plain(),
        encoding=Encoding(gop_s=60),
        gap=(70, 120),
        footage=((0, 200),),
        recorded=((0, 70), (120, 200)),
    ),
    T(
        "gop 30 onvif",
        Faults(),
        encoding=Encoding(gop_s=30),
        gap=(35, 60),
        footage=((0, 100),),
        recorded=((0, 35), (60, 100)),
    ),
    T("encodes anew", plain(encodes_anew=True)),
    T(
        "encodes anew, hole",
        plain(encodes_anew=True, skips_holes=True),
        gap=(5, 45),
        footage=((0, 16), (30, 60)),
        recorded=((0, 5), (45, 60)),
    ),
    T(
        "encodes anew, hole, bare",
        plain(encodes_anew=True, skips_holes=True),
        gap=(5, 45),
        footage=((0, 16), (30, 60)),
        recorded=(),
    ),
    T(
        "encodes anew, hole not skipped, bare",
        plain(encodes_anew=True),
        gap=(5, 45),
        footage=((0, 16), (30, 60)),
        recorded=(),
    ),
    T("stamps 1.3", plain(stamp_rate=1.3)),
    T("stamps 1.3 bare", plain(stamp_rate=1.3), recorded=()),
    T("stamps 1.3 long", plain(stamp_rate=1.3), gap=(12, 52), footage=((0, 70),), recorded=((0, 12), (52, 70))),
    T("stamps 1.3 long bare", plain(stamp_rate=1.3), gap=(12, 52), footage=((0, 70),), recorded=()),
    T("stamps 0.7", plain(stamp_rate=0.7)),
    T("stamps 0.7 bare", plain(stamp_rate=0.7), recorded=()),
    T("stamps 0.7 long", plain(stamp_rate=0.7), gap=(12, 52), footage=((0, 70),), recorded=((0, 12), (52, 70))),
    T("stamps 1.3 onvif", Faults(stamp_rate=1.3), gap=(12, 52), footage=((0, 70),), recorded=((0, 12), (52, 70))),
    T("stamps 0.7 onvif", Faults(stamp_rate=0.7), gap=(12, 52), footage=((0, 70),), recorded=((0, 12), (52, 70))),
    T("stale front", plain(stale=Stale(3, -10))),
    T("stale front bare", plain(stale=Stale(3, -10)), recorded=()),
    T("stale front onvif", Faults(stale=Stale(3, -10))),
    T("stale front 30", plain(stale=Stale(3, 30)), footage=((0, 60),), recorded=((0, 12), (25, 60))),
    T(
        "clips, ends in a pause",
        plain(),
        gap=(12, 40),
        streamed=((0, 60),),
        footage=CLIPS,
        recorded=((0, 12), (40, 60)),
    ),
    T(
        "clips, ends in a pause, skips",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(12, 40),
        streamed=((0, 60),),
        footage=CLIPS,
        recorded=((0, 12), (40, 60)),
    ),
    T(
        "clips, ends in a pause, skips, bare",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(12, 40),
        streamed=((0, 60),),
        footage=CLIPS,
        recorded=(),
    ),
    T(
        "clips onvif skips",
        Faults(skips_holes=True),
        gap=(12, 40),
        streamed=((0, 60),),
        footage=CLIPS,
        recorded=((0, 12), (40, 60)),
    ),
    T(
        "ten clips",
        plain(),
        gap=(10, 70),
        streamed=((0, 80),),
        footage=((0, 10), *TEN[0:0], *((s + 1, e + 1) for s, e in TEN[:9]), (70, 80)),
        recorded=((0, 10), (70, 80)),
    ),
    T(
        "ten clips, skips",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(10, 70),
        streamed=((0, 80),),
        footage=((0, 10), *((s + 1, e + 1) for s, e in TEN[:9]), (70, 80)),
        recorded=((0, 10), (70, 80)),
    ),
    T(
        "ten clips in 300, skips",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(10, 310),
        streamed=((0, 330),),
        footage=((0, 10), *((20 + 30 * i, 28 + 30 * i) for i in range(10)), (315, 330)),
        recorded=((0, 10), (310, 330)),
    ),
    T("date 10 min", plain(clock=Clock(date_offset_s=600))),
    T("date 10 min bare", plain(clock=Clock(date_offset_s=600)), recorded=()),
    T("date in minutes", plain(clock=Clock(cuts_date_to_minute=True))),
    T("date in minutes bare", plain(clock=Clock(cuts_date_to_minute=True)), recorded=()),
    T("clock of ours -300", our_clock=OurClock(-300)),
    T("clock of ours +60", our_clock=OurClock(60)),
    T("clock of ours steps +60", our_clock=OurClock(60, True), piece_s=6),
    T("clock of ours steps -120", our_clock=OurClock(-120, True), piece_s=6),
    T("clock of ours -300 bare", our_clock=OurClock(-300), recorded=()),
    T(
        "2 on 2 off",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(12, 36),
        streamed=((0, 50),),
        footage=((0, 12), *DOTS, (36, 50)),
        recorded=((0, 12), (36, 50)),
    ),
    T(
        "2 on 2 off no skip",
        plain(),
        gap=(12, 36),
        streamed=((0, 50),),
        footage=((0, 12), *DOTS, (36, 50)),
        recorded=((0, 12), (36, 50)),
    ),
    T(
        "2 on 2 off bare",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(12, 36),
        streamed=((0, 50),),
        footage=((0, 12), *DOTS, (36, 50)),
        recorded=(),
    ),
    T(
        "2 s gap of nothing",
        plain(),
        gap=(12, 14),
        streamed=((0, 40),),
        footage=((0, 12), (14, 40)),
        recorded=((0, 12), (14, 40)),
    ),
    T(
        "2 s gap of nothing skips",
        plain(skips_holes=True, starts_at_next_footage=True),
        gap=(12, 14),
        streamed=((0, 40),),
        footage=((0, 12), (14, 40)),
        recorded=((0, 12), (14, 40)),
    ),
    *(
        T(
            f"after end {r.name} {w}",
            plain(skips_holes=True),
            gap=(5, 45),
            streamed=((0, 60),),
            footage=((0, 10), (30, 60)),
            recorded=rec,
            after_end=(24, r),
        )
        for r in (Reply.NOT_FOUND, Reply.BAD_REQUEST, Reply.SILENCE, Reply.CLOSES, Reply.NO_MEDIA)
        for w, rec in (("bare", ()), ("beside", ((0, 5), (45, 60))))
    ),
    T("covered lens", plain(), encoding=Encoding(is_still=True)),
    T(
        "covered lens, hole",
        plain(skips_holes=True),
        encoding=Encoding(is_still=True),
        gap=(5, 45),
        footage=((0, 16), (30, 60)),
        recorded=((0, 5), (45, 60)),
    ),
    T(
        "covered lens, hole, bare",
        plain(skips_holes=True),
        encoding=Encoding(is_still=True),
        gap=(5, 45),
        footage=((0, 16), (30, 60)),
        recorded=(),
    ),
    T("covered lens, 10 s early", plain(start=StartRule(offset_s=-10)), encoding=Encoding(is_still=True)),
    T("date steps", plain(clock=Clock(date_step_s=30))),
    T("date steps bare", plain(clock=Clock(date_step_s=30)), recorded=()),
    T(
        "date steps bare hole",
        plain(clock=Clock(date_step_s=30), skips_holes=True),
        gap=(5, 45),
        streamed=((0, 60),),
        footage=((0, 10), (30, 60)),
        recorded=(),
    ),
    T("scrambled", plain(scrambles_after=8)),
    T("scrambled onvif", Faults(scrambles_after=8)),
    T("grows", grows_to=(12, 35), footage=((0, 60),), recorded=((0, 12), (35, 60))),
    T("onvif clean point 4", Faults(), encoding=Encoding(gop_s=4), gap=(13, 24), recorded=((0, 13), (24, 40))),
    T("onvif clean point 4, bare", Faults(), encoding=Encoding(gop_s=4), gap=(13, 24), recorded=()),
    T(
        "onvif clean point 4, rate ctl",
        Faults(),
        encoding=Encoding(gop_s=4),
        gap=(13, 24),
        recorded=(),
        pace=Pace(honours_rate_control=True),
    ),
    T(
        "pause 2 s",
        plain(),
        encoding=Encoding(gop_s=10, pauses=((16, 18),)),
        gap=(12, 30),
        recorded=((0, 12), (30, 40)),
    ),
    T("pause 2 s bare", plain(), encoding=Encoding(gop_s=10, pauses=((16, 18),)), gap=(12, 30), recorded=()),
    T("outlier", plain(stamp_outlier=(5, 36000))),
    T("outlier bare", plain(stamp_outlier=(5, 36000)), recorded=()),
    T("outlier onvif", Faults(stamp_outlier=(5, 36000))),
    T("transcodes", plain(), transcoding=Transcoding()),
    T("transcodes small overlay", plain(), transcoding=Transcoding(size=(128, 72), has_overlay=True)),
    T("transcodes, 10 s early", plain(start=StartRule(offset_s=-10)), transcoding=Transcoding()),
    T(
        "transcodes, local digits",
        plain(clock=Clock(local_time_offset_s=2 * HOUR_S)),
        transcoding=Transcoding(),
        footage=((-7200, -7160), (0, 40)),
        recorded=((-7200, -7160), (0, 12), (25, 40)),
    ),
    T("two unreadable", unreadable=(12,)),
]
