"""The front of what a camera plays: it may be the rest of an earlier session, which belongs to another time."""

from collections.abc import Sequence
from datetime import timedelta

from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.anchor import NAME_S, Anchor
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame, longest_distance_s

# Key frames of two recordings may differ so much in what their names say.
_OFF_S = NAME_S + 0.5


def begins_at_s(frames: Sequence[KeyFrame], recorded: Sequence[RecordedFrame], early: Anchor, rate: float) -> float:
    """The media time at which the footage begins that `early` stands in; 0: with the first of it.

    Before that come key frames that are not those which the recorder has of these moments. `rate`: the seconds that
    pass in one of media time.
    """
    theirs = {frame.digest: frame.at for frame in recorded}
    reach = timedelta(seconds=longest_distance_s(recorded) / 2)
    begins_s = early.at_s
    for frame in reversed([frame for frame in frames if frame.at_s < early.at_s]):
        moment = early.moment - timedelta(seconds=(early.at_s - frame.at_s) * rate)
        at = theirs.get(frame.digest)
        if at is not None and abs((at - moment).total_seconds()) > _OFF_S:
            return begins_s
        if at is None and any(abs(each.at - moment) <= reach for each in recorded):
            return begins_s
        begins_s = frame.at_s
    return 0.0
