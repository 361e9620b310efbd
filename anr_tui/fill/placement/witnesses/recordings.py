"""The recorder's own footage as a witness: the camera recorded the same bits that it streamed.

One key frame that stands in what the camera plays and in a recording settles the moment of both at once: clock, zone,
start rule and all. A recording's own time is known to the second (its name), so a moment found here is up to 1 s early.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.errors import FillError
from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames, shared_key_frames
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.sites.interface import Recording, RecordingArchive

# No site cuts its recordings into shorter files than a few seconds; a search reads no more than this.
_MOST_FILES = 64
# A recorder's file is hardly longer; what begins earlier is not looked into.
_LONGEST_FILE_S = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """A key frame of a recording: its moment by the recording's name, and the digest of its picture data.

    `distance_s`: seconds since the key frame before it in the same recording; 0 for the first.
    """

    at: datetime
    digest: bytes
    distance_s: float = 0.0


def recorded_frames(
    archive: RecordingArchive, camera_id: str, window: Window, *, left_out: Collection[str] = ()
) -> tuple[RecordedFrame, ...]:
    """The key frames of a camera's recordings in a window, in order; files named in `left_out` do not count.

    No more of a file is read than lies in the window; one that cannot be read says nothing. Blocking. SiteError.
    """
    found: list[RecordedFrame] = []
    for begins, path in recordings_in(archive, camera_id, window):
        if path.name in left_out:
            continue
        try:
            frames = key_frames(
                path,
                from_s=(window.start - begins).total_seconds(),
                until_s=(window.end - begins).total_seconds(),
            )
        except FillError:
            continue
        earlier = [frames[0], *frames] if frames else ()
        of_file = (
            RecordedFrame(begins + timedelta(seconds=frame.at_s), frame.digest, frame.at_s - before.at_s)
            for before, frame in zip(earlier, frames, strict=False)
        )
        found += [frame for frame in of_file if window.start <= frame.at < window.end]
    return tuple(sorted(found, key=lambda frame: frame.at))


def matches(frames: Sequence[KeyFrame], recorded: Sequence[RecordedFrame]) -> tuple[Anchor, ...]:
    """The key frames that stand in both, once in each, in the order of their moments and of their media times.

    Of frames that stand in another order in the one than in the other (an earlier session's, say), those stay that
    most others agree with.
    """
    if not recorded:
        return ()
    first = recorded[0].at
    theirs = [KeyFrame((frame.at - first).total_seconds(), frame.digest) for frame in recorded]
    pairs = (Anchor(first + timedelta(seconds=at_s), our_s) for our_s, at_s in shared_key_frames(frames, theirs))
    return _longest_rising(sorted(pairs, key=lambda pair: pair.at_s))


def longest_distance_s(recorded: Sequence[RecordedFrame]) -> float:
    """The longest time between two key frames that follow each other in one recording, in seconds; 0: not known."""
    return max((frame.distance_s for frame in recorded), default=0.0)


def recordings_in(archive: RecordingArchive, camera_id: str, window: Window) -> list[Recording]:
    """The recordings of a camera that reach into a window, newest first. Blocking. Raises SiteError."""
    files: list[Recording] = []
    for begins, path in archive.newest(camera_id, window.end, _MOST_FILES):
        if begins < window.start - timedelta(seconds=_LONGEST_FILE_S):
            break
        length_s = archive.length_s(path)
        if length_s is not None and begins + timedelta(seconds=length_s) > window.start:
            files.append((begins, path))
        elif begins < window.start:
            break
    return files


def _longest_rising(pairs: Sequence[Anchor]) -> tuple[Anchor, ...]:
    """The longest selection whose moments rise with the media times (patience sorting)."""
    tops: list[datetime] = []
    chains: list[tuple[Anchor, ...]] = []
    for pair in pairs:
        place = bisect_right(tops, pair.moment)
        if place and tops[place - 1] == pair.moment:
            continue
        chain = (*chains[place - 1], pair) if place else (pair,)
        if place == len(tops):
            tops.append(pair.moment)
            chains.append(chain)
        else:
            tops[place], chains[place] = pair.moment, chain
    return chains[-1] if chains else ()
