"""A whole camera form read and checked: the values to write, and the replay URL that results. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.text import plain_line
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.hikvision import HIKVISION, channel_template
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.sites.interface import CameraValues
from anr_tui.view.camera.fields import (
    CameraField,
    CameraForm,
    Draft,
    bare_words,
    is_kept,
    read_address,
    read_channel,
    read_name,
    read_password,
    read_port,
    read_template,
    read_user,
    read_vendor,
)

T = TypeVar("T")

_SAMPLE_START = datetime(2026, 1, 31, 12, tzinfo=UTC)
SAMPLE = Window(_SAMPLE_START, _SAMPLE_START + timedelta(minutes=10))
"""A sample window, for which replay URLs are shown and tried."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking a form: the values to write, or `errors` with a sentence for each field in error.

    `camera` is set as soon as a replay URL can be made of the form.
    """

    values: CameraValues | None
    camera: Camera | None
    errors: Mapping[CameraField, str]


def form_of(camera: Camera) -> CameraForm:
    """The form of a stored camera: without its password, and with the secrets in its template masked."""
    stored = camera.replay_url_template.reveal() if camera.replay_url_template else ""
    channel = "1" if not stored and camera.vendor == HIKVISION else _channel_of(camera, stored)
    return CameraForm(
        name=plain_line(camera.name, instead=""),
        vendor=plain_line(camera.vendor, instead=""),
        address=plain_line(camera.address or "", instead=""),
        port=str(camera.rtsp_port),
        user=plain_line(camera.username or "", instead=""),
        channel=channel,
        template="" if channel else plain_line(mask(stored), instead=""),
        anr=camera.anr_enabled,
    )


def check(form: CameraForm, draft: Draft) -> Checked:
    """Read and check a form that began as `draft`."""
    errors: dict[CameraField, str] = {}

    def read(field: CameraField, reader: Callable[[CameraForm, Draft], T]) -> T | None:
        try:
            return reader(form, draft)
        except ValueError as error:
            errors[field] = str(error)
            return None

    camera = replace(
        draft.before or _NEW,
        vendor=read(CameraField.VENDOR, read_vendor) or "",
        address=read(CameraField.ADDRESS, read_address),
        rtsp_port=read(CameraField.PORT, read_port) or 0,
        username=read(CameraField.USER, read_user),
        anr_enabled=form.anr,
    )
    channel, template = read(CameraField.CHANNEL, read_channel) or 1, read(CameraField.TEMPLATE, read_template)
    with_url = None if errors else _with_template(camera, channel, template, form, draft, errors)
    name, password = read(CameraField.NAME, read_name), read(CameraField.PASSWORD, read_password)
    values = None if errors or with_url is None or name is None else _values(with_url, name, password)
    return Checked(values, with_url, errors)


def masked_url(camera: Camera | None) -> str:
    """The replay URL of the sample window for this camera, secrets masked; "" where there is none yet."""
    if camera is None:
        return ""
    try:
        return replay_request(make_access(camera, None), SAMPLE).masked_url
    except ReplayError:
        return ""


def _with_template(
    camera: Camera, channel: int, template: str | None, form: CameraForm, draft: Draft, errors: dict[CameraField, str]
) -> Camera | None:
    """The camera with the template by which its footage is asked for; None, and an error, where no URL can be made."""
    if template and is_kept(form, draft):
        return camera  # with the template as it is stored: the form masks its secrets
    try:
        if not template and channel != 1:
            template = channel_template(camera, channel)
        stored = Secret(template.replace("{channel}", str(channel))) if template else None
        changed = replace(camera, replay_url_template=stored)
        replay_request(make_access(changed, None), SAMPLE)
    except ReplayError as error:
        errors[CameraField.TEMPLATE if template else CameraField.ADDRESS] = bare_words(error)
        return None
    return changed


def _channel_of(camera: Camera, stored: str) -> str:
    """The channel of a template that this form itself made; "" for any other template."""
    match = re.search(r"/Streaming/tracks/([0-9]{1,4})0[12]\?", stored)
    try:
        is_made = match is not None and int(match[1]) > 1 and channel_template(camera, int(match[1])) == stored
    except ReplayError:
        return ""
    return match[1] if match is not None and is_made and camera.vendor == HIKVISION else ""


def _values(camera: Camera, name: str, password: Secret | None) -> CameraValues:
    return CameraValues(
        name=name,
        vendor=camera.vendor,
        address=camera.address,
        rtsp_port=camera.rtsp_port,
        username=camera.username,
        password=password,
        anr_enabled=camera.anr_enabled,
        replay_url_template=camera.replay_url_template,
    )


_NEW = Camera(
    id="",
    name="",
    vendor=HIKVISION,
    address=None,
    rtsp_port=554,
    username=None,
    password=None,
    record_stream="main",
    record_audio=False,
    retention_hours=0,
    segment_seconds=0,
    anr_enabled=True,
    replay_url_template=None,
    state="unknown",
)
