"""A window of a card as MediaMTX sends it: one fragmented MP4. Source: the playback muxer of MediaMTX.

Media time 0 is the start that was asked for; where footage begins later, the time before it is empty. Pictures between
the key frame before the start and the start itself all have time 0, so that the first whole picture can be decoded.
Footage after the first hole is left out without notice.
"""

import io
from collections.abc import Iterator
from typing import Any

import av

from anr_tui.demo.camera.card import Card
from anr_tui.domain.window import Window


def make_clip(card: Card, window: Window) -> bytes:
    """The body of the answer for a window. Blocks. Raises LookupError where the card holds nothing of the window."""
    section = next((held for held in card.sections() if held.overlaps(window)), None)
    if section is None:
        raise LookupError("no recording segments found")
    body = io.BytesIO()
    flags = "+frag_keyframe+empty_moov+default_base_moof+frag_discont"
    options = {"movflags": flags, "avoid_negative_ts": "make_non_negative"}
    with av.open(body, "w", format="mp4", container_options=options) as clip:
        stream: Any = None
        latest = -1
        for packet, at_s in _packets(card, section, window):
            if stream is None:
                stream = clip.add_stream_from_template(packet.stream, opaque=True)
            base = packet.time_base
            shift = 0 if packet.pts is None else packet.pts - packet.dts
            packet.dts = latest = max(round(at_s / base), latest + 1)
            packet.pts = packet.dts + shift
            packet.stream = stream
            clip.mux(packet)
    return body.getvalue()


def _packets(card: Card, section: Window, window: Window) -> Iterator[tuple[Any, float]]:
    """The video packets in decoding order, each with its seconds after the window's start; earlier packets have 0."""
    group: list[Any] = []
    has_begun = False
    for held, path in card.files():
        if not held.overlaps(section) or not held.overlaps(window):
            continue
        container = av.open(str(path))
        for packet in container.demux(container.streams.video[0]):
            if packet.dts is None or packet.time_base is None:
                continue
            at_s = (held.start - window.start).total_seconds() + float(packet.dts * packet.time_base)
            if at_s >= window.seconds:
                break
            if at_s < 0:
                group = [packet] if packet.is_keyframe else [*group, packet]
                continue
            if not has_begun and not packet.is_keyframe:
                yield from ((early, 0.0) for early in group)
            has_begun = True
            yield packet, at_s
