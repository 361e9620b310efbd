"""The parser: what it must read, in whatever portions, and that no bytes make it hang or grow."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.replay.rtsp.parser import (
    MAX_BODY,
    MAX_GARBAGE,
    MAX_HEAD,
    MAX_LINE,
    Headers,
    Item,
    Media,
    Parser,
    Request,
    Response,
    RtspError,
)
from tests.replay.peer import frame, items

TOKENS = st.text("abcXYZ-", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30)
HEADERS = st.lists(st.tuples(TOKENS, VALUES), max_size=5).map(lambda lines: Headers(tuple(lines)))
REQUESTS = st.builds(
    Request, st.sampled_from(["OPTIONS", "GET_PARAMETER"]), st.just("rtsp://h/a?b"), HEADERS, st.binary()
)
RESPONSES = st.builds(Response, st.integers(100, 999), st.sampled_from(["OK", "Not Found", ""]), HEADERS, st.binary())
FRAMES = st.builds(frame, st.integers(0, 255), st.binary(max_size=300))
HOSTILE = st.sampled_from(
    [b"$", b"\r\n", b"\n", b"RTSP/1.0 200 OK\r\n", b"PLAY x RTSP/1.0\r\n", b"Content-Length: 5\r\n", b"A: b\r\n", b" x"]
)


def parsed(parser: Parser, received: bytes) -> list[Item]:
    """All that is found, media in memory of its own."""
    return [
        replace(item, frames=memoryview(bytes(item.frames))) if isinstance(item, Media) else item
        for item in items(parser, received)
    ]


def flat(items: list[Item]) -> list[object]:
    """Messages as they are, neighbouring media joined: portions must not matter."""
    result: list[object] = []
    for item in items:
        if isinstance(item, Media) and result and isinstance(result[-1], bytes):
            result[-1] += bytes(item.frames)
        else:
            result.append(
                bytes(item.frames) if isinstance(item, Media) else (type(item), item.body, list(item.headers))
            )
    return result


@given(st.lists(REQUESTS | RESPONSES | FRAMES, max_size=8), st.integers(1, 50))
def test_what_was_written_is_read_in_any_portions(sent: list[Request | Response | bytes], portion: int) -> None:
    wire = b"".join(item if isinstance(item, bytes) else item.to_bytes() for item in sent)
    whole = parsed(Parser("peer"), wire)
    parser = Parser("peer")
    portions = [parsed(parser, wire[at : at + portion]) for at in range(0, len(wire), portion)]
    assert flat([item for items in portions for item in items]) == flat(whole)
    assert parser.held_bytes == 0
    assert [item for item in whole if not isinstance(item, Media)] == [
        _read_back(item) for item in sent if not isinstance(item, bytes)
    ]
    assert b"".join(item.frames for item in whole if isinstance(item, Media)) == b"".join(
        item for item in sent if isinstance(item, bytes)
    )


def _read_back(message: Request | Response) -> Request | Response:
    """As it is read again: Content-Length is written for a body."""
    lines = tuple(line for line in message.headers if line[0].lower() != "content-length")
    if message.body:
        lines += (("Content-Length", str(len(message.body))),)
    if isinstance(message, Request):
        return Request(message.method, message.uri, Headers(lines), message.body)
    return Response(message.status, message.reason, Headers(lines), message.body)


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=200) | HOSTILE, max_size=40), st.booleans())
def test_no_bytes_make_it_hang_or_grow(portions: list[bytes], after_media: bool) -> None:
    parser = Parser("peer")
    if after_media:
        assert parsed(parser, frame(0, b"x"))
    for portion in portions:
        try:
            parsed(parser, portion)
        except RtspError as error:
            assert str(error).startswith("peer ")
            assert parser.held_bytes <= MAX_HEAD
            with pytest.raises(RtspError):
                parsed(parser, b"more")
            return
        assert parser.held_bytes <= sum(map(len, portions))


@pytest.mark.parametrize(
    ("start", "endless", "bound"),
    [
        (b"", b"A" * 4096, MAX_LINE),
        (b"RTSP/1.0 200 ", b"A" * 4096, MAX_LINE),
        (b"RTSP/1.0 200 OK\r\nX: ", b"A" * 4096, MAX_LINE),
        (b"RTSP/1.0 200 OK\r\n", b"A: b\r\n" * 700, MAX_HEAD),
        (b"RTSP/1.0 200 OK\r\n", b" fold\r\n" * 700, MAX_HEAD),
        (b"$\x00\x00\x01x", b"\x00" * 4096, MAX_GARBAGE),
        (b"$\x00\x00\x01x!", b"$\x00\xff\xff" * 1000, MAX_GARBAGE + 2 * 65540),
        (b"$\x00\x00\x01x!", b"$\x00\x00\x00\x00" * 1000, MAX_GARBAGE),
        (b"$\x00\x00\x01x", b"RTSP/1.0 \x00", MAX_GARBAGE),
    ],
    ids=range(9),
)
def test_endless_input_ends_in_an_error_before_it_is_held(start: bytes, endless: bytes, bound: int) -> None:
    parser = Parser("peer")
    parsed(parser, start)
    fed = 0
    with pytest.raises(RtspError):
        while fed < 10 * bound:
            parsed(parser, endless)
            fed += len(endless)
            assert parser.held_bytes <= bound + len(start) + len(endless)
    assert parser.held_bytes <= MAX_HEAD + MAX_LINE


def test_endless_blank_lines_are_not_held() -> None:
    parser = Parser("peer")
    for _ in range(100):
        assert parsed(parser, b"\r\n" * 1000) == []
    assert parser.held_bytes == 0


@pytest.mark.parametrize(
    "length", ["x", "-1", "1e3", "", "9" * 30, f"{MAX_BODY + 1}", "5\r\nContent-Length: 6", "\xb2"]
)
def test_a_length_that_is_none_or_too_much_is_refused(length: str) -> None:
    with pytest.raises(RtspError):
        parsed(Parser("peer"), f"RTSP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n".encode("latin-1"))


def test_media_is_counted_on_rtp_channels_only() -> None:
    [media] = parsed(Parser("peer"), frame(0, b"video") + frame(1, b"report") + frame(2, b"sound"))
    assert isinstance(media, Media)
    assert media.rtp_bytes == len(b"video" + b"sound")


def test_control_characters_never_leave_the_parser() -> None:
    [response] = parsed(Parser("peer"), b"RTSP/1.0 200 O\x1b[2JK\r\nX: a\rb\x00c\x9bd\r\n\r\n")
    assert isinstance(response, Response)
    assert response.reason == "O [2JK"
    assert response.headers.get("x") == "a b c d"


def test_odd_but_harmless_messages_are_read() -> None:
    parser = Parser("peer")
    [response, request] = parsed(
        parser, b"\r\nRTSP/1.0 200\nCSeq:7\nno colon\nX: a\n  b\n\nANNOUNCE rtsp://h/\xe9 RTSP/1.0\r\nX:y\r\n\r\n"
    )
    assert isinstance(response, Response) and isinstance(request, Request)
    assert (response.status, response.reason, response.headers.get("cseq"), response.headers.get("X")) == (
        200,
        "",
        "7",
        "a b",
    )
    assert request.uri == "rtsp://h/\xe9"


def test_bytes_that_are_no_rtsp_are_refused_before_media_and_skipped_after_it() -> None:
    with pytest.raises(RtspError, match="does not speak RTSP"):
        parsed(Parser("peer"), b"HTTP/1.1 400 Bad Request\r\n\r\n")
    parser = Parser("peer")
    good = frame(0, b"good")
    found = parsed(parser, good + b"\xff$\x07\x00\x01" + good + good)
    assert flat(found) == [good * 3]
    answer = Response(200, "OK", Headers((("CSeq", "1"),)))
    assert parsed(parser, b"\xff\xff" + answer.to_bytes()) == [answer]


@pytest.mark.parametrize("begun", range(1, 8))
def test_an_answer_behind_bytes_that_are_no_rtsp_is_read_wherever_its_portions_end(begun: int) -> None:
    """GIVEN garbage whose portion ends within `RTSP/1.` THEN these bytes are not dropped with it."""
    parser = Parser("peer")
    answer = Response(200, "OK", Headers((("CSeq", "1"),)))
    wire = answer.to_bytes()
    assert flat(parsed(parser, frame(0, b"good"))) == [frame(0, b"good")]

    assert parsed(parser, b"\xff\xff" + wire[:begun]) == []
    assert parsed(parser, wire[begun:]) == [answer]


def test_a_frame_on_a_channel_that_is_not_known_is_not_waited_for_to_its_end() -> None:
    """GIVEN garbage whose portion ends with `$` WHEN another channel follows THEN the frames behind it come at once."""
    parser = Parser("peer")
    good = frame(0, b"good")
    assert flat(parsed(parser, good + b"\xff$")) == [good]

    assert flat(parsed(parser, b"\x09\xff\xff" + good + good)) == [good * 2]


def test_a_status_is_written_with_three_digits_as_it_was_read() -> None:
    [response] = parsed(Parser("peer"), b"RTSP/1.0 050 Odd\r\n\r\n")
    assert isinstance(response, Response)
    assert parsed(Parser("peer"), response.to_bytes()) == [response]


def test_the_frames_that_say_something_are_pointed_at() -> None:
    plain, extended = b"\x80video", b"\x90video"
    wire = [
        frame(0, plain),
        frame(0, extended),
        frame(1, b"\x80\xc8"),
        frame(2, b""),
        frame(2, extended),
        frame(3, b""),
    ]
    [media] = parsed(Parser("peer"), b"".join(wire))
    assert isinstance(media, Media)
    begins = [sum(map(len, wire[:number])) for number in range(len(wire))]
    assert media.notable == (begins[1], begins[2], begins[4], begins[5])
