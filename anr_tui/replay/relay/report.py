"""What the relay found out, and the only way its sentences leave it: masked, in one line, bounded."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from anr_tui.domain.timestamps import now_utc
from anr_tui.platform.masking import HIDDEN, mask
from anr_tui.platform.text import plain_line
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.rtsp.parser import Response

MAX_REPLAY_TIMES = 1000
_MAX_SENTENCE = 400
_MAX_DATE = 64
_SKEW_WORTH_SAYING_S = 2.0


class ReplayTime(NamedTuple):
    """Absolute time `at` (UTC) of the picture whose RTP time stamp is `media_s` after the first video packet's."""

    media_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class RelayReport:
    """How it went so far.

    `reached`: the camera took the connection. `status`, `status_reason`, `method`: the camera's first refusal, else
    its latest answer (keep-alives and TEARDOWN left out). `media_bytes`: RTP payload that arrived; `first_media_at`,
    `last_media_at`: when, by `time.monotonic()`. `full_speed`: None until PLAY was accepted, True where it was with
    `Rate-Control: no`. `announced_end`: the camera said that its footage ends; `said_bye`: it sent an RTCP BYE on the
    video stream. `error`: a masked sentence, else "".

    `is_held`: the relay waits for a bandwidth limit right now; `held_s`: seconds it has waited so far, this wait
    included; `released_at`: when the latest wait ended, by `time.monotonic()`. `asked_at`: since when a request from
    before PLAY was accepted has no answer, `played_at`: when PLAY was accepted, by `time.monotonic()`.

    `clock_skew_s`: the `Date` of the camera's first dated answer minus our clock: a whole second, so up to 1 s and the
    answer's way too small. `replay_times`: where the camera gives absolute times (ONVIF replay), the first one and
    one wherever they jumped by more than 1 s against RTP time, at most MAX_REPLAY_TIMES. `replay_times_until_s`: the
    media time up to which they hold, where RTP time stepped back; else None.
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
    clock_skew_s: float | None = None
    replay_times: tuple[ReplayTime, ...] = ()
    replay_times_until_s: float | None = None

    @property
    def quiet_since(self) -> float | None:
        """From when on the camera's silence counts, by `time.monotonic()`; None while it owes nothing.

        Our own throttle is not its silence: while that holds, this is now. Nor is the time that ffmpeg takes to start
        and to ask, so before PLAY was accepted only a request without an answer counts.
        """
        if self.is_held:
            return time.monotonic()
        moments = (self.asked_at, self.played_at, self.last_media_at, self.released_at)
        return max((at for at in moments if at is not None), default=None)


class Findings:
    """The report while it grows. `clock` gives our UTC time."""

    def __init__(
        self,
        request: ReplayRequest,
        log: Callable[[str], None],
        throttle: Throttle | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._report = RelayReport()
        self._media_bytes = 0
        self._last_media_at: float | None = None
        self._first_media_at: float | None = None
        self._asked_at: float | None = None
        self._throttle = throttle or Throttle()
        self._clock = clock
        self._secrets = tuple(secret.get_secret_value() for secret in request.secrets)
        self._log = log

    @property
    def report(self) -> RelayReport:
        """What is known now."""
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
        """Log one step."""
        self._log(_sentence(sentence))

    def fail(self, sentence: str) -> None:
        """Note what went wrong; the first error is the one that explains the rest."""
        error = _sentence(sentence)
        if error == self._report.error:
            return
        self.say(error)
        if not self._report.error:
            self._report = replace(self._report, error=error)

    def reached(self) -> None:
        """Note that the camera took the connection."""
        self._report = replace(self._report, reached=True)

    def asked(self) -> None:
        """Note a request to the camera; once it plays, its media tells whether it lives."""
        if self._report.full_speed is None:
            self._asked_at = time.monotonic()

    def settled(self) -> None:
        """Note that no request waits for an answer any more."""
        self._asked_at = None

    def answered(self, method: str, response: Response) -> None:
        """Note the camera's final answer to a request; a refusal stays noted."""
        if self._report.status is None or self._report.status < 300:
            reason = self.reason(response)
            self._report = replace(self._report, status=response.status, status_reason=reason, method=method)

    def dated(self, date: str) -> None:
        """Note the `Date` of an answer; the first readable one tells how the camera's clock stands."""
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
        """Note media."""
        if rtp_bytes:
            self._media_bytes += rtp_bytes
            self._last_media_at = time.monotonic()
            self._first_media_at = self._first_media_at or self._last_media_at

    def said_bye(self) -> None:
        """Note that the camera ended the video stream."""
        if not self._report.said_bye:
            self._report = replace(self._report, said_bye=True)
            self.say("the camera said BYE on the video stream")

    def times_hold_until(self, media_s: float) -> None:
        """Note that RTP time stepped back after this media time."""
        self._report = replace(self._report, replay_times_until_s=media_s)

    def placed(self, mark: ReplayTime) -> None:
        """Note where RTP time stands in absolute time."""
        if len(self._report.replay_times) < MAX_REPLAY_TIMES:
            self._report = replace(self._report, replay_times=(*self._report.replay_times, mark))

    def closed(self, side: Literal["camera", "ffmpeg"]) -> None:
        """Note who ended it; the first one did."""
        if self._report.closed_by is None:
            self._report = replace(self._report, closed_by=side)

    def played(self, *, full_speed: bool) -> None:
        """Note how PLAY was accepted."""
        self._report = replace(self._report, full_speed=full_speed, played_at=time.monotonic())

    def announced_end(self) -> None:
        """Note that the camera said its footage ends."""
        self._report = replace(self._report, announced_end=True)

    def reason(self, response: Response) -> str:
        """The camera's reason phrase: its own text, so our secrets are looked for in it."""
        reason = response.reason
        for secret in self._secrets:
            reason = reason.replace(secret, HIDDEN)
        return _sentence(reason)[:100]


def parse_date(text: str) -> datetime | None:
    """An RFC 1123 date as UTC, also with month and day swapped as live555 writes it; None for anything else."""
    try:
        moment = parsedate_to_datetime(text[:_MAX_DATE])
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _sentence(text: str) -> str:
    return plain_line(mask(text)).strip()[:_MAX_SENTENCE]
