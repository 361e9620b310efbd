"""The pace of a file's sound: a camera whose pictures have stamps of another pace may stamp its sound rightly."""

import itertools
from pathlib import Path

from anr_tui.fill.media.open_media import open_media
from anr_tui.fill.media.verify import intact_packets

# Sound whose stamps and samples agree to this share is stamped as time runs.
_SAME_SHARE = 0.05
_ENOUGH_S = 2.0
_MOST_PACKETS = 5000


def sound_rate(part: Path, rate: float) -> float:
    """The seconds that pass in one of the sound's media time, where it is `rate` for the pictures.

    How long sound lasts is known by its samples, whatever its stamps are: 1 where the two agree. Blocking. Raises
    as `open_media`.
    """
    if rate == 1:
        return 1.0
    with open_media(part) as source:
        sound = next(iter(source.streams.audio), None)
        if sound is None or not sound.codec_context.frame_size or not sound.codec_context.sample_rate:
            return rate
        lasts_s = sound.codec_context.frame_size / sound.codec_context.sample_rate
        packets = itertools.islice(intact_packets(source.demux(sound)), _MOST_PACKETS)
        times_s = [float(packet.pts * packet.time_base) for packet in packets if packet.pts is not None]
    span_s = times_s[-1] - times_s[0] if times_s else 0.0
    is_right = span_s >= _ENOUGH_S and abs((len(times_s) - 1) * lasts_s / span_s - 1) <= _SAME_SHARE
    return 1.0 if is_right else rate
