"""The behaviour of a simulated camera as plain values: its faults, its speed, and the way in which it ends footage."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from anr_tui.demo.camera.clock import Clock
from anr_tui.demo.camera.start_rule import StartAt, StartRule

__all__ = ["AfterEnd", "Clock", "End", "Faults", "Offer", "Pace", "Reply", "Stale", "StartAt", "StartRule", "Tells"]


class End(StrEnum):
    """What the camera does when the window's footage is over."""

    BYE = "bye"  # RTCP BYE on all streams (RFC 3550, 6.6), then it closes the connection
    CLOSE = "close"  # closes the connection without any message
    SILENT = "silent"  # keeps the session open and sends nothing more
    ANNOUNCE = "announce"  # sends an ANNOUNCE request and keeps the session open


class Offer(StrEnum):
    """The media that the camera's answer to DESCRIBE offers."""

    FOOTAGE = "footage"  # its video, and its audio if it has any
    MORE = "more"  # also metadata, listed first, and a second video, listed last; neither is ever sent
    SOUND = "sound"  # its audio only
    NOTHING = "nothing"


class Tells(StrEnum):
    """The window that the camera says it will play: in `a=range` of the description, in `Range` of the PLAY answer."""

    LENGTH = "length"  # only how long the window is; PLAY echoes what it was sent
    TRUTH = "truth"  # clock=START-END of what it does play, from its first picture on
    ASKED = "asked"  # clock=START-END of what was asked for, whatever it plays
    CARD = "card"  # clock=START-END of all that its card holds
    OTHER_ZONE = "other zone"  # the truth, in digits that are two hours ahead
    NO_ZONE = "no zone"  # the same without the Z that makes UTC of it (RFC 2326, 3.7)
    EPOCH = "epoch"  # clock=START- of 1970
    LIVE = "live"  # npt=now-, as of what happens now (RFC 2326, 3.6)
    NOTHING = "nothing"  # neither has a range
    GARBAGE = "garbage"  # kilobytes that are no range, as many as fit into a header
    FLOOD = "flood"  # a megabyte of them, in the answer to PLAY alone


class Reply(StrEnum):
    """How the camera takes a request that it has nothing for."""

    NOT_FOUND = "404"
    BAD_REQUEST = "400"
    SILENCE = "silence"  # no answer; the connection stays open
    CLOSES = "closes"  # no answer; the connection is closed
    NO_MEDIA = "no media"  # everything is answered with 200, and nothing is ever sent


@dataclass(frozen=True, slots=True)
class AfterEnd:
    """What becomes of a DESCRIBE, SETUP or PLAY for a window that starts at `moment` (of the footage) or later."""

    moment: datetime
    reply: Reply = Reply.NOT_FOUND

    def is_due(self, start: datetime) -> bool:
        """Whether a window that starts then is one of those."""
        return start >= self.moment


@dataclass(frozen=True, slots=True)
class Stale:
    """A replay opens with the rest of an earlier session: under another SSRC, with other stamps, without marks.

    It lasts `seconds`, and shows footage from `footage_offset_s` seconds after the window's start (negative: before).
    """

    seconds: float
    footage_offset_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """The speed at which footage is sent: `factor` times real time; `math.inf` is as fast as the client reads.

    With `honours_rate_control`, a PLAY with the ONVIF header `Rate-Control: no` is sent as fast as the client reads.
    With `burst_s`, footage goes out in bursts of that many media seconds, at the same average speed.
    """

    factor: float = 1.0
    honours_rate_control: bool = False
    burst_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of real cameras, all off by default. `…_after_s` counts media seconds of one PLAY.

    Those, and `stale`, take part in the first `plays` PLAYs after the faults were set only, where that is given.
    """

    refuses_connections: bool = False
    never_answers: bool = False
    floods_with: bytes = b""  # sends this over and over, as fast as it is read, instead of answering
    refuses_login: bool = False
    nonce_requests: int | None = None  # a nonce is accepted for that many requests, then it is stale
    describe_status: int | None = None  # the status of every answer to DESCRIBE, such as 404 or 503
    busy_requests: int = 0  # that many DESCRIBEs are refused with 453
    busy_s: float = 0.0  # DESCRIBEs are refused with 453 for that long after the faults were set
    max_sessions: int | None = None  # DESCRIBE and SETUP are refused with 453 while that many sessions are open
    frees_after_s: float = 0.0  # an ended session counts for that long still
    refuses_require: bool = False  # any request with a Require header gets 551
    closes_after_s: float | None = None
    half_packet_after_s: float | None = None  # sends half an RTP packet, then closes the connection
    stalls_after_s: float | None = None  # sends no more media, but answers requests
    ends_early_after_s: float | None = None  # sends RTCP BYE and keeps the connection open
    stands_still_after_s: float | None = None  # sends one picture over and over, always with the same stamp
    garbage_after_s: float | None = None  # once sends bytes that are no interleaved frame, then goes on
    plays: int | None = None
    end: End = End.BYE
    starts_at_next_footage: bool = False  # a window without footage plays what comes next, instead of 404
    skips_holes: bool = False  # time stamps run on over a hole, instead of jumping
    header_bytes: int = 0  # the length of an extra header in the answer to DESCRIBE
    redirect_to: str | None = None  # DESCRIBE of any other URL gets 302 to this one
    content_base_host: str | None = None  # the host, with port, in the Content-Base of the description
    clock_offset_s: float = 0.0  # how far the camera's clock is ahead
    offer: Offer = Offer.FOOTAGE
    session_name: str = "Media Presentation"  # the s= line of the description; surrogates stand for raw bytes
    silent_audio: bool = False  # audio is offered and never sent
    opens_mid_gop: bool = False  # begins at the very moment asked for, although that is no key frame
    stamps_jump: tuple[float, float] | None = None  # after so many media seconds, time stamps are so many ahead
    stamps_stand: tuple[float, float] | None = None  # between these media seconds, time stamps stand still
    stamp_rate: float = 1.0  # time stamps run that many times as fast as the footage was filmed
    stamp_rate_change: tuple[float, float] | None = None  # after so many seconds, stamps run at this rate instead
    stamp_outlier: tuple[float, float] | None = None  # the first picture after so many seconds is stamped so many ahead
    stamp_outliers: tuple[tuple[float, float], ...] = ()  # more of them
    clock: Clock = field(default_factory=Clock)
    start: StartRule = field(default_factory=StartRule)
    stale: Stale | None = None
    after_end: AfterEnd | None = None
    tells_range: Tells = Tells.LENGTH
    encodes_anew: bool = False  # each replay is encoded by itself: other bits, the same pictures; no sound
    scrambles_after: int | None = None  # slices are random bytes behind so many; 8: only their headers can be read

    @property
    def digits_offset_s(self) -> float:
        """How far the digits of URLs and answers are ahead of the true time, in seconds."""
        return self.clock_offset_s + self.clock.local_time_offset_s

    @property
    def start_rule(self) -> StartRule:
        """Where a replay begins."""
        return replace(self.start, at=StartAt.EXACT) if self.opens_mid_gop else self.start

    def sends_nothing(self, start: datetime) -> bool:
        """Whether a window that starts then, by the footage, is played without any media."""
        return self.after_end is not None and self.after_end.reply is Reply.NO_MEDIA and self.after_end.is_due(start)

    def in_play(self, number: int) -> "Faults":
        """The faults that apply to the PLAY with this number since they were set, counted from 1."""
        if self.plays is None or number <= self.plays:
            return self
        return replace(
            self,
            closes_after_s=None,
            half_packet_after_s=None,
            stalls_after_s=None,
            ends_early_after_s=None,
            stands_still_after_s=None,
            garbage_after_s=None,
            stale=None,
        )
