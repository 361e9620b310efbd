"""The recorder's own footage as a witness by eye, where its bits differ: another stream, a transcoder, a sign over it.

Small grey pictures of what came are looked for in those of the recordings beside the piece, by what moves in them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.window import Window
from anr_tui.fill.media.decoding import SmallPicture, small_pictures
from anr_tui.fill.media.picture_match import MatchState, PictureMatch, match_pictures
from anr_tui.fill.placement.probes import Anchor
from anr_tui.fill.placement.seams import Seams
from anr_tui.sites.interface import Recording

# So much beside a piece is asked for where it is to be recognised by eye: less seldom shows enough movement.
EYE_S = 10.0
# So much of the recordings is looked through on each side, for a camera that begins early or late.
_AROUND_S = 20.0
# So far from where it should be may what is recognised stand in what came: the further, the more looks like it.
_OFF_S = 12.0
_EVERY_S = 0.2
_ENOUGH_S = 8.0
_MOST_PICTURES = 400


@dataclass(frozen=True, slots=True)
class SeenSeams:
    """What the eye found at both sides of a piece: a moment each and where it stands, None where nothing was found.

    `is_other`: on each side that was recorded, what came moves and is not what was recorded. `words` are for the log.
    """

    early: Anchor | None = None
    late: Anchor | None = None
    is_other: bool = False
    words: str = ""


async def see_seams(
    part: Path, asked: datetime, end_s: float, seams: Seams, recordings: Sequence[Recording], mark: Mapping[str, str]
) -> SeenSeams:
    """Look for what came, asked for from `asked` on and `end_s` seconds long, in the recordings on both sides."""
    window = seams.window
    lead_s, tail_s = (window.start - asked).total_seconds(), (window.end - asked).total_seconds()
    around = timedelta(seconds=_AROUND_S)
    before = after = None
    if seams.before is not None:
        recorded = await _recorded(recordings, Window(window.start - around, window.start), asked, mark)
        before = await asyncio.to_thread(match_pictures, await _fetched(part, 0.0, lead_s + _OFF_S, mark), recorded)
    if seams.after is not None:
        recorded = await _recorded(recordings, Window(window.end, window.end + around), asked, mark)
        fetched = await _fetched(part, max(0.0, tail_s - _OFF_S), end_s, mark)
        after = await asyncio.to_thread(match_pictures, fetched, recorded)
    # Of less than this, what was recorded may be missing in what came.
    is_enough = {"before": lead_s >= _ENOUGH_S, "after": end_s - tail_s >= _ENOUGH_S}
    looks = [(side, look) for side, look in (("before", before), ("after", after)) if look is not None]
    return SeenSeams(
        _anchor(before, window.start, lead_s),
        _anchor(after, window.end, tail_s),
        is_other=bool(looks) and all(is_enough[side] and look.state is MatchState.NO_MATCH for side, look in looks),
        words=", ".join(f"{side}: {_words(look)}" for side, look in looks),
    )


def _words(look: PictureMatch) -> str:
    return f"{look.state} {look.offset_s:+.1f} s" if look.offset_s is not None else f"{look.state} ({look.score:.2f})"


def _anchor(look: PictureMatch | None, moment: datetime, expected_s: float) -> Anchor | None:
    """Where a moment stands in what came, by a match; `expected_s` is where it should."""
    if look is None or look.offset_s is None:
        return None
    return Anchor(moment, expected_s - look.offset_s)


async def _fetched(part: Path, from_s: float, to_s: float, mark: Mapping[str, str]) -> tuple[SmallPicture, ...]:
    pictures = await small_pictures(part, [(from_s, to_s)], every_s=_EVERY_S, most=_MOST_PICTURES, mark=mark)
    return pictures if isinstance(pictures, tuple) else ()


async def _recorded(
    recordings: Sequence[Recording], span: Window, asked: datetime, mark: Mapping[str, str]
) -> tuple[SmallPicture, ...]:
    """Pictures of the recordings in a span, at seconds after the moment asked for."""
    found: list[SmallPicture] = []
    for begins, path in recordings:
        from_s, to_s = ((moment - begins).total_seconds() for moment in (span.start, span.end))
        if to_s <= 0:
            continue
        pictures = await small_pictures(
            path, [(max(0.0, from_s), to_s)], every_s=_EVERY_S, most=_MOST_PICTURES, mark=mark
        )
        if isinstance(pictures, tuple):
            later_s = (begins - asked).total_seconds()
            found += [replace(picture, at_s=picture.at_s + later_s) for picture in pictures]
    return tuple(sorted(found, key=lambda picture: picture.at_s))
