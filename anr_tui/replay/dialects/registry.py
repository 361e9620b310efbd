"""The choice of a camera's dialect: its own template wins, then its vendor's dialect, else Hikvision's.

Hikvision is the fallback because the recorder itself asks a camera of an unknown vendor in that way.
"""

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import CameraAccess, about, make_access
from anr_tui.replay.dialects.hikvision import HikvisionDialect
from anr_tui.replay.dialects.interface import Dialect, ReplayRequest, Transport, scheme_transport
from anr_tui.replay.dialects.mediamtx import MediaMtxDialect
from anr_tui.replay.dialects.url_template import TemplateDialect

_HIKVISION = HikvisionDialect()

DIALECTS: tuple[Dialect, ...] = (
    _HIKVISION,
    TemplateDialect("dahua", needs_end=True),
    TemplateDialect("onvif"),
    MediaMtxDialect(),
    TemplateDialect("generic"),
)
"""All vendors that a person may choose, in the order in which they are offered."""

_OWN_TEMPLATE = TemplateDialect("template")
_BY_VENDOR = {dialect.name: dialect for dialect in DIALECTS}


def dialect_of(camera: Camera) -> Dialect:
    """The dialect in which a camera is asked for its recording.

    A camera whose vendor needs a template, and that has none, is asked in Hikvision's dialect, as the recorder would.
    """
    if camera.replay_url_template and camera.replay_url_template.reveal():
        return _OWN_TEMPLATE
    dialect = vendor_dialect(camera.vendor)
    return _HIKVISION if dialect.needs_template else dialect


def vendor_dialect(vendor: str) -> Dialect:
    """The dialect of a vendor as camera rows name it; the template dialect for an unknown vendor."""
    return _BY_VENDOR.get(vendor, _OWN_TEMPLATE)


def transport_of(access: CameraAccess) -> Transport:
    """The transport over which a camera's footage comes."""
    template = access.template.reveal() if access.template else ""
    return dialect_of(access.camera).transport or scheme_transport(template.partition("://")[0].lower())


def has_replay(camera: Camera) -> bool:
    """Whether the camera row says how to ask for a recording; the replay URL itself may still be refused."""
    template = camera.replay_url_template
    return bool(camera.address) or (template is not None and template.reveal() != "")


def replay_request(access: CameraAccess, window: Window) -> ReplayRequest:
    """The request that makes a camera replay `window`, widened to whole seconds.

    Raises ReplayError, whose text names the camera and quotes nothing of the URL.
    """
    try:
        return dialect_of(access.camera).request(access, window)
    except ReplayError as error:
        raise about(access.camera, error) from None


def device_of(camera: Camera) -> str:
    """`host:port` of the device behind a camera, whose sessions are limited.

    Raises ReplayError where the camera row names no device.
    """
    access = make_access(camera, None)
    try:
        return dialect_of(camera).device(access)
    except ReplayError as error:
        raise about(camera, error) from None
