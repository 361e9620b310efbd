"""Whatever a peer sends over RTSP: the parser reads the same in any portions, and what it read is written as it was."""

from anr_tui.replay.rtsp.parser import MAX_BODY, MAX_HEAD, MAX_LINE, Headers, Item, Media, Parser, RtspError
from tests.fuzz.targets.parts import received

# One body of the largest size, and what may stand in front of it.
_MOST_HELD = MAX_BODY + MAX_HEAD + MAX_LINE
_ASKED = "RTP/AVP/TCP;unicast;interleaved=2-3"


def rtsp(data: bytes) -> None:
    """The first byte says in which portions the others arrive."""
    portion, wire = (data[0] + 1, data[1:]) if data else (1, b"")
    whole, in_portions = _read(wire, max(1, len(wire))), _read(wire, portion)
    # What follows garbage may be taken for a request where it begins a portion.
    assert in_portions == whole or _holds_garbage(wire)
    for message in whole[0]:
        if not isinstance(message, bytes):
            _check_message(message)


def _read(wire: bytes, portion: int) -> tuple[list[Item | bytes], bool]:
    """The messages, with neighbouring media joined, and whether an error ended them."""
    parser, found = Parser("peer"), list[Item | bytes]()
    try:
        for item in received(parser, wire, portion):
            assert parser.held_bytes <= _MOST_HELD
            if not isinstance(item, Media):
                found.append(item)
                continue
            _check_media(item)
            if found and isinstance(found[-1], bytes):
                found[-1] += bytes(item.frames)
            else:
                found.append(bytes(item.frames))
    except RtspError:
        _check_stays_broken(parser)
        return found, True
    else:
        return found, False
    finally:
        parser.release()


def _holds_garbage(wire: bytes) -> bool:
    return any(isinstance(item, bytes) for item in _read(wire, len(wire))[0])


def _check_stays_broken(parser: Parser) -> None:
    try:
        parser.next_item()
    except RtspError:
        return
    raise AssertionError("an error must come again")


def _check_media(media: Media) -> None:
    """The run consists of whole frames, its counts are right, and each notable position is that of a frame."""
    at, starts, rtp_bytes = 0, set(), 0
    while at < len(media.frames):
        assert media.frames[at] == ord("$")
        starts.add(at)
        size = int.from_bytes(media.frames[at + 2 : at + 4], "big")
        rtp_bytes += 0 if media.frames[at + 1] & 1 else size
        at += 4 + size
    assert at == len(media.frames)
    assert starts >= set(media.notable)
    assert rtp_bytes == media.rtp_bytes
    assert 0 <= media.idle_frames <= len(starts)


def _check_message(message: Item) -> None:
    assert not isinstance(message, Media)
    assert len(message.body) <= MAX_BODY
    assert all(text.isprintable() or "\xa0" in text or "\xad" in text for line in message.headers for text in line)
    read, is_broken = _read(wire := message.to_bytes(), len(wire))
    assert not is_broken
    (again,) = read
    assert isinstance(again, type(message))
    assert again.to_bytes() == wire
    assert _without_length(again.headers) == _without_length(message.headers)
    assert again.body == message.body


def _without_length(headers: Headers) -> list[tuple[str, str]]:
    return [line for line in headers if line[0].lower() != "content-length"]
