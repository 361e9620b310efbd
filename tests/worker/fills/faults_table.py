"""Every fault that the simulated camera can play, and what must become of a gap: the one source of docs/faults.md.

`python -m tests.worker.fills.faults_table` writes the document; test_faults.py runs each case and holds the document
to it.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.domain.outcome import Outcome
from tests.worker.fills.disk_faults_table import DISK_CASES
from tests.worker.fills.time_faults_table import TIME_CASES

DOCUMENT = Path(__file__).parents[3] / "docs" / "faults.md"
FULL_SPEED = Pace(honours_rate_control=True)
GAP = (5, 17)
FOOTAGE = ((0, 26),)
BESIDE = ((0, 5), (17, 26))

Span = tuple[int, int]


class Next(StrEnum):
    """What happens to the gap after the fault, as the document says it."""

    NOTHING = "nothing"
    REST = "the next sweep asks for the rest only"
    AGAIN = "the next sweep asks again"
    SOON = "asked again after about 10 s, with growing pauses"
    LATER = "asked again after about 30 s, with growing pauses"
    MUCH_LATER = "asked again after about 5 min, with growing pauses"
    PERSON = "left alone until the camera's row changes or a person retries"


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and what comes of it. Spans are seconds after the footage began.

    `reads` is what the console shows; `{device}` stands for the camera's host and port. `footage` is what the card
    holds, `on_disk` what the recordings hold in the end. `is_watched`: somebody else plays from the camera meanwhile;
    `is_in_two_sessions`: the device may be asked for two pieces at once. `recorded` is what the recorder holds itself.
    """

    fault: str
    faults: Faults
    outcome: Outcome
    reads: str
    next: Next = Next.NOTHING
    on_disk: tuple[Span, ...] = ()
    pace: Pace = FULL_SPEED
    gap: Span = GAP
    footage: tuple[Span, ...] = FOOTAGE
    stall_s: float = 1
    is_watched: bool = False
    is_in_two_sessions: bool = False
    recorded: tuple[Span, ...] = ()

    @property
    def state(self) -> str:
        """`fill_state` of the gap's row."""
        return "filled" if self.outcome is Outcome.FILLED else "pending"

    @property
    def attempts(self) -> int:
        """`fill_attempts` of the gap's row."""
        return int(self.outcome.counts_as_attempt)

    @property
    def row(self) -> str:
        """The line of the document."""
        attempts = "1 attempt" if self.attempts else "no attempt"
        sentence = self.reads.replace("{device}", "192.0.2.10:554")
        said = f"**{self.outcome.words}**: {sentence}"
        return f"| {self.fault} | {self._kept} | {self.state}, {attempts} | {said} | {self.next} |"

    @property
    def _kept(self) -> str:
        wanted = self.gap[1] - self.gap[0]
        if self.on_disk == (self.gap,):
            return f"all {wanted} s"
        if not self.on_disk:
            return "nothing"
        spans = " and ".join(f"{start - self.gap[0]} to {end - self.gap[0]}" for start, end in self.on_disk)
        return f"seconds {spans} of {wanted}"


def _filled(
    fault: str,
    faults: Faults,
    pace: Pace = FULL_SPEED,
    *,
    gap: Span = GAP,
    reads: str = "",
    recorded: tuple[Span, ...] = (),
) -> Case:
    reads = reads or f"{gap[1] - gap[0]} s fetched."
    return Case(fault, faults, Outcome.FILLED, reads, on_disk=(gap,), pace=pace, gap=gap, recorded=recorded)


def _off(words: str, offset_s: float) -> Case:
    """A camera whose clock is off, beside recordings that show it."""
    reads = f"12 s fetched. Its clock is {words}; this fill corrected for that. Set the clock."
    return _filled(f"a clock that is {words}", Faults(clock_offset_s=offset_s), reads=reads, recorded=BESIDE)


def _refused(fault: str, faults: Faults, outcome: Outcome, reads: str, then: Next) -> Case:
    return Case(fault, faults, outcome, reads, then)


def _partly(
    fault: str, faults: Faults, reads: str, *on_disk: Span, footage: tuple[Span, ...] = FOOTAGE, pace: Pace = FULL_SPEED
) -> Case:
    return Case(fault, faults, Outcome.PARTLY_FILLED, reads, Next.REST, on_disk, pace, footage=footage)


def _floods(what: str, message: bytes, words: str) -> Case:
    reads = f"The camera floods us with {words}. It is left alone for a while."
    faults = Faults(floods_with=message)
    return _refused(f"{what} without end", faults, Outcome.NOT_UNDERSTOOD, reads, Next.MUCH_LATER)


_BUSY = "The camera answered DESCRIBE with {status}. It is asked again soon."
_CLOSED = "The camera closed the connection after {got} of 12 s. {kept} of 12 s are on disk."
_NAMED_IN_GBK = b"\xb6\xab\xc3\xc5".decode(errors="surrogateescape")

CASES = (
    _refused(
        "refuses TCP",
        Faults(refuses_connections=True),
        Outcome.UNREACHABLE,
        "Cannot connect to the camera at {device}: Connection refused.",
        Next.LATER,
    ),
    Case(
        "accepts and never answers",
        Faults(never_answers=True),
        Outcome.UNREACHABLE,
        "The camera accepted the connection but did not answer OPTIONS.",
        Next.LATER,
        stall_s=15,
    ),
    _refused(
        "401 always",
        Faults(refuses_login=True),
        Outcome.LOGIN_REFUSED,
        "The camera answered DESCRIBE with 401 Unauthorized. "
        "Correct the camera's user and password, then retry; until then it is not contacted.",
        Next.PERSON,
    ),
    _filled("nonce stale in the middle", Faults(nonce_requests=2)),
    _refused(
        "404",
        Faults(describe_status=404),
        Outcome.NO_FOOTAGE,
        "The camera answered DESCRIBE with 404 Not Found. Check that the camera records to its own card.",
        Next.AGAIN,
    ),
    Case(
        "453 to a second session, and somebody else plays",
        Faults(max_sessions=1),
        Outcome.CAMERA_BUSY,
        _BUSY.format(status="453 Not Enough Bandwidth"),
        Next.SOON,
        is_watched=True,
    ),
    Case(
        "453 to a second session, and both are ours",
        Faults(max_sessions=1),
        Outcome.FILLED,
        "12 s fetched.",
        on_disk=(GAP,),
        is_in_two_sessions=True,
    ),
    _refused(
        "453 for ten seconds",
        Faults(busy_s=10),
        Outcome.CAMERA_BUSY,
        _BUSY.format(status="453 Not Enough Bandwidth"),
        Next.SOON,
    ),
    _refused(
        "503",
        Faults(describe_status=503),
        Outcome.CAMERA_BUSY,
        _BUSY.format(status="503 Service Unavailable"),
        Next.SOON,
    ),
    _filled("551 to Require", Faults(refuses_require=True), Pace(factor=8)),
    _filled("a name that is no UTF-8", Faults(session_name=_NAMED_IN_GBK)),
    _partly("closes after 6 s", Faults(closes_after_s=6), _CLOSED.format(got=6, kept=6), (5, 11)),
    _partly(
        "stalls after 6 s and stays open",
        Faults(stalls_after_s=6),
        "The camera stopped sending after 6 of 12 s. 6 of 12 s are on disk.",
        (5, 11),
    ),
    _partly(
        "ends early, after 6 s, and stays open",
        Faults(ends_early_after_s=6),
        "The stream ended after 6 of 12 s. 6 of 12 s are on disk.",
        (5, 11),
    ),
    _filled("sends BYE at the end and closes", Faults(end=End.BYE)),
    _filled("closes at the end without a word", Faults(end=End.CLOSE)),
    _filled("falls silent at the end and stays open", Faults(end=End.SILENT)),
    _filled("ANNOUNCE at the end", Faults(end=End.ANNOUNCE)),
    _partly(
        "starts at the next footage when the window begins in a hole",
        Faults(starts_at_next_footage=True, skips_holes=True),
        _CLOSED.format(got=6, kept=6),
        (11, 17),
        footage=((0, 3), (11, 26)),
    ),
    _partly(
        "skips a hole of 4 s without a pause",
        Faults(skips_holes=True),
        _CLOSED.format(got=8, kept=8),
        (5, 8),
        (12, 17),
        footage=((0, 8), (12, 26)),
    ),
    _partly(
        "the same, by a camera that gives no absolute times",
        Faults(skips_holes=True, starts_at_next_footage=True, refuses_require=True),
        _CLOSED.format(got=8, kept=8),
        (5, 8),
        (12, 17),
        pace=Pace(factor=math.inf),
        footage=((0, 8), (12, 26)),
    ),
    _filled("sends at 1x", Faults(), Pace(factor=1), gap=(5, 9)),
    _filled("sends at 4x", Faults(), Pace(factor=4), gap=(5, 13)),
    _filled("sends as fast as it can", Faults(), Pace(factor=math.inf)),
    _filled("sends in bursts of 4 s", Faults(), Pace(factor=4, burst_s=4)),
    _off("60 s ahead", 60),
    _off("4 s behind", -4),
    _filled("garbage in the interleaved stream", Faults(garbage_after_s=6)),
    _partly("half an RTP packet, then closed", Faults(half_packet_after_s=6), _CLOSED.format(got=6, kept=6), (5, 11)),
    _refused(
        "a response header of 1 MiB",
        Faults(header_bytes=2**20),
        Outcome.UNREACHABLE,
        "The camera sent a header line of more than 16384 bytes.",
        Next.LATER,
    ),
    _floods("interim answers", b"RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n", "messages"),
    _floods("requests of its own", b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", "messages"),
    _floods("empty frames", b"$\0\0\0", "frames that hold no footage"),
    Case(
        "time stands still after 2 s, and media never ends",
        Faults(stands_still_after_s=2),
        Outcome.NOT_UNDERSTOOD,
        "The camera sent far more than footage of that length can have. It is left alone for a while. "
        "2 of 4 s are on disk.",
        Next.MUCH_LATER,
        on_disk=((5, 7),),
        gap=(5, 9),
    ),
    _refused(
        "a redirect",
        Faults(redirect_to="rtsp://192.0.2.7/Streaming/tracks/101"),
        Outcome.NOT_UNDERSTOOD,
        "The camera answered DESCRIBE with 302 Moved Temporarily. "
        "Set a replay URL template that fits this camera (anr_replay_url_template).",
        Next.AGAIN,
    ),
    _filled("another host in Content-Base", Faults(content_base_host="192.0.2.7:554")),
)


def document() -> str:
    """The whole of docs/faults.md."""
    rows = "\n".join(case.row for case in CASES)
    times = "\n".join(case.row for case in TIME_CASES if not case.unmended)
    open_rows = "\n".join(f"- {case.fault}: {case.unmended}." for case in TIME_CASES if case.unmended)
    open_part = f"{_OPEN_HEAD}{open_rows}\n" if open_rows else ""
    disks = "\n".join(case.row for case in DISK_CASES)
    return f"{_HEAD}{rows}\n{_TIMES_HEAD}{times}\n{open_part}{_OPEN_END}{_DISKS_HEAD}{disks}\n"


_HEAD = """# What each fault of a camera comes to

Made from the cases in `tests/worker/fills/faults_table.py`, each of which a test runs: a simulated camera with the
fault, a real worker, a real ffmpeg (`python -m tests.worker.fills.faults_table` writes this page). After each of them,
no part file, no process and no open connection is left, every picture on disk is within 2 s of the place that its
file's name gives it, and the password is in no log and no journal. Where something is missing and the camera has it,
the test mends the camera, and the next sweep fills the gap. After three attempts a gap is `failed` and waits for a
person.

| the camera | on disk | the gap's row | the operator reads | next |
| --- | --- | --- | --- | --- |
"""

_TIMES_HEAD = """
## Footage of another time

The same for cameras whose footage is of another time than it seems (`tests/worker/fills/time_faults_table.py`). Each
picture on disk is within 2 s of its place, and what arrived is on disk or kept as a part. Unless a row says otherwise,
the recorder has its own footage on both sides of the gap, and the camera gives no times in its media.

| the camera | the gap | the operator reads |
| --- | --- | --- |
"""

_OPEN_HEAD = """
## What does not hold yet

Each of these is a test that is known to fail; what such a camera sends may be missing in part, or stand elsewhere.

"""

_OPEN_END = """
Where nothing was recorded at any end of a gap and the camera gives no times, its word is all there is: such footage
lands as `consistent`, and may be of another time, unless the camera itself says so (its clock, the range that it
announces, a source that changes). So may that of a camera whose recorder encodes the stream by itself, where too little
moves to recognise it. `ANR_TIME_PROOF=require` lands neither.

A camera that encodes anew for each replay is recognised by its pictures, where enough moves in them: what it has lands,
proven, also around a hole of its card. Where it is not recognised, nothing lands (*wrong time*), and what came is kept.
"""

_DISKS_HEAD = """
## Faults of the disk

The same for disks, directories and files that fail (`tests/worker/fills/disk_faults_table.py`). No camera is blamed for
them: no attempt is used up, other cameras are filled, and once the fault is mended the gap is filled, from what had
arrived where that can be placed. `make io-sweep` lets each file operation of a fill fail once and for good.

| the fault | what arrived | the operator reads | the alarm | next |
| --- | --- | --- | --- | --- |
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document())
