"""The replay URL of a gap, and the command line that fetches the same footage by hand."""

import shlex

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import RecordingGap
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.text import duration
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import ReplayRequest, Transport
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.sites.recordings.layout import recording_name
from anr_tui.view.snapshot.snapshot import UrlPreview


def url_preview(
    access: CameraAccess, gap: RecordingGap, memory: CameraMemory | None = None, *, is_revealed: bool
) -> UrlPreview:
    """The replay URL and the ffmpeg command of a gap, masked unless `is_revealed`.

    `memory` is what was learned about the camera: one that plays other times than it is asked for is asked as a fill
    asks it. Raises ReplayError where there is no URL.
    """
    window, note = gap.window, ""
    if memory is not None and memory.shift_s:
        # Loaded here, since it brings PyAV along.
        from anr_tui.fill.placement.time_shift.calibration import Calibration

        window = Calibration(memory.shift_s).asked(gap.window)
        note = _shift_words(memory)
    request = replay_request(access, window)
    shown = request.revealed_url if is_revealed else request.masked_url
    return UrlPreview(shown, _command(access.camera, gap, request, shown), is_revealed=is_revealed, note=note)


def _shift_words(memory: CameraMemory) -> str:
    """Why the URL has other times than the gap."""
    side = "earlier" if memory.shift_s > 0 else "later"
    by = duration(abs(memory.shift_s))
    return f"It asks for {by} {side} than the gap, since the camera {memory.shift_words}."


def _command(camera: Camera, gap: RecordingGap, request: ReplayRequest, url: str) -> str:
    name = recording_name(gap.window.start)
    audio = [] if camera.record_audio else ["-an"]
    length = f"{gap.window.seconds:.3f}"
    transport = ["-rtsp_transport", "tcp"] if request.transport is Transport.RTSP else []
    return shlex.join(["ffmpeg", *transport, "-i", url, "-t", length, "-c", "copy", *audio, name])
