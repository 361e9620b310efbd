"""The behaviour of a simulated camera as plain values: its faults, its speed, and the way in which it ends footage."""

from dataclasses import dataclass, replace
from enum import StrEnum


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

    Where `plays` is given, the faults with `…_after_s` apply to that many PLAYs after the faults were set, no longer.
    """

    refuses_connections: bool = False
    never_answers: bool = False
    refuses_login: bool = False
    nonce_requests: int | None = None  # a nonce is accepted for that many requests, then it is stale
    describe_status: int | None = None  # the status of every answer to DESCRIBE, such as 404 or 503
    busy_requests: int = 0  # that many DESCRIBEs are refused with 453
    busy_s: float = 0.0  # DESCRIBEs are refused with 453 for that long after the faults were set
    max_sessions: int | None = None  # DESCRIBE and SETUP are refused with 453 while that many sessions are open
    refuses_require: bool = False  # any request with a Require header gets 551
    closes_after_s: float | None = None
    half_packet_after_s: float | None = None  # sends half an RTP packet, then closes the connection
    stalls_after_s: float | None = None  # sends no more media, but answers requests
    ends_early_after_s: float | None = None  # sends RTCP BYE and keeps the connection open
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
    opens_mid_gop: bool = False  # begins exactly at the start asked for, although no key frame is there
    stamps_jump: tuple[float, float] | None = None  # (media seconds, jump in seconds) of the time stamps
    stamps_stand: tuple[float, float] | None = None  # time stamps do not advance between these two media seconds

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
            garbage_after_s=None,
        )
