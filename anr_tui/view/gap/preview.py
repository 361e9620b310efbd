"""How a gap would be asked for by hand: the replay URL, and the command line that fetches the same."""

import shlex

from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import RecordingGap
from anr_tui.platform.masking import mask
from anr_tui.replay.dialects.replay_url import replay_url
from anr_tui.sites.recordings.layout import recording_name
from anr_tui.view.snapshot.snapshot import UrlPreview


def url_preview(camera: Camera, gap: RecordingGap, password: SecretStr | None, *, is_revealed: bool) -> UrlPreview:
    """The replay URL and ffmpeg command of a gap, masked unless `is_revealed`. Raises ReplayError if there is none."""
    url = replay_url(camera, gap.window, password).get_secret_value()
    shown = url if is_revealed else mask(url)
    return UrlPreview(shown, _command(camera, gap, shown), is_revealed=is_revealed)


def _command(camera: Camera, gap: RecordingGap, url: str) -> str:
    name = recording_name(gap.window.start)
    audio = [] if camera.record_audio else ["-an"]
    length = f"{gap.window.seconds:.3f}"
    return shlex.join(["ffmpeg", "-rtsp_transport", "tcp", "-i", url, "-t", length, "-c", "copy", *audio, name])
