"""What may be shown of a URL's path and query: times, numbers, channels and common words, and nothing else.

Cameras take passwords in any place (`/user=me_password=x_channel=1`, `?loginpas=x`, `/me:x/ch1`, `?sid=x`), and each
vendor names them in its own way. A list of secrets is never complete, so this one lists what is known to be harmless.
"""

import re
from urllib.parse import unquote

# Parameters that are secrets or parts of a login, whatever their value looks like.
_SECRET_NAME = re.compile(
    r"[^=]{0,40}?(?:pass|pwd|psw|token|secret|credential|cookie|session)[^=]{0,40}"
    r"|[^=]{0,40}?(?:auth|key|signature)|auth[^=]{0,40}|login[^=]{0,40}"
    r"|[^=]{0,40}pw|[^=]{0,10}pas|p|sid|sig|pin|code|uid|usr|user|user[_-]?(?:id|name)|account",
    re.IGNORECASE,
)
_USER_NAME = re.compile(r"uid|usr|user|user[_-]?(?:id|name)|account|login|login[_-]?(?:use|user|name)", re.IGNORECASE)
_HARMLESS_NAMES = frozenset(
    "action audio audiocodec bitrate cam camera cameraid camid ch chan channel channelid channelno chn cmd codec"
    " command container duration encoding end endtime format fps from height id index instance length level mode"
    " offset op port pos position profile profileno proto protocol quality rate resolution rotation rtpport scale"
    " seek speed src start starttime stop stream streamid streamno streamtype subtype time timeout timestamp"
    " timezone to track trackid tracknumber transport transportmode ts type tz unicast utc version video videocodec"
    " width".split()
)
_PATH_NAMES = frozenset({"path"})
_HARMLESS_WORDS = frozenset(
    "aac aggregate amp api archive asf audio av avc axis bin cam camera cameras cgi ch chan channel channels chn"
    " clip contentmgmt default download dvr end event events export extra false first flv fmp4 full g711 get h264"
    " h265 hd hevc high hls http https image images img index isapi jpeg jpg list live local low m3u8 main"
    " mainstream media mediainput medias mid minor mjpeg mjpg mp4 mpeg mpeg4 mpegts multicast no now nvr off on"
    " onvif opus pcma pcmu picture pictures play playback player preview primary profile profiles psia real"
    " realmonitor rec record recorded recorder recording recordings records remote replay root rtcp rtp rtph rtsp"
    " rtsps sd sdcard sdp search second secondary snl start storage stream streamid streaming streams stw sub"
    " substream tcp third time track trackid tracks true ts udp unicast vapix video videos vod webapi yes".split()
)
_PLACEHOLDER = r"\{(?:start|end|channel)\}"
_CLOCK = r"\d\d[:_-]?\d\d[:_-]?\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?"
_MOMENT = rf"\d{{8}}T\d{{6}}(?:\.\d{{1,6}})?Z?|\d{{4}}([-_/])\d\d\1\d\d[T _+]{_CLOCK}"
_TIME = re.compile(rf"{_PLACEHOLDER}|{_MOMENT}")
_CLOCK_DIGITS = re.compile(r"[0-9TtZz:.+ -]{1,40}")
_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,6})?")
_FLAG_NUMBER = re.compile(r"[0-9]{1,2}")
_LONGEST_PIECE = 128
# Too short for a secret that is worth the name; four digits are the number of a recorder's track.
_SHORT_PIECE = re.compile(r"[0-9]{0,4}|[A-Za-z0-9._-]{1,3}", re.ASCII)
_SHORT_TOKEN = re.compile(r"[0-9]{0,4}|[A-Za-z]{1,2}[0-9]?", re.ASCII)
_WORD_TOKEN = re.compile(r"(h26[45]|mp4|m3u8|fmp4|mpeg4|[a-z]+)[0-9]{0,4}([a-z]*)", re.ASCII)
_PATH = re.compile(r"[\w ./~-]{1,128}")


def is_secret_name(name: str) -> bool:
    """Whether a parameter of this name is a secret, or a part of a login."""
    return _SECRET_NAME.fullmatch(name) is not None


def is_user_name(name: str) -> bool:
    """Whether a parameter of this name names a user."""
    return _USER_NAME.fullmatch(name) is not None


def is_harmless_value(name: str, value: str) -> bool:
    """Whether the value of a parameter may be shown, given its name; both as they stand in the URL."""
    if not value:
        return True
    if is_secret_name(name):
        return False
    plain = unquote(value)
    if _TIME.fullmatch(plain) or _FLAG_NUMBER.fullmatch(plain):
        return True
    key = name.lower().replace("_", "").replace("-", "")
    if key in _PATH_NAMES:
        return _PATH.fullmatch(plain) is not None
    if key not in _HARMLESS_NAMES:
        return False
    return bool(_NUMBER.fullmatch(plain) or _CLOCK_DIGITS.fullmatch(plain)) or is_harmless_piece(plain)


def is_harmless_piece(piece: str) -> bool:
    """Whether a piece of a path without `=` may be shown: a time, a channel's number, common words, a letter or two."""
    plain = unquote(piece)
    if len(plain) > _LONGEST_PIECE:
        return False
    if _TIME.fullmatch(plain) or _SHORT_PIECE.fullmatch(plain):
        return True
    tokens = re.split(r"[._~-]", plain)
    return any(map(_is_word, tokens)) and all(_is_word(token) or _SHORT_TOKEN.fullmatch(token) for token in tokens)


def _is_word(token: str) -> bool:
    """Whether a token is made of common words and at most four digits in a row: `ch01`, `av_stream`, `h264Preview`."""
    if token in ("{start}", "{end}", "{channel}"):
        return True
    match = _WORD_TOKEN.fullmatch(token.lower())
    return match is not None and all(word in _HARMLESS_WORDS for word in (match[1], match[2]) if word)
