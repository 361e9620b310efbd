"""What ffmpeg is shown of a camera's RTSP answer: channels, sequence numbers, status; no address and no phrase."""

import re
from http import HTTPStatus

from anr_tui.replay.rtsp import sdp

_INTERLEAVED = re.compile(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?(?!\s*[\d-])", re.ASCII | re.IGNORECASE)
_OVER_TCP = re.compile(r"\s*RTP/AVPF?/TCP\s*(?![^;])", re.IGNORECASE)
_RTP_INFO = re.compile(r"\s*url=([^;\s]+)((?:;(?:seq|rtptime)=\d{1,10})*)\s*", re.ASCII | re.IGNORECASE)
_PHRASES = {
    451: "Parameter Not Understood",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    457: "Invalid Range",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    551: "Option not supported",
}


def transport(value: str, asked: str) -> str | None:
    """The Transport header of a SETUP answer (RFC 2326, section 12.39), reduced to its interleaved channels.

    `asked` is the header that was sent: a camera that agrees to TCP without naming channels takes those. None where the
    transport is not interleaved.
    """
    match = _INTERLEAVED.search(value)
    if match is None and "interleaved" not in value.lower() and _OVER_TCP.match(value):
        match = _INTERLEAVED.search(asked)
    if match is None:
        return None
    channels = f"{match[1]}-{match[2]}" if match[2] else match[1]
    return f"RTP/AVP/TCP;unicast;interleaved={channels}"


def channels(value: str) -> tuple[int, int]:
    """The interleaved channels of RTP and RTCP in a Transport header. Raises ValueError where it is not interleaved."""
    match = _INTERLEAVED.search(value)
    if match is None:
        raise ValueError("not interleaved")
    rtp = int(match[1])
    return rtp, int(match[2]) if match[2] else rtp + 1


def rtp_info(value: str, base: str, urls: dict[str, str]) -> str:
    """The RTP-Info header (RFC 2326, section 12.33) with our URLs in place of the camera's.

    `base` resolves relative URLs, `urls` maps each of our URLs to the camera's. Streams that are not in `urls` are left
    out.
    """
    local_urls = {camera_url: local for local, camera_url in urls.items()}
    entries = (_RTP_INFO.fullmatch(entry) for entry in value.split(",")[: sdp.MAX_MEDIA])
    streams = [(local_urls.get(sdp.resolve(base, entry[1])), entry[2]) for entry in entries if entry]
    return ",".join(f"url={local}{numbers}" for local, numbers in streams if local)


def phrase(status: int) -> str:
    """The reason phrase that ffmpeg is given for a status code."""
    if status in _PHRASES:
        return _PHRASES[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
