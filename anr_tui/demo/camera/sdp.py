"""The session description (SDP, RFC 4566) that a simulated camera gives.

The fmtp parameters come from RFC 6184 (H.264), RFC 7798 (H.265) and RFC 3640 (AAC), the static payload types from RFC
3551.
"""

import base64
from typing import TYPE_CHECKING

from anr_tui.demo.camera.faults import Offer
from anr_tui.demo.camera.rtp import RtpStream

if TYPE_CHECKING:
    from anr_tui.demo.camera.card import AudioFormat, VideoFormat

VIDEO_TRACK, AUDIO_TRACK, METADATA_TRACK, SECOND_VIDEO_TRACK = 1, 2, 3, 4

_VIDEO_TYPE, _AAC_TYPE, _JPEG_TYPE, _METADATA_TYPE = 96, 97, 26, 107
_TELEPHONE = {"pcm_mulaw": (0, "PCMU"), "pcm_alaw": (8, "PCMA"), "g726": (98, "AAL2-G726-32")}


def describe(
    video: "VideoFormat",
    audio: "AudioFormat | None",
    *,
    control: str,
    tracks: dict[int, str],
    span: str,
    offer: Offer = Offer.FOOTAGE,
    name: str = "Media Presentation",
) -> str:
    """The description of a replay of this video and audio.

    `control` is its own URL, `tracks` the control URL of each track by number, `span` its range (`npt=` or `clock=`),
    `offer` the media that it lists, and `name` its session name.
    """
    lines = ["v=0", "o=- 1109162014219182 0 IN IP4 0.0.0.0", f"s={name}", "c=IN IP4 0.0.0.0", "t=0 0"]
    lines += [f"a=control:{control}", *([f"a=range:{span}"] if span else [])]
    if offer is Offer.MORE:
        lines += [f"m=application 0 RTP/AVP {_METADATA_TYPE}", f"a=rtpmap:{_METADATA_TYPE} vnd.onvif.metadata/90000"]
        lines += [f"a=control:{tracks[METADATA_TRACK]}"]
    if offer in (Offer.FOOTAGE, Offer.MORE):
        lines += [f"m=video 0 RTP/AVP {_VIDEO_TYPE}", *_video_lines(video), f"a=control:{tracks[VIDEO_TRACK]}"]
    if audio is not None and offer is not Offer.NOTHING:
        lines += [*_audio_lines(audio), f"a=control:{tracks[AUDIO_TRACK]}"]
    if offer is Offer.MORE:
        lines += [f"m=video 0 RTP/AVP {_JPEG_TYPE}", f"a=control:{tracks[SECOND_VIDEO_TRACK]}"]
    return "\r\n".join(lines) + "\r\n"


def rtp_streams(audio: "AudioFormat | None") -> dict[str, RtpStream]:
    """An RTP stream for each medium, with the payload types of the description.

    Sequence numbers and time stamps start at arbitrary values (RFC 3550, 5.1).
    """
    streams = {"video": RtpStream(_VIDEO_TYPE, 90_000, 0x5F3A0001, 20_001, 0xFFFF_0000)}
    if audio is not None:
        payload_type, _ = _TELEPHONE.get(audio.codec, (_AAC_TYPE, ""))
        streams["audio"] = RtpStream(payload_type, audio.rate, 0x5F3A0002, 40_001, 3_000_000)
    return streams


def _video_lines(video: "VideoFormat") -> list[str]:
    sets = [base64.b64encode(nal).decode() for nal in video.parameter_sets]
    if video.codec == "h264":
        level = video.parameter_sets[0][1:4].hex().upper()
        parameters = f"packetization-mode=1; profile-level-id={level}; sprop-parameter-sets={','.join(sets)}"
        return [f"a=rtpmap:{_VIDEO_TYPE} H264/90000", f"a=fmtp:{_VIDEO_TYPE} {parameters}"]
    parameters = "; ".join(f"sprop-{name}={nal}" for name, nal in zip(("vps", "sps", "pps"), sets, strict=True))
    return [f"a=rtpmap:{_VIDEO_TYPE} H265/90000", f"a=fmtp:{_VIDEO_TYPE} {parameters}"]


def _audio_lines(audio: "AudioFormat") -> list[str]:
    if audio.codec in _TELEPHONE:
        payload_type, name = _TELEPHONE[audio.codec]
        return [f"m=audio 0 RTP/AVP {payload_type}", f"a=rtpmap:{payload_type} {name}/{audio.rate}"]
    parameters = "streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3"
    return [
        f"m=audio 0 RTP/AVP {_AAC_TYPE}",
        f"a=rtpmap:{_AAC_TYPE} MPEG4-GENERIC/{audio.rate}/{audio.channels}",
        f"a=fmtp:{_AAC_TYPE} {parameters}; config={audio.config.hex().upper()}",
    ]
