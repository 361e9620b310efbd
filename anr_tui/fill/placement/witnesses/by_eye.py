"""The recorder's own footage as a witness by eye, where its bits differ: another stream, a transcoder, a sign over it.

Small grey pictures of what came are looked for in those of the recordings beside the piece, by what moves in them.
Where the same encoder made both, the pictures themselves are compared as well.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.window import Window
from anr_tui.fill.media.decoding import SmallPicture, small_pictures
from anr_tui.fill.media.picture_match import MatchState, PictureMatch, match_pictures
from anr_tui.fill.media.picture_place import PicturePlace, PlaceState, moves, place_pictures, repeats
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.sites.interface import Recording

# So much beside a piece is asked for where it is to be recognised by eye: less seldom shows enough movement.
EYE_S = 10.0
# So much of the recordings is looked through on each side, for a camera that begins early or late.
_AROUND_S = 20.0
# So far from where it should be may what is recognised stand in what came: the further, the more looks like it.
_OFF_S = 12.0
_EVERY_S = 0.2
_ENOUGH_S = 8.0
# So much of a recording is looked for picture by picture, and so much of it must be there to be missed in what came.
_CHUNK_S, _ENOUGH_OF_CHUNK_S = 5.0, 3.0
# A scene may do the same again after this long: traffic lights, escalators.
_LONGEST_PERIOD_S = 130.0
_NEAR_S = 3.0
_MOST_PICTURES = 400
_MOST_FILES = 4


@dataclass(frozen=True, slots=True)
class SeenSeams:
    """What the eye found at both sides of a piece: a moment each and where it stands, None where nothing was found.

    `is_other`: on each side that was recorded, what came is not what was recorded. `is_still`: on none of them does
    enough move to tell. `is_alike`: picture by picture, it looks the same on each of them, which shows no time where
    nothing moves. `wants_more`: so little of what was recorded may be in what came that more of it may tell.
    `has_other_bits`: the camera plays no key frame a second time. `words` are for the log.
    """

    early: Anchor | None = None
    late: Anchor | None = None
    is_other: bool = False
    is_still: bool = False
    is_alike: bool = False
    wants_more: bool = False
    has_other_bits: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a piece: its edge, which should stand at `expected_s` in what came, and what lies beyond it.

    `enough_s`: so much of what was recorded beyond the edge should be in what came.
    """

    name: str
    edge: datetime
    expected_s: float
    enough_s: float
    recorded: Sequence[SmallPicture]
    fetched: Sequence[SmallPicture]


@dataclass(frozen=True, slots=True)
class _Look:
    """What the eye found on one side. `place`: picture by picture, None where that says nothing."""

    side: _Side
    match: PictureMatch
    place: PicturePlace | None = None
    repeats: bool = False

    @property
    def anchor(self) -> Anchor | None:
        """Where the edge stands in what came."""
        if self.repeats:
            return None
        if self.match.offset_s is not None:
            return Anchor(self.side.edge, self.side.expected_s - self.match.offset_s)
        if self.place is not None and self.place.offset_s is not None:
            return Anchor(self.side.edge, self.side.expected_s + self.place.offset_s)
        return None

    @property
    def is_other(self) -> bool:
        if self.place is not None and self.place.state is PlaceState.ABSENT:
            return True
        return self.side.enough_s >= _ENOUGH_S and self.match.state is MatchState.NO_MATCH

    @property
    def words(self) -> str:
        """The same for the log."""
        match, place = self.match, self.place
        by_movement = f" {match.offset_s:+.1f} s" if match.offset_s is not None else f" ({match.score:.2f})"
        by_picture = f", picture by picture: {place.state}{' and alike' if place.is_alike else ''}" if place else ""
        again = ", and again at other times" if self.repeats else ""
        return f"{self.side.name}: {match.state}{by_movement}{by_picture}{again}"


async def see_seams(
    part: Path,
    asked: datetime,
    end_s: float,
    seams: Seams,
    recordings: Sequence[Recording],
    mark: Mapping[str, str],
    *,
    is_one_encoder: bool = False,
) -> SeenSeams:
    """Look for what came, asked for from `asked` on and `end_s` seconds long, in the recordings on both sides.

    `is_one_encoder`: what came is encoded as the recordings are, so that the pictures of one moment are the same.
    """
    eye = _Eye(part, asked, recordings, mark)
    looks = [await eye.look(side, is_one_encoder=is_one_encoder) for side in await eye.sides(seams, end_s)]
    anchors = {look.side.name: look.anchor for look in looks}
    return SeenSeams(
        anchors.get("before"),
        anchors.get("after"),
        is_other=bool(looks) and all(look.is_other for look in looks),
        is_still=bool(looks) and all(look.match.state is MatchState.STILL for look in looks),
        is_alike=bool(looks) and all(look.place is not None and look.place.is_alike for look in looks),
        words="; ".join(look.words for look in looks),
    )


@dataclass(frozen=True, slots=True)
class _Eye:
    """Reads pictures of what came and of the recordings, at seconds after the moment asked for."""

    part: Path
    asked: datetime
    recordings: Sequence[Recording]
    mark: Mapping[str, str]

    async def sides(self, seams: Seams, end_s: float) -> list[_Side]:
        """What is known of each side on which anything was recorded."""
        window, around = seams.window, timedelta(seconds=_AROUND_S)
        lead_s, tail_s = self._second(window.start), self._second(window.end)
        found = []
        if seams.before is not None:
            recorded = await self._recorded(Window(window.start - around, window.start))
            fetched = await self._fetched(0.0, lead_s + _OFF_S)
            found.append(_Side("before", window.start, lead_s, lead_s, recorded, fetched))
        if seams.after is not None:
            recorded = await self._recorded(Window(window.end, window.end + around))
            # Where the camera has passed holes, it ends, and so does this side, earlier.
            fetched = await self._fetched(max(0.0, min(tail_s, end_s) - _OFF_S), end_s)
            found.append(_Side("after", window.end, tail_s, end_s - tail_s, recorded, fetched))
        return found

    async def look(self, side: _Side, *, is_one_encoder: bool) -> _Look:
        """Look for one side in what came."""
        match = await asyncio.to_thread(match_pictures, side.fetched, side.recorded)
        place = None
        if is_one_encoder and match.offset_s is None:
            place = await asyncio.to_thread(_by_picture, side)
        look = _Look(side, match, place)
        return replace(look, repeats=await self._repeats(side)) if look.anchor is not None else look

    async def _repeats(self, side: _Side) -> bool:
        """Whether what is on one side was there at other times as well, by the key frames of the recording around."""
        far, near = timedelta(seconds=_AROUND_S + _LONGEST_PERIOD_S), timedelta(seconds=_AROUND_S)
        is_before = side.name == "before"
        span = Window(side.edge - far, side.edge - near) if is_before else Window(side.edge + near, side.edge + far)
        around = await self._recorded(span, only_key_frames=True)
        return await asyncio.to_thread(repeats, around, side.recorded)

    def _second(self, moment: datetime) -> float:
        return (moment - self.asked).total_seconds()

    async def _fetched(self, from_s: float, to_s: float) -> tuple[SmallPicture, ...]:
        return await self._pictures(self.part, from_s, to_s)

    async def _recorded(self, span: Window, *, only_key_frames: bool = False) -> tuple[SmallPicture, ...]:
        """Pictures of the recordings in a span."""
        found: list[SmallPicture] = []
        for begins, path in _reaching_into(span, self.recordings):
            from_s, to_s = ((moment - begins).total_seconds() for moment in (span.start, span.end))
            pictures = await self._pictures(path, max(0.0, from_s), to_s, only_key_frames=only_key_frames)
            found += [replace(picture, at_s=picture.at_s + self._second(begins)) for picture in pictures]
        return tuple(sorted(found, key=lambda picture: picture.at_s))

    async def _pictures(
        self, path: Path, from_s: float, to_s: float, *, only_key_frames: bool = False
    ) -> tuple[SmallPicture, ...]:
        pictures = await small_pictures(
            path,
            [(from_s, to_s)],
            every_s=_EVERY_S,
            most=_MOST_PICTURES,
            only_key_frames=only_key_frames,
            mark=self.mark,
        )
        return pictures if isinstance(pictures, tuple) else ()


def _reaching_into(span: Window, recordings: Sequence[Recording]) -> list[Recording]:
    """The recordings that may hold something of a span, the nearest to its end first, no more than a few.

    Each of them costs a process. What begins before another one that begins before the span ends before it, too.
    """
    found: list[Recording] = []
    for begins, path in sorted(recordings, key=lambda recording: recording[0], reverse=True):
        if begins >= span.end:
            continue
        found.append((begins, path))
        if begins <= span.start or len(found) == _MOST_FILES:
            break
    return found


def _by_picture(side: _Side) -> PicturePlace | None:
    """Look picture by picture for what was recorded right beyond the edge; None where too little of it should be there.

    It was found only where it moves: lamps that are switched look the same each time.
    """
    chunk_s = min(_CHUNK_S, side.enough_s)
    recorded = [picture for picture in side.recorded if abs(picture.at_s - side.expected_s) <= chunk_s]
    if not recorded or recorded[-1].at_s - recorded[0].at_s < _ENOUGH_OF_CHUNK_S:
        return None
    place = place_pictures(recorded, side.fetched)
    if place.state is PlaceState.ABSENT or (place.state is PlaceState.FOUND and moves(recorded)):
        return place
    near = [picture for picture in side.fetched if abs(picture.at_s - side.expected_s) <= chunk_s + _NEAR_S]
    return PicturePlace(PlaceState.UNCLEAR, is_alike=place_pictures(recorded, near).is_alike)
