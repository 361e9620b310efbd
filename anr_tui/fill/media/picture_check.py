"""Whether the pictures of a file can be seen. Framing and parameter sets prove nothing: stream encryption leaves both
as they are, and nobody can decode what is between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.fill.media.decoder_process import BROKEN, SOUND
from anr_tui.fill.media.decoding import DEFAULT_BOUNDS, DecodeBounds, DecodeFailure, decode

_NO_MARK: Mapping[str, str] = {}
# Measured over good, damaged and encrypted footage: good frames never break, those of an encrypted stream nearly always
# do, and what one lost packet takes along is the rest of one sample.
_NEARLY_ALL = 0.8
_MOST = 0.75
_HALF = 0.5
_MANY = 0.4
_FEW_KEY_FRAMES, _SEVERAL_KEY_FRAMES = 2, 3
_SEVERAL_FOLLOWERS = 4
_INFINITY_S = 1e12


@dataclass(frozen=True, slots=True)
class SampledFrame:
    """A frame that was decoded, at its media time; `state` as the decoder process names it."""

    at_s: float
    is_key: bool
    state: str


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """What became of the frames that were decoded; `failure` says why none was."""

    verdict: PictureVerdict
    frames: tuple[SampledFrame, ...] = ()
    failure: DecodeFailure | None = None


async def check_pictures(
    path: Path,
    *,
    between: tuple[float, float] | None = None,
    bounds: DecodeBounds = DEFAULT_BOUNDS,
    mark: Mapping[str, str] = _NO_MARK,
) -> PictureCheck:
    """Decode some frames of a file: key frames from start to end, and those right behind each.

    `between`: look only at what stands between these media times, in seconds. A file that cannot be read, or not within
    the bounds, is UNKNOWN. `mark` goes into the process's environment, as in `ffmpeg.process`.
    """
    from_s, to_s = between or (-_INFINITY_S, _INFINITY_S)
    answer = await decode(path, {"task": "check", "between": [from_s, to_s]}, bounds=bounds, mark=mark)
    if isinstance(answer, DecodeFailure):
        return PictureCheck(PictureVerdict.UNKNOWN, failure=answer)
    try:
        frames = tuple(SampledFrame(float(at_s), bool(is_key), str(state)) for at_s, is_key, state in answer["frames"])
    except (KeyError, TypeError, ValueError):
        return PictureCheck(PictureVerdict.UNKNOWN, failure=DecodeFailure.DECODER_ENDED)
    return PictureCheck(verdict_of(frames), frames)


def verdict_of(frames: Sequence[SampledFrame]) -> PictureVerdict:
    """What the states of sampled frames say together.

    UNDECODABLE takes several key frames that all broke, or broken ones with frames behind key frames that mostly broke
    too: a lost packet breaks one key frame, or what follows one, and leaves others.
    """
    keys = [frame.state for frame in frames if frame.is_key]
    followers = [frame.state for frame in frames if not frame.is_key]
    if not keys:
        return PictureVerdict.UNKNOWN
    if _are_undecodable(len(keys), _share(keys, BROKEN), len(followers), _share(followers, BROKEN)):
        return PictureVerdict.UNDECODABLE
    enough = _HALF if len(keys) <= _FEW_KEY_FRAMES else _MOST
    if _share(keys, SOUND) >= enough and _share(followers, BROKEN) <= _HALF:
        return PictureVerdict.VISIBLE
    return PictureVerdict.UNKNOWN


def _are_undecodable(keys: int, broken_keys: float, followers: int, broken_followers: float) -> bool:
    if keys >= _SEVERAL_KEY_FRAMES and broken_keys == 1.0:
        return True
    if followers < _SEVERAL_FOLLOWERS:
        return False
    if broken_keys > 0 and broken_followers >= _NEARLY_ALL:
        return True
    return keys >= _SEVERAL_KEY_FRAMES and broken_keys >= _MANY and broken_followers >= _HALF


def _share(states: Sequence[str], state: str) -> float:
    return states.count(state) / len(states) if states else 0.0
