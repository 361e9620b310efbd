"""Every way in which a camera's footage is of another time than it seems, and what must become of the gap.

Rows of docs/faults.md like those of faults_table.py. The recorder's files beside the gap hold the bits that the camera
streamed, unless a case says otherwise. Where the clock of the worker's machine was off before the gap as well, names
and gap are by that clock: then it is the camera that is off from them, and the rows of a camera's clock hold.
"""

import math
from dataclasses import dataclass

from anr_tui.demo.camera.faults import Clock, Faults, Pace, Reply, Stale, StartRule, Tells
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.outcome import Outcome
from tests.recording import Transcoding

Span = tuple[int, int]

FAST = Pace(math.inf)
HOUR_S = 3600
GAP = (12, 25)
CARD = ((0, 40),)
BESIDE = ((0, 12), (25, 40))
PLAIN = Faults(refuses_require=True)
ONVIF = Faults()
PROVEN, CONSISTENT = TimeProof.PROVEN, TimeProof.CONSISTENT


@dataclass(frozen=True, slots=True)
class Encoding:
    """How footage is encoded, and of what scene.

    `pauses` are the seconds, from the first on, in which no picture was taken.
    """

    gop_s: float = 1.0
    is_still: bool = False
    has_walker: bool = False
    pauses: tuple[Span, ...] = ()


_USUAL = Encoding()
_WALKED = Encoding(has_walker=True)


@dataclass(frozen=True, slots=True)
class OurClock:
    """What became of the clock of the worker's machine after the gap: it is `ahead_s` seconds ahead.

    With `steps` it is right until the camera has been asked to play, and steps then.
    """

    ahead_s: int
    steps: bool = False


@dataclass(frozen=True, slots=True)
class TimeCase:
    """A camera, and what comes of it. Spans are seconds after the footage began.

    `streamed` is what the recorder saw, where the card (`footage`) holds less of it; `recorded` what it has of that.
    `after_end`: from that second on, windows are answered so. `proof` is that of each landed file; `reads` begins what
    the console shows. `keeps`: what came is kept as a part. Where nothing `arrives`, what the camera has cannot be had.
    `site_zone` is the name of the site's zone. `sessions` may be open at once. `unmended` is why the row does not hold
    yet.
    """

    fault: str
    faults: Faults
    outcome: Outcome = Outcome.FILLED
    proof: TimeProof | None = PROVEN
    reads: str = ""
    keeps: bool = False
    gap: Span = GAP
    footage: tuple[Span, ...] = CARD
    recorded: tuple[Span, ...] = BESIDE
    streamed: tuple[Span, ...] = ()
    encoding: Encoding = _USUAL
    transcoding: Transcoding | None = None
    after_end: tuple[int, Reply] | None = None
    our_clock: OurClock | None = None
    grows_to: Span | None = None
    piece_s: int = 300
    sessions: int = 1
    is_readable: bool = True
    arrives: bool = True
    site_zone: str = ""
    unmended: str = ""

    @property
    def row(self) -> str:
        """The line of the document."""
        proof = f", {self.proof}" if self.proof else ""
        kept = "; what came is kept" if self.keeps else ""
        reads = f": {self.reads}" if self.reads else ""
        return f"| {self.fault} | {self.outcome.words}{proof}{kept} | **{self.outcome.words}**{reads} |"


def _plain(**options: object) -> Faults:
    return Faults(refuses_require=True, **options)  # type: ignore[arg-type]


def _local(zone_s: int, words: str) -> TimeCase:
    other = (-zone_s, 40 - zone_s)
    return TimeCase(
        f"takes the digits for its local time, {words}",
        _plain(clock=Clock(local_time_offset_s=zone_s)),
        footage=(other, *CARD) if zone_s > 0 else (*CARD, other),
        recorded=(other, *BESIDE),
        reads="13 s fetched. It plays ",
    )


_SIX_PIECES = {"gap": (12, 60), "recorded": ((0, 12), (60, 75)), "footage": ((0, 75),), "piece_s": 8}


def _side_by_side(fault: str, faults: Faults, sessions: int = 3, **changes: object) -> TimeCase:
    """Pieces that are fetched beside each other, recorded at the outer ends of the gap alone."""
    fault = f"{fault}; six pieces in {sessions} sessions at once"
    return TimeCase(fault, faults, sessions=sessions, **(_SIX_PIECES | changes))  # type: ignore[arg-type]


_LIVE = StartRule(is_live=True)
_BOGOTA = (-5 * HOUR_S, 40 - 5 * HOUR_S)
_KOLKATA = Clock(local_time_offset_s=5 * HOUR_S + HOUR_S // 2)
_LIVE_CARD = ((0, 40), (200, 240))
_CLIPS = ((0, 12), (13, 17), (20, 24), (27, 31), (34, 38), (45, 60))
_TEN_CLIPS = ((0, 10), *((11 + 6 * index, 15 + 6 * index) for index in range(9)), (70, 80))
_DOTS = ((0, 12), *((12 + 4 * index, 14 + 4 * index) for index in range(6)), (36, 50))
_CLIPS_OF_300_S = ((0, 10), *((20 + 30 * index, 33 + 30 * index) for index in range(10)), (320, 335))
_JUMPING_CLIPS = ((0, 10), *((14 + 15 * index, 21 + 15 * index) for index in range(20)), (320, 335))
_LONG_GROUPS = ((0, 12), (20, 42), (52, 62), (68, 90))
_HOLE = ((0, 16), (30, 60))
_PARTLY, _NOTHING, _WRONG = Outcome.PARTLY_FILLED, Outcome.NO_FOOTAGE, Outcome.WRONG_TIME
_SKIPS = _plain(skips_holes=True, starts_at_next_footage=True)
_LONG_GAP, _LONG_CARD, _LONG_BESIDE = (12, 52), ((0, 70),), ((0, 12), (52, 70))
_EMPTY = "its silence on the times shows nothing where nothing was recorded beside it"

TIME_CASES = (
    _local(HOUR_S, "UTC+1"),
    _local(5 * HOUR_S + HOUR_S // 2, "UTC+5:30"),
    _local(-5 * HOUR_S, "UTC-5"),
    TimeCase(
        "takes the digits for its local time, has nothing there, and the site is in its zone",
        _plain(clock=_KOLKATA),
        reads="13 s fetched. It plays 5h 30m earlier than asked, shown by its pictures",
        site_zone="Asia/Kolkata",
    ),
    TimeCase(
        "the same, and no zone that suggests itself is its own",
        _plain(clock=_KOLKATA),
        _NOTHING,
        None,
        "The camera answered DESCRIBE with 404 Not Found.",
        arrives=False,
        site_zone="Asia/Tokyo",
    ),
    TimeCase(
        "takes the digits for its local time, has nothing there, and nothing recorded beside the gap",
        _plain(clock=_KOLKATA),
        _NOTHING,
        None,
        "The camera answered DESCRIBE with 404 Not Found.",
        recorded=(),
        arrives=False,
        site_zone="Asia/Kolkata",
    ),
    TimeCase(
        "takes the digits for its local time, and plays the next footage that it has, and the site is in its zone",
        _plain(clock=_KOLKATA, starts_at_next_footage=True),
        reads="13 s fetched. It plays 5h 30m earlier than asked, shown by its pictures",
        site_zone="Asia/Kolkata",
    ),
    TimeCase(
        "the same, and no zone that suggests itself is its own",
        _plain(clock=_KOLKATA, starts_at_next_footage=True),
        _NOTHING,
        None,
        "The camera played footage of another time: it has none of this window.",
        arrives=False,
        site_zone="Asia/Tokyo",
    ),
    TimeCase(
        "has nothing of the window, and something else where its zone points",
        PLAIN,
        _NOTHING,
        None,
        "The camera answered DESCRIBE with 404 Not Found.",
        streamed=(_BOGOTA, *CARD),
        footage=(_BOGOTA, (0, 10), (28, 40)),
        recorded=(_BOGOTA, *BESIDE),
        site_zone="America/Bogota",
    ),
    TimeCase(
        "plays live whatever is asked",
        _plain(start=_LIVE),
        _WRONG,
        None,
        "It plays the same footage whatever it is asked for, as if it were live.",
        True,
        footage=_LIVE_CARD,
        recorded=(*BESIDE, (200, 240)),
    ),
    TimeCase(
        "plays live, and the recorder has none of that",
        _plain(start=_LIVE),
        _WRONG,
        None,
        keeps=True,
        footage=_LIVE_CARD,
    ),
    TimeCase("starts 10 s early", _plain(start=StartRule(offset_s=-10))),
    TimeCase(
        "starts 30 s late", _plain(start=StartRule(offset_s=30)), footage=((0, 90),), recorded=((0, 12), (25, 90))
    ),
    TimeCase("key frame every 10 s", PLAIN, encoding=Encoding(gop_s=10), gap=(13, 30), recorded=((0, 13), (30, 40))),
    TimeCase(
        "key frame every 30 s",
        PLAIN,
        encoding=Encoding(gop_s=30),
        gap=(35, 60),
        footage=((0, 100),),
        recorded=((0, 35), (60, 100)),
    ),
    TimeCase(
        "key frame every 60 s",
        PLAIN,
        encoding=Encoding(gop_s=60),
        gap=(70, 120),
        footage=((0, 200),),
        recorded=((0, 70), (120, 200)),
    ),
    *(
        TimeCase(
            f"key frame every {gop_s} s, nothing recorded beside",
            PLAIN,
            proof=CONSISTENT,
            encoding=Encoding(gop_s=gop_s),
            gap=gap,
            footage=((0, 100),),
            recorded=(),
        )
        for gop_s, gap in ((10, (15, 44)), (30, (35, 60)))
    ),
    *(
        TimeCase(
            f"stamps run {rate}x",
            _plain(stamp_rate=rate),
            gap=_LONG_GAP,
            footage=_LONG_CARD,
            recorded=_LONG_BESIDE,
        )
        for rate in (0.5, 0.7, 1.1, 1.3, 2)
    ),
    *(
        TimeCase(
            f"stamps run {rate}x, and nothing is recorded after the gap",
            _plain(stamp_rate=rate),
            gap=_LONG_GAP,
            footage=_LONG_CARD,
            recorded=((0, 12),),
        )
        for rate in (0.7, 1.3)
    ),
    *(
        TimeCase(
            f"stamps run {rate}x, asked for in pieces",
            _plain(stamp_rate=rate),
            gap=_LONG_GAP,
            footage=_LONG_CARD,
            recorded=_LONG_BESIDE,
            piece_s=15,
        )
        for rate in (0.7, 1.3)
    ),
    *(
        TimeCase(
            f"stamps run {rate}x, with ONVIF times, and nothing recorded beside the gap",
            Faults(stamp_rate=rate),
            gap=_LONG_GAP,
            footage=_LONG_CARD,
            recorded=(),
        )
        for rate in (0.7, 1.3)
    ),
    TimeCase(
        "stamps run 1.3x, key frame every 4 s",
        _plain(stamp_rate=1.3),
        gap=_LONG_GAP,
        footage=_LONG_CARD,
        recorded=_LONG_BESIDE,
        encoding=Encoding(gop_s=4),
    ),
    *(
        TimeCase(
            f"stamps run {rate}x, card with a hole",
            _plain(stamp_rate=rate, skips_holes=True),
            _PARTLY,
            gap=_LONG_GAP,
            streamed=_LONG_CARD,
            footage=((0, 30), (38, 70)),
            recorded=_LONG_BESIDE,
        )
        for rate in (0.7, 1.3)
    ),
    TimeCase(
        "stamps change their pace in the middle, and make up for it",
        _plain(stamp_rate=1.3, stamp_rate_change=(21, 0.7)),
        _WRONG,
        None,
        keeps=True,
        gap=_LONG_GAP,
        footage=_LONG_CARD,
        recorded=_LONG_BESIDE,
    ),
    TimeCase(
        "stamps run 1.3x, and nothing is recorded beside the gap",
        _plain(stamp_rate=1.3),
        _WRONG,
        None,
        keeps=True,
        gap=_LONG_GAP,
        footage=_LONG_CARD,
        recorded=(),
    ),
    TimeCase("first 3 s are from an earlier session", _plain(stale=Stale(3, -10))),
    *(
        TimeCase(
            f"the same{words}, and nothing recorded beside the gap",
            Faults(stale=Stale(3, -10), refuses_require=not words),
            _WRONG,
            None,
            "The first 3 s that came are an earlier session's,",
            True,
            recorded=(),
        )
        for words in ("", ", with ONVIF times")
    ),
    TimeCase(
        "first 20 s are from an earlier session",
        _plain(stale=Stale(20, -110)),
        gap=(112, 125),
        footage=((0, 150),),
        recorded=((100, 112), (125, 150)),
    ),
    TimeCase(
        "first 20 s are from an earlier session, of which there are recordings",
        _plain(stale=Stale(20, -50)),
        gap=(72, 85),
        footage=((0, 110),),
        recorded=((0, 72), (85, 110)),
    ),
    TimeCase(
        "motion clips, a window that ends in a pause",
        _SKIPS,
        _PARTLY,
        PROVEN,
        gap=(12, 40),
        streamed=((0, 60),),
        footage=_CLIPS,
        recorded=((0, 12), (40, 60)),
    ),
    TimeCase(
        "the same, and stamps jump over the pauses",
        PLAIN,
        _PARTLY,
        PROVEN,
        gap=(12, 40),
        streamed=((0, 60),),
        footage=_CLIPS,
        recorded=((0, 12), (40, 60)),
    ),
    TimeCase(
        "nine motion clips",
        _SKIPS,
        _PARTLY,
        PROVEN,
        gap=(10, 70),
        streamed=((0, 80),),
        footage=_TEN_CLIPS,
        recorded=((0, 10), (70, 80)),
    ),
    TimeCase(
        "ten motion clips in 300 s",
        _SKIPS,
        _PARTLY,
        PROVEN,
        gap=(10, 320),
        streamed=((0, 335),),
        footage=_CLIPS_OF_300_S,
        recorded=((0, 10), (320, 335)),
        piece_s=310,
    ),
    TimeCase(
        "twenty motion clips in 300 s, and stamps jump over the pauses",
        PLAIN,
        _PARTLY,
        PROVEN,
        gap=(10, 320),
        streamed=((0, 335),),
        footage=_JUMPING_CLIPS,
        recorded=((0, 10), (320, 335)),
        piece_s=310,
    ),
    TimeCase(
        "motion clips, key frame every 4 s",
        _SKIPS,
        _PARTLY,
        PROVEN,
        encoding=Encoding(gop_s=4),
        gap=(12, 68),
        streamed=((0, 90),),
        footage=_LONG_GROUPS,
        recorded=((0, 12), (68, 90)),
    ),
    _side_by_side(
        "takes the digits for its local time, UTC+1",
        _plain(clock=Clock(local_time_offset_s=HOUR_S)),
        footage=((-HOUR_S, 75 - HOUR_S), (0, 75)),
        recorded=((-HOUR_S, 75 - HOUR_S), (0, 12), (60, 75)),
    ),
    _side_by_side(
        "plays live whatever is asked",
        _plain(start=_LIVE),
        outcome=_WRONG,
        proof=None,
        keeps=True,
        footage=((0, 75), (200, 240)),
    ),
    _side_by_side("starts 10 s early", _plain(start=StartRule(offset_s=-10))),
    _side_by_side(
        "starts 30 s late", _plain(start=StartRule(offset_s=30)), footage=((0, 140),), recorded=((0, 12), (60, 140))
    ),
    _side_by_side(
        "starts 30 s late", _plain(start=StartRule(offset_s=30)), 2, footage=((0, 140),), recorded=((60, 140),)
    ),
    _side_by_side("starts 10 s early", _plain(start=StartRule(offset_s=-10)), 1, recorded=((60, 75),)),
    TimeCase("RTSP Date 10 minutes off", _plain(clock=Clock(date_offset_s=600)), reads="13 s fetched."),
    TimeCase(
        "the same, and nothing recorded beside the gap",
        _plain(clock=Clock(date_offset_s=600)),
        _WRONG,
        None,
        "The camera's clock is ",
        True,
        recorded=(),
    ),
    TimeCase(
        "our own clock steps in the middle of a fill, and nothing recorded beside the gap",
        PLAIN,
        proof=CONSISTENT,
        our_clock=OurClock(-120, steps=True),
        piece_s=6,
        recorded=(),
        reads="13 s fetched.",
    ),
    TimeCase("RTSP Date in whole minutes", _plain(clock=Clock(cuts_date_to_minute=True)), reads="13 s fetched."),
    TimeCase("our own clock falls 300 s behind after the gap", PLAIN, our_clock=OurClock(-300), reads="13 s fetched."),
    TimeCase("our own clock runs 60 s ahead after the gap", PLAIN, our_clock=OurClock(60), reads="13 s fetched."),
    TimeCase(
        "our own clock steps in the middle of a fill",
        PLAIN,
        our_clock=OurClock(-120, steps=True),
        piece_s=6,
        reads="13 s fetched.",
    ),
    TimeCase(
        "2 s of footage, 2 s none, and so on",
        _SKIPS,
        _PARTLY,
        PROVEN,
        gap=(12, 36),
        streamed=((0, 50),),
        footage=_DOTS,
        recorded=((0, 12), (36, 50)),
    ),
    TimeCase(
        "a gap of 2 s of which nothing exists",
        _SKIPS,
        _NOTHING,
        None,
        gap=(12, 14),
        streamed=CARD,
        footage=((0, 12), (14, 40)),
        recorded=((0, 12), (14, 40)),
    ),
    *(
        TimeCase(
            f"answers the look after the end with {reply}",
            _plain(skips_holes=True),
            _WRONG,
            None,
            keeps=True,
            gap=(5, 45),
            streamed=((0, 60),),
            footage=((0, 10), (30, 60)),
            recorded=(),
            after_end=(24, reply),
        )
        for reply in (Reply.NOT_FOUND, Reply.BAD_REQUEST, Reply.NO_MEDIA)
    ),
    TimeCase(
        "closes the connection at the look after the end",
        _plain(skips_holes=True),
        Outcome.UNREACHABLE,
        None,
        keeps=True,
        gap=(5, 45),
        streamed=((0, 60),),
        footage=((0, 10), (30, 60)),
        recorded=(),
        after_end=(24, Reply.CLOSES),
    ),
    TimeCase(
        "every picture is the same, card with a hole",
        _plain(skips_holes=True),
        _WRONG,
        None,
        keeps=True,
        encoding=Encoding(is_still=True),
        gap=(5, 45),
        footage=_HOLE,
        recorded=((0, 5), (45, 60)),
        is_readable=False,
    ),
    TimeCase(
        "its Date steps between fetch and look",
        _plain(clock=Clock(date_step_s=30), skips_holes=True),
        _PARTLY,
        CONSISTENT,
        gap=(5, 45),
        streamed=((0, 60),),
        footage=((0, 10), (30, 60)),
        recorded=(),
    ),
    TimeCase(
        "sends video that nobody can decode",
        _plain(scrambles_after=8),
        Outcome.NOT_UNDERSTOOD,
        None,
        is_readable=False,
        keeps=True,
    ),
    TimeCase(
        "a gap row that grows while it is filled",
        PLAIN,
        _PARTLY,
        PROVEN,
        "13 s fetched. The gap has grown while it was filled;",
        grows_to=(12, 35),
        footage=((0, 60),),
        recorded=((0, 12), (35, 60)),
    ),
    TimeCase(
        "ONVIF replay from the clean point, key frame every 4 s",
        ONVIF,
        encoding=Encoding(gop_s=4),
        gap=(13, 24),
        recorded=((0, 13), (24, 40)),
    ),
    TimeCase(
        "a pause of 2 s of a dynamic frame rate",
        PLAIN,
        encoding=Encoding(gop_s=10, pauses=((16, 18),)),
        gap=(12, 30),
        recorded=((0, 12), (30, 40)),
    ),
    TimeCase(
        "starts 10 s early and says so, and nothing recorded beside the gap",
        _plain(start=StartRule(offset_s=-10), tells_range=Tells.TRUTH),
        _WRONG,
        None,
        "It plays 10 s earlier than asked, by its own word.",
        True,
        recorded=(),
    ),
    TimeCase(
        "starts 30 s late and says so, and nothing recorded beside the gap",
        _plain(start=StartRule(offset_s=30), tells_range=Tells.TRUTH),
        _WRONG,
        None,
        "It plays 30 s later than asked, by its own word.",
        True,
        footage=((0, 90),),
        recorded=(),
    ),
    TimeCase(
        "says that it plays after a hole, and does, and nothing recorded beside the gap",
        _plain(tells_range=Tells.TRUTH),
        _PARTLY,
        CONSISTENT,
        streamed=CARD,
        footage=((0, 12), (18, 40)),
        recorded=(),
    ),
    TimeCase(
        "plays live and says so, and nothing recorded beside the gap",
        _plain(start=_LIVE, tells_range=Tells.LIVE),
        _WRONG,
        None,
        "It says that it plays live.",
        True,
        footage=_LIVE_CARD,
        recorded=(),
    ),
    TimeCase(
        "plays live and says of what time that is, and nothing recorded beside the gap",
        _plain(start=_LIVE, tells_range=Tells.TRUTH),
        _WRONG,
        None,
        keeps=True,
        footage=_LIVE_CARD,
        recorded=(),
    ),
    TimeCase(
        "says that it plays what is two hours later, and plays what was asked",
        _plain(tells_range=Tells.OTHER_ZONE),
        reads="13 s fetched.",
    ),
    TimeCase(
        "the same, and nothing recorded beside the gap",
        _plain(tells_range=Tells.OTHER_ZONE),
        _WRONG,
        None,
        "It plays 7200 s later than asked, by its own word.",
        True,
        recorded=(),
    ),
    TimeCase(
        "says that it plays live, and plays what was asked", _plain(tells_range=Tells.LIVE), reads="13 s fetched."
    ),
    *(
        TimeCase(
            f"says of what it plays {words}, and nothing recorded beside the gap",
            _plain(tells_range=tells),
            proof=CONSISTENT,
            reads="13 s fetched.",
            recorded=(),
        )
        for tells, words in (
            (Tells.ASKED, "what was asked for"),
            (Tells.CARD, "all that its card holds"),
            (Tells.EPOCH, "the year 1970"),
            (Tells.NO_ZONE, "digits of its own zone without a word on it"),
            (Tells.NOTHING, "nothing"),
            (Tells.GARBAGE, "12 kB of garbage"),
        )
    ),
    TimeCase(
        "says of what it plays 1 MB of garbage",
        _plain(tells_range=Tells.FLOOD),
        Outcome.UNREACHABLE,
        None,
        arrives=False,
    ),
    TimeCase("one stamp ten hours off", _plain(stamp_outlier=(5, 36_000))),
    TimeCase("one stamp ten hours off, with ONVIF times", Faults(stamp_outlier=(5, 36_000))),
    TimeCase("two stamps ten hours off", _plain(stamp_outliers=((5, 36_000), (9, -36_000)))),
    TimeCase("two stamps ten hours off, with ONVIF times", Faults(stamp_outliers=((5, 36_000), (9, -36_000)))),
    TimeCase("two stamps in a row ten hours off", _plain(stamp_outliers=((5, 36_000), (5.2, 36_000)))),
    TimeCase(
        "two stamps in a row ten hours off, with ONVIF times", Faults(stamp_outliers=((5, 36_000), (5.2, 36_000)))
    ),
    TimeCase("one stamp half a minute off", _plain(stamp_outlier=(5, 30))),
    TimeCase("one stamp half a minute off, with ONVIF times", Faults(stamp_outlier=(5, 30))),
    TimeCase("the first stamp ten hours off", _plain(stamp_outlier=(0, 36_000))),
    TimeCase("the first stamp ten hours off, with ONVIF times", Faults(stamp_outlier=(0, 36_000))),
    TimeCase(
        "the first stamp ten hours off, with ONVIF times, and nothing recorded beside the gap",
        Faults(stamp_outlier=(0, 36_000)),
        recorded=(),
    ),
)

EYE_CASES = (
    TimeCase(
        "encodes anew on playback, card with a hole",
        _plain(encodes_anew=True, skips_holes=True),
        _PARTLY,
        PROVEN,
        keeps=True,
        encoding=_WALKED,
        gap=(15, 37),
        streamed=((0, 57),),
        footage=((0, 22), (30, 57)),
        recorded=((0, 15), (37, 57)),
    ),
    TimeCase(
        "the same without a hole",
        _plain(encodes_anew=True, skips_holes=True),
        encoding=_WALKED,
        gap=(15, 30),
        footage=((0, 50),),
        recorded=((0, 15), (30, 50)),
    ),
    TimeCase(
        "the same, and every picture is the same",
        _plain(encodes_anew=True, skips_holes=True),
        proof=CONSISTENT,
        encoding=Encoding(is_still=True),
        gap=(15, 30),
        footage=((0, 50),),
        recorded=((0, 15), (30, 50)),
        is_readable=False,
    ),
    TimeCase(
        "the same, and the card has a hole",
        _plain(encodes_anew=True, skips_holes=True),
        _WRONG,
        None,
        keeps=True,
        encoding=Encoding(is_still=True),
        gap=(15, 55),
        streamed=((0, 75),),
        footage=((0, 27), (41, 75)),
        recorded=((0, 15), (55, 75)),
        is_readable=False,
    ),
)
"""Cameras that encode anew: how much is recognised by eye hangs on what moves, so a row of the page would be chance."""
