"""Where a probe stands in what came, by its pictures: for a camera that encodes anew for each replay."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.fill.media.decoding import DecodeBounds, SmallPicture, small_pictures
from anr_tui.fill.media.picture_place import NOTHING_TO_SEE, PicturePlace, PlaceState, place_pictures

# So much of a probe is compared: enough for something to move.
PROBE_PICTURES_S = 3.0
_PROBE_EVERY_S, _EVERY_S = 0.2, 0.1
# A camera's key frame may lie before the moment that it was asked for.
_SLACK_S = 2.0
# More than this is not decoded for one probe: it would take a slow machine a minute.
_MOST_SEARCHED_S = 150.0
_BOUNDS = DecodeBounds(cpu_s=60, wall_s=120.0)


async def probe_pictures(part: Path, mark: Mapping[str, str]) -> tuple[SmallPicture, ...]:
    """The first pictures of a probe; none where it cannot be decoded."""
    most = round(PROBE_PICTURES_S / _PROBE_EVERY_S)
    pictures = await small_pictures(part, [(0.0, PROBE_PICTURES_S)], every_s=_PROBE_EVERY_S, most=most, mark=mark)
    return pictures if isinstance(pictures, tuple) else ()


@dataclass(slots=True)
class CameByEye:
    """The pictures of what came (`end_s` seconds of it), decoded as far as probes are looked for in it."""

    part: Path
    end_s: float
    mark: Mapping[str, str]
    _decoded: list[tuple[float, float, tuple[SmallPicture, ...]]] = field(default_factory=list)

    async def find(self, shown: Sequence[SmallPicture], from_s: float, to_s: float) -> PicturePlace:
        """Where a probe's pictures stand, whose first one is taken to lie between two media times."""
        until_s = min(self.end_s, to_s + _SLACK_S + PROBE_PICTURES_S)
        since_s = max(0.0, from_s - _SLACK_S, until_s - _MOST_SEARCHED_S)
        if since_s >= until_s:
            return NOTHING_TO_SEE
        pictures = await self._between(since_s, until_s)
        place = await asyncio.to_thread(place_pictures, shown, pictures)
        is_all = since_s <= max(0.0, from_s - _SLACK_S)
        return place if is_all or place.state is not PlaceState.ABSENT else NOTHING_TO_SEE

    async def _between(self, from_s: float, to_s: float) -> tuple[SmallPicture, ...]:
        for since_s, until_s, known in self._decoded:
            if since_s <= from_s and to_s <= until_s:
                return tuple(picture for picture in known if from_s <= picture.at_s < to_s)
        most = round((to_s - from_s) / _EVERY_S) + 1
        found = await small_pictures(
            self.part, [(from_s, to_s)], every_s=_EVERY_S, most=most, bounds=_BOUNDS, mark=self.mark
        )
        pictures = found if isinstance(found, tuple) else ()
        self._decoded.append((from_s, to_s, pictures))
        return pictures
