"""The recorder beside a simulated camera: files as it writes them, from the same bits as the camera's card, or others.

The recorder starts each file at a key frame and names it by the whole second in which that was filmed: what the file
shows is up to a second later than its name says. Kernel and names: the simulated recorder of the demo does the same.
"""

import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.demo.camera.card import Card
from anr_tui.demo.recorder import cut
from anr_tui.domain.window import Window

_NAME = "%Y%m%d_%H%M%S.mp4"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file of the recorder: `window` is what it really shows, from its first picture on."""

    path: Path
    window: Window

    @property
    def named(self) -> Window:
        """What it holds by its name, as an indexer reckons it: from a whole second on, as long as it is."""
        start = self.window.start.replace(microsecond=0)
        return Window(start, start + (self.window.end - self.window.start))


@dataclass(frozen=True, slots=True)
class Transcoding:
    """How a recorder's bits differ from the camera's: size in pixels, frames a second, a sign over the picture.

    None: as the camera has it. Key frames come every `gop_s` seconds.
    """

    size: tuple[int, int] | None = None
    fps: float | None = None
    has_overlay: bool = False
    gop_s: float = 1.0


def record(source: Card, directory: Path, *windows: Window, segment_s: float = 10.0) -> list[Recorded]:
    """Write what a recorder has of these windows of the camera's stream into `directory`.

    A file begins with the first key frame of a window, and with the first one `segment_s` seconds or more after the
    beginning of the file before; the last one of a window ends with it, in the middle of a group of pictures.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for window in windows:
        for held, path in source.files():
            within = window.intersection(held)
            if within is not None:
                for piece in _segments(source.key_frames(within), within.end, segment_s):
                    target = directory / f"{piece.start:{_NAME}}"
                    cut(path, held.start, piece, target)
                    written.append(Recorded(target, piece))
    return written


def _segments(key_frames: list[datetime], end: datetime, segment_s: float) -> list[Window]:
    starts: list[datetime] = []
    for moment in key_frames:
        if not starts or moment - starts[-1] >= timedelta(seconds=segment_s):
            starts.append(moment)
    return [Window(start, following) for start, following in zip(starts, [*starts[1:], end], strict=False)]


def cut_card(source: Card, directory: Path, *windows: Window) -> Card:
    """A card with these windows of another card's footage, in the same bits.

    Raises ValueError for a window that does not begin with a key frame on a whole second, as a card's files do.
    """
    directory.mkdir(parents=True)
    for window in windows:
        for held, path in source.files():
            within = window.intersection(held)
            if within is None:
                continue
            if within.start.microsecond or source.key_frames(within)[:1] != [within.start]:
                raise ValueError(f"no key frame on a whole second at {within.start}")
            cut(path, held.start, within, directory / f"{within.start:{_NAME}}")
    return Card(directory)


def transcoded(source: Card, directory: Path, how: Transcoding, *, ffmpeg: str) -> Card:
    """A card with the same pictures in other bits: what a recorder that encodes by itself has of a stream."""
    directory.mkdir(parents=True)
    filters = [f"scale={how.size[0]}:{how.size[1]}"] if how.size else []
    filters += [f"fps={how.fps}"] if how.fps else []
    filters += ["drawbox=x=iw*0.6:y=ih*0.05:w=iw*0.3:h=ih*0.15:color=white:t=fill"] if how.has_overlay else []
    for _, path in source.files():
        command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostats", "-y", "-i", str(path), "-an"]
        command += ["-vf", ",".join(filters)] if filters else []
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-threads", "1", "-crf", "24"]
        command += ["-sc_threshold", "0", "-g", "9999", "-force_key_frames", f"expr:gte(t,n_forced*{how.gop_s})"]
        subprocess.run([*command, "-f", "mp4", str(directory / path.name)], check=True, stdin=subprocess.DEVNULL)
    return Card(directory)


def clips(window: Window, footage_s: float, pause_s: float) -> list[Window]:
    """The window as a camera with motion detection records it: `footage_s` of footage, `pause_s` of none, and so on."""
    found, start = [], window.start
    while start < window.end:
        found.append(Window(start, min(start + timedelta(seconds=footage_s), window.end)))
        start += timedelta(seconds=footage_s + pause_s)
    return found
