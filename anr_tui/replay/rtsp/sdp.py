"""The camera's session description (SDP), rewritten so that ffmpeg sees our URLs and none of the camera's addresses.

Sources: RFC 4566 (SDP); RFC 2326, appendix C.1. A relative control URL is resolved as in ffmpeg, against which cameras
are tested: it is appended to its base, whatever query the base has.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

MAX_MEDIA = 32
_MAX_URI = 4096
_PRINTABLE = "/?#[]@!$&'()*+,;=:-._~%{}|\\^\"<>`"
_ABSOLUTE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<authority>[^/?#]*)")
# As lenient as ffmpeg: any blanks, and the port, which means nothing here, may be anything.
_MEDIA = re.compile(r"m=\s*([a-z]{1,16})\s+\S{1,32}\s+([A-Za-z/]{1,24})((?:\s+\S{1,64}){0,32})", re.ASCII)
_FORMAT = re.compile(r"[\w-]{1,32}", re.ASCII)
_RTPMAP = re.compile(r"a=rtpmap:\s*\d{1,3}\s+[^/\s]{1,32}/(\d{1,9})(?!\d)", re.ASCII | re.IGNORECASE)
# The lines that a demuxer needs; others may hold an address or a name, and are left out.
_KEPT = re.compile(
    r"b=[A-Z-]{1,16}:\d{1,12}|a=(?:rtpmap|fmtp|framerate|framesize|ptime|maxptime|range|cliprect|x-dimensions|x-framerate):.*"
    r"|a=(?:recvonly|sendonly|sendrecv|inactive)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The session description for ffmpeg, and the camera's URL behind each of our URLs (the aggregate first).

    `video`: our URL of the first video stream, and the clock rate of its RTP time stamps in Hz; None without video.
    """

    text: str
    urls: dict[str, str]
    video: tuple[str, int] | None

    @property
    def media_count(self) -> int:
        """How many streams the camera offers."""
        return len(self.urls) - 1


def rewrite(sdp: str, base: str, local: str) -> Rewritten:
    """Rewrite `sdp` so that every control URL lies under `local`; `base` resolves the camera's relative ones."""
    session, *media = _sections(sdp)
    control = _control(session)
    aggregate = resolve(base, control)
    # As in ffmpeg, an absolute session control becomes the base of the media's.
    base = aggregate if _ABSOLUTE.match(control) else base
    urls = {f"{local}/session": aggregate}
    # No `s=`, although RFC 4566 wants one: ffmpeg would write it into the recording as its title.
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", "t=0 0"]
    lines += [*_kept(session), f"a=control:{local}/session"]
    video = None
    for section in media:
        if match := _MEDIA.fullmatch(section[0]):
            url = f"{local}/{len(urls) - 1}"
            urls[url] = resolve(base, _control(section))
            if video is None and match[1] == "video":
                video = url, _clock_rate(section)
            formats = _FORMAT.findall(match[3]) or ["0"]
            lines += [f"m={match[1]} 0 {match[2]} {' '.join(formats)}", *_kept(section), f"a=control:{url}"]
    return Rewritten("\r\n".join([*lines, ""]), urls, video)


def resolve(base: str, control: str) -> str:
    """The request URI of a control attribute, resolved against `base` and fit for a request line."""
    if control in ("", "*"):
        return clean_uri(base)
    if _ABSOLUTE.match(control):
        return clean_uri(control)
    if control.startswith("/"):
        return clean_uri("/".join(base.split("/", 3)[:3]) + control)
    return clean_uri(f"{base.removesuffix('/')}/{control}")


def clean_uri(uri: str) -> str:
    """A camera's URI, fit for a request line: without login and blanks, in ASCII, of limited length."""
    text = uri.strip()[:_MAX_URI]
    if match := _ABSOLUTE.match(text):
        text = match["scheme"] + match["authority"].rpartition("@")[2] + text[match.end() :]
    # The parser decodes as latin-1, so this percent-encodes the camera's own bytes.
    return quote(text, safe=_PRINTABLE, encoding="latin-1", errors="replace")


def _sections(sdp: str) -> list[list[str]]:
    """The lines of the session, then those of each stream from its `m=` on; streams past MAX_MEDIA are left out."""
    sections: list[list[str]] = [[]]
    for line in map(str.strip, sdp.splitlines()):
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    return sections[: MAX_MEDIA + 1]


def _control(lines: list[str]) -> str:
    return next((line[10:].strip() for line in lines if line.lower().startswith("a=control:")), "")


def _clock_rate(lines: list[str]) -> int:
    """The first clock rate in Hz that is given, else 90 kHz, which all video codecs in use have."""
    rates = (match for line in lines if (match := _RTPMAP.match(line)))
    return next((int(match[1]) for match in rates), 0) or 90_000


def _kept(lines: list[str]) -> Iterator[str]:
    return islice((line for line in lines if _KEPT.fullmatch(line)), 64)
