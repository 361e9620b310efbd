"""The choice of the source for a camera, by its transport. No other module chooses by transport."""

from collections.abc import Callable

from anr_tui.domain.errors import ReplayError
from anr_tui.fill.sources.http import HttpSource
from anr_tui.fill.sources.interface import FootageSource, SourceSettings
from anr_tui.fill.sources.rtsp import RtspSource
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import Transport
from anr_tui.replay.dialects.registry import transport_of

SOURCES: dict[Transport, Callable[[CameraAccess, SourceSettings], FootageSource]] = {
    Transport.RTSP: RtspSource,
    Transport.HTTP: HttpSource,
}


def source_of(access: CameraAccess, settings: SourceSettings) -> FootageSource:
    """The source for a camera. Raises ReplayError for a transport that has no source."""
    transport = transport_of(access)
    if transport not in SOURCES:
        raise ReplayError(f"Camera {access.camera.id}: nothing here fetches over {transport.upper()}.")
    return SOURCES[transport](access, settings)
