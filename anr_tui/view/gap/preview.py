"""The replay URL of a gap, and the command line that fetches the same footage by hand."""

import shlex

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import RecordingGap
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import ReplayRequest, Transport
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.sites.recordings.layout import recording_name
from anr_tui.view.snapshot.snapshot import UrlPreview


def url_preview(access: CameraAccess, gap: RecordingGap, *, is_revealed: bool) -> UrlPreview:
    """The replay URL and the ffmpeg command of a gap, masked unless `is_revealed`.

    Raises ReplayError where there is none.
    """
    request = replay_request(access, gap.window)
    shown = request.revealed_url if is_revealed else request.masked_url
    return UrlPreview(shown, _command(access.camera, gap, request, shown), is_revealed=is_revealed)


def _command(camera: Camera, gap: RecordingGap, request: ReplayRequest, url: str) -> str:
    name = recording_name(gap.window.start)
    audio = [] if camera.record_audio else ["-an"]
    length = f"{gap.window.seconds:.3f}"
    transport = ["-rtsp_transport", "tcp"] if request.transport is Transport.RTSP else []
    return shlex.join(["ffmpeg", *transport, "-i", url, "-t", length, "-c", "copy", *audio, name])
