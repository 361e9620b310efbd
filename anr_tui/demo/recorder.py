"""The simulated site's recorder: each encoded window becomes a file on the card and segments of the site."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import av

from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, make_footage
from anr_tui.demo.roles import LONGEST_FILE_S, SEGMENT_S, Role
from anr_tui.domain.timestamps import format_stamp
from anr_tui.domain.window import Window, pieces, subtract
from anr_tui.platform.sqlite import Database, load_queries
from anr_tui.sites.recordings.layout import recording_name, recordings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DEMO_SIZE = (240, 136)
SQL = load_queries("anr_tui.demo")


@dataclass(frozen=True, slots=True)
class Filmed:
    """The result of filming a window: the segments on disk with their windows, and the windows that were lost."""

    camera_id: str
    segments: tuple[tuple[Window, "Path"], ...]
    lost: tuple[Window, ...]


class Recorder:
    """Films one camera. `card` is the camera's own directory, `recordings` that of the site; both must exist."""

    def __init__(self, role: Role, *, card: "Path", recordings: "Path", ffmpeg: str) -> None:
        self.role = role
        self.card = card
        self.recordings = recordings
        self._ffmpeg = ffmpeg

    def film(self, window: Window, lost: "Sequence[Window]" = ()) -> Filmed:
        """Make the footage of a window of whole seconds; the windows in `lost` reach the card only.

        Blocks while ffmpeg encodes: call it in a thread. Raises AnrError when ffmpeg cannot encode.
        """
        name = recording_name(window.start)
        footage = self.card / (name if self.role.has_card else f"{name}.unsaved")
        make_footage(
            footage,
            window,
            ffmpeg=self._ffmpeg,
            size=DEMO_SIZE,
            label=self.role.name,
            audio="pcma" if self.role.has_sound else "none",
        )
        segments = []
        for recorded in subtract(window, lost):
            for piece in pieces(recorded, SEGMENT_S):
                path = self.recordings / recording_name(piece.start)
                cut(footage, window.start, piece, path)
                segments.append((piece, path))
        if not self.role.has_card:
            footage.unlink()
        return Filmed(self.role.id, tuple(segments), tuple(lost))

    def forget(self, before: datetime) -> None:
        """Delete the footage that ends before a time, from the card and from the recordings."""
        for directory in (self.card, self.recordings):
            for _, path in recordings(directory, before - timedelta(seconds=LONGEST_FILE_S)):
                path.unlink(missing_ok=True)


def cut(footage: "Path", footage_start: datetime, window: Window, path: "Path") -> None:
    """Copy the picture of `window`, which must start at a key frame, into an MP4 file that appears complete."""
    part = path.with_name(f"{path.name}.part")
    with (
        av.open(str(footage)) as source,
        av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as target,
    ):
        stream = source.streams.video[0]
        copied = target.add_stream_from_template(stream)
        first, last = (_ticks(stream, moment - footage_start) for moment in (window.start, window.end))
        source.seek(first, stream=stream)
        for packet in source.demux(stream):
            if packet.pts is None or packet.dts is None or packet.pts < first:
                continue
            if packet.pts >= last:
                break
            packet.pts -= first
            packet.dts -= first
            packet.stream = copied
            target.mux(packet)
    part.rename(path)


def _ticks(stream: "av.VideoStream", offset: timedelta) -> int:
    if stream.time_base is None:
        raise ValueError("the footage's stream has no time base")
    return round(offset / timedelta(seconds=1) / stream.time_base)


async def note_filmed(database: Database, filmed: Filmed, at: datetime) -> None:
    """Write the rows of what was filmed as a real indexer does: segments, the camera's status, and gaps."""
    async with database.transaction() as transaction:
        for window, path in filmed.segments:
            row = {
                "id": f"seg_{secrets.token_hex(8)}",
                "camera_id": filmed.camera_id,
                "path": str(path.absolute()),
                "start": format_stamp(window.start),
                "end": format_stamp(window.end),
                "duration_s": window.seconds,
                "width": DEMO_SIZE[0],
                "height": DEMO_SIZE[1],
                "size_bytes": path.stat().st_size,
            }
            await transaction.write(SQL["add_segment"], row)
            counted = {"camera_id": filmed.camera_id, "at": format_stamp(window.end), "fps": FRAMES_PER_SECOND}
            await transaction.write(SQL["count_segment"], counted)
        for window in filmed.lost:
            gap = {
                "id": f"gap_{secrets.token_hex(8)}",
                "camera_id": filmed.camera_id,
                "start": format_stamp(window.start),
                "end": format_stamp(window.end),
                "seconds": int(window.seconds),
                "at": format_stamp(at),
            }
            await transaction.write(SQL["add_gap"], gap)


async def note_status(database: Database, camera_id: str, state: str, error: str | None, at: datetime) -> None:
    """Write the state and the error that the recorder last noted of a camera."""
    row = {"camera_id": camera_id, "state": state, "last_error": error, "at": format_stamp(at)}
    await database.write(SQL["set_status"], row)
