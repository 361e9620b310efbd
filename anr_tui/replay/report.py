"""What the relay found out, and the only way its sentences leave it: masked, in one line, bounded."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from anr_tui.replay.mask import mask
from anr_tui.replay.rtsp import Response
from anr_tui.replay.url import Target

_MAX_SENTENCE = 400
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class RelayReport:
    """How it went so far.

    `reached`: the camera took the connection. `status`, `status_reason`, `method`: the camera's first refusal, else
    its latest answer (keep-alives and TEARDOWN left out). `media_bytes`: RTP payload that arrived; `last_media_at`:
    when, by `time.monotonic()`. `full_speed`: None until PLAY was accepted, True where it was with
    `Rate-Control: no`. `announced_end`: the camera said that its footage ends. `error`: a masked sentence, else "".
    """

    reached: bool = False
    status: int | None = None
    status_reason: str = ""
    method: str | None = None
    media_bytes: int = 0
    last_media_at: float | None = None
    closed_by: Literal["camera", "ffmpeg"] | None = None
    full_speed: bool | None = None
    announced_end: bool = False
    error: str = ""


class Findings:
    """The report while it grows."""

    def __init__(self, target: Target, log: Callable[[str], None]) -> None:
        self.report = RelayReport()
        self._secret = target.password.get_secret_value() if target.password else ""
        self._log = log

    def say(self, sentence: str) -> None:
        """Log one step."""
        self._log(_sentence(sentence))

    def fail(self, sentence: str) -> None:
        """Note what went wrong; the first error is the one that explains the rest."""
        error = _sentence(sentence)
        if error == self.report.error:
            return
        self.say(error)
        if not self.report.error:
            self.report = replace(self.report, error=error)

    def reached(self) -> None:
        """Note that the camera took the connection."""
        self.report = replace(self.report, reached=True)

    def answered(self, method: str, response: Response) -> None:
        """Note the camera's final answer to a request; a refusal stays noted."""
        if self.report.status is None or self.report.status < 300:
            reason = self.reason(response)
            self.report = replace(self.report, status=response.status, status_reason=reason, method=method)

    def arrived(self, rtp_bytes: int) -> None:
        """Note media."""
        if rtp_bytes:
            total = self.report.media_bytes + rtp_bytes
            self.report = replace(self.report, media_bytes=total, last_media_at=time.monotonic())

    def closed(self, side: Literal["camera", "ffmpeg"]) -> None:
        """Note who ended it; the first one did."""
        if self.report.closed_by is None:
            self.report = replace(self.report, closed_by=side)

    def played(self, *, full_speed: bool) -> None:
        """Note how PLAY was accepted."""
        self.report = replace(self.report, full_speed=full_speed)

    def announced_end(self) -> None:
        """Note that the camera said its footage ends."""
        self.report = replace(self.report, announced_end=True)

    def reason(self, response: Response) -> str:
        """The camera's reason phrase: its own text, so the password is looked for in it."""
        reason = response.reason.replace(self._secret, "***") if self._secret else response.reason
        return _sentence(reason)[:100]


def _sentence(text: str) -> str:
    return _UNPRINTABLE.sub(" ", mask(text)).strip()[:_MAX_SENTENCE]
