"""The relay's report, and the only way in which its sentences leave it: masked, in one line, of limited length."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from anr_tui.domain.timestamps import now_utc
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.text import plain_line
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.rtsp.parser import BreachError, Response
from anr_tui.replay.rtsp.play_range import ToldRange

MAX_REPLAY_TIMES = 1000
_MAX_SENTENCE = 400
_MAX_REASON = 100
_MAX_DATE = 64
_SKEW_WORTH_SAYING_S = 2.0


class ReplayTime(NamedTuple):
    """The absolute time `at` (UTC) of a picture, and its media time.

    `media_s` is the picture's RTP time minus that of the first video packet, in seconds.
    """

    media_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class RelayReport:
    """What the relay has learned of one replay so far. Moments named `_at` are by `time.monotonic()`, in seconds.

    `reached`: the camera accepted the connection. `status`, `status_reason`, `method`: the camera's first refusal, else
    its latest answer (answers to keep-alives and TEARDOWN are left out). `media_bytes`: RTP payload that arrived;
    `first_media_at`, `last_media_at`: when its first and latest bytes did. `full_speed`: None until PLAY was accepted,
    True where it was accepted with `Rate-Control: no`. `announced_end`: the camera said that its footage ends;
    `said_bye`: it sent an RTCP BYE on the video stream. `error`: a masked sentence, else "". `has_breached`: the camera
    sent far more of something than any working device does, and was hung up on.

    `is_held`: the relay is waiting for a bandwidth limit at this moment; `held_s`: how long it has waited so far, in
    seconds, this wait included; `released_at`: when the latest wait ended. `asked_at`: since when a request has had no
    answer, None once PLAY was accepted; `played_at`: when PLAY was accepted.

    `clock_skew_s`: the `Date` of the camera's first dated answer minus our clock, in seconds. `Date` has whole seconds,
    so this is too small by up to 1 s and the answer's travel time. `replay_times`: where the camera gives absolute
    times (ONVIF replay), the first one, and one wherever they jumped by more than 1 s against RTP time, at most
    MAX_REPLAY_TIMES. `replay_times_until_s`: the media time in seconds up to which they hold, where RTP time stepped
    back or the last pictures jump; else None. `replay_rate`: the seconds that pass in a second of media time, where
    these times show that the stamps run at another pace, and at only one; else None. `told`: what the camera says that
    it will play, by its answer to PLAY, else by its description; None where neither says anything of the wall clock.
    `front_s`: the media seconds of an earlier session, known by another SSRC, that came before the footage; None where
    there is none.
    """

    reached: bool = False
    status: int | None = None
    status_reason: str = ""
    method: str | None = None
    media_bytes: int = 0
    last_media_at: float | None = None
    first_media_at: float | None = None
    closed_by: Literal["camera", "ffmpeg"] | None = None
    full_speed: bool | None = None
    announced_end: bool = False
    error: str = ""
    is_held: bool = False
    held_s: float = 0.0
    released_at: float | None = None
    asked_at: float | None = None
    played_at: float | None = None
    said_bye: bool = False
    has_breached: bool = False
    clock_skew_s: float | None = None
    replay_times: tuple[ReplayTime, ...] = ()
    replay_times_until_s: float | None = None
    told: ToldRange | None = None
    front_s: float | None = None
    replay_rate: float | None = None

    @property
    def quiet_since(self) -> float | None:
        """The moment by `time.monotonic()` from which the camera's silence is counted; None while no media is due.

        A wait for our own limits is not the camera's silence: while the relay is held, this is now. Nor is the time
        that ffmpeg takes to start and to ask: before PLAY was accepted, only a request without an answer counts.
        """
        if self.is_held:
            return time.monotonic()
        moments = (self.asked_at, self.played_at, self.last_media_at, self.released_at)
        return max((at for at in moments if at is not None), default=None)


class Findings:
    """The report while it grows. `log` is called with masked one-line sentences; `clock` gives our time in UTC.

    A camera that sends more than `most_bytes` of media is in breach.
    """

    def __init__(
        self,
        request: ReplayRequest,
        log: Callable[[str], None],
        throttle: Throttle | None = None,
        clock: Callable[[], datetime] = now_utc,
        *,
        most_bytes: float = math.inf,
    ) -> None:
        self._report = RelayReport()
        self._most_bytes = most_bytes
        self._media_bytes = 0
        self._last_media_at: float | None = None
        self._first_media_at: float | None = None
        self._asked_at: float | None = None
        self._throttle = throttle or Throttle()
        self._clock = clock
        self._request = request
        self._log = log

    @property
    def report(self) -> RelayReport:
        """The report as of now."""
        return replace(
            self._report,
            media_bytes=self._media_bytes,
            last_media_at=self._last_media_at,
            first_media_at=self._first_media_at,
            asked_at=self._asked_at,
            is_held=self._throttle.is_held,
            held_s=self._throttle.held_s,
            released_at=self._throttle.released_at,
        )

    def say(self, sentence: str) -> None:
        """Log one step of the replay."""
        self._log(self._sentence(sentence))

    def fail(self, sentence: str) -> None:
        """Note an error. The first one is kept in the report, because it explains those that follow."""
        error = self._sentence(sentence)
        if error == self._report.error:
            return
        self.say(error)
        if not self._report.error:
            self._report = replace(self._report, error=error)

    def reached(self) -> None:
        """Note that the camera accepted the connection."""
        self._report = replace(self._report, reached=True)

    def asked(self) -> None:
        """Note that a request was sent; once the camera plays, its media shows instead whether it is alive."""
        if self._report.full_speed is None:
            self._asked_at = time.monotonic()

    def settled(self) -> None:
        """Note that no request is waiting for an answer any more."""
        self._asked_at = None

    def answered(self, method: str, response: Response) -> None:
        """Note the camera's final answer to a request; the first refusal is kept."""
        if self._report.status is None or self._report.status < 300:
            reason = self.reason(response)
            self._report = replace(self._report, status=response.status, status_reason=reason, method=method)

    def dated(self, date: str) -> None:
        """Note the `Date` of an answer; the first one that can be read gives the camera's clock skew."""
        if not date or self._report.clock_skew_s is not None:
            return
        moment = parse_date(date)
        if moment is None:
            return
        skew_s = (moment - self._clock()).total_seconds()
        self._report = replace(self._report, clock_skew_s=skew_s)
        if abs(skew_s) > _SKEW_WORTH_SAYING_S:
            self.say(f"the camera's clock is {abs(skew_s):.0f} s {'ahead' if skew_s > 0 else 'behind'}")

    def arrived(self, rtp_bytes: int) -> None:
        """Note RTP payload that arrived, in bytes. Raises BreachError where that is more than there can be."""
        if rtp_bytes:
            self._media_bytes += rtp_bytes
            if self._media_bytes > self._most_bytes:
                raise BreachError("The camera sent far more than footage of that length can have.")
            self._last_media_at = time.monotonic()
            self._first_media_at = self._first_media_at or self._last_media_at

    def said_bye(self) -> None:
        """Note that the camera ended the video stream with an RTCP BYE."""
        if not self._report.said_bye:
            self._report = replace(self._report, said_bye=True)
            self.say("the camera said BYE on the video stream")

    def breached(self) -> None:
        """Note that the camera sent more of something than it may."""
        self._report = replace(self._report, has_breached=True)

    def times_hold_until(self, media_s: float | None) -> None:
        """Note that the absolute times hold for `media_s` seconds of media time only, as far as is known; None: all."""
        self._report = replace(self._report, replay_times_until_s=media_s)

    def front_of_another_session(self, media_s: float | None) -> None:
        """Note that so many media seconds came from another source than what followed; None: that was no front."""
        self._report = replace(self._report, front_s=media_s)
        if media_s is not None:
            self.say(f"the first {media_s:.1f} s came from another source (SSRC): an earlier session's")

    def paced(self, rate: float | None) -> None:
        """Note how many seconds pass in one of media time by the absolute times; None where they differ on that."""
        self._report = replace(self._report, replay_rate=rate)

    def placed(self, mark: ReplayTime) -> None:
        """Note the absolute time of a point in media time."""
        if len(self._report.replay_times) < MAX_REPLAY_TIMES:
            self._report = replace(self._report, replay_times=(*self._report.replay_times, mark))

    def told(self, told: ToldRange | None) -> None:
        """Note what the camera says that it will play; a later word that says anything wins."""
        if told is None or told == self._report.told:
            return
        self._report = replace(self._report, told=told)
        start = "now" if told.is_live else f"{told.start:%Y-%m-%d %H:%M:%SZ}"
        end = f" to {told.end:%Y-%m-%d %H:%M:%SZ}" if told.end else ""
        self.say(f"the camera says that it plays from {start}{end}")

    def closed(self, side: Literal["camera", "ffmpeg"]) -> None:
        """Note which side closed the connection; the first one is kept."""
        if self._report.closed_by is None:
            self._report = replace(self._report, closed_by=side)

    def played(self, *, full_speed: bool) -> None:
        """Note that PLAY was accepted, and whether with `Rate-Control: no`."""
        self._report = replace(self._report, full_speed=full_speed, played_at=time.monotonic())

    def announced_end(self) -> None:
        """Note that the camera said that its footage ends."""
        self._report = replace(self._report, announced_end=True)

    def reason(self, response: Response) -> str:
        """The camera's reason phrase with our secrets masked, since the camera may have put them there."""
        return plain_line(self._request.hide(mask(response.reason))).strip()[:_MAX_REASON]

    def _sentence(self, text: str) -> str:
        return plain_line(self._request.hide_secrets(mask(text))).strip()[:_MAX_SENTENCE]


def parse_date(text: str) -> datetime | None:
    """An RFC 1123 date as UTC; also one with month and day swapped, as live555 writes it. None for anything else."""
    try:
        moment = parsedate_to_datetime(text[:_MAX_DATE])
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
