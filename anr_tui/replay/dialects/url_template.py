"""The dialect of a camera with its own replay URL template.

`{start}` and `{end}` stand for the window's times in UTC (`20260613T120000Z`), as in the recorder's own templates.
"""

from dataclasses import dataclass

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import ceil_second, floor_second
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply, ReplayRequest, TimeBasis, Transport, request_to


@dataclass(frozen=True, slots=True)
class TemplateDialect:
    """The dialect of a vendor whose replay URLs are known only from each camera's template.

    The template's scheme decides on the transport.
    """

    name: str
    needs_end: bool = False
    transport: Transport | None = None
    time_basis: TimeBasis = TimeBasis.UTC
    needs_template: bool = True

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The request for the template with the window's times filled in.

        Raises ReplayError where the camera has no template, or its template has no `{start}`.
        """
        template = _template(access)
        if "{start}" not in template:
            # Without a start the camera would play its earliest recording, and nobody could tell.
            raise ReplayError(
                "its replay URL template has no {start}.", "Write {start} and {end} where the window's times belong."
            )
        return request_to(access, fill_in(template, access.by_its_clock(window)))

    def device(self, access: CameraAccess) -> str:
        """`host:port` of the template.

        Raises ReplayError where the camera has no template, or one that is no replay URL.
        """
        return request_to(access, _template(access).replace("{start}", "0").replace("{end}", "0")).device

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """None: a refusal means what the same status means on every camera."""
        return None


def fill_in(template: str, window: Window) -> str:
    """A template with a window's times filled in, the start rounded down and the end rounded up to whole seconds."""
    start, end = floor_second(window.start), ceil_second(window.end)
    return template.replace("{start}", f"{start:%Y%m%dT%H%M%SZ}").replace("{end}", f"{end:%Y%m%dT%H%M%SZ}")


def _template(access: CameraAccess) -> str:
    if access.template is None:
        raise ReplayError("it has no replay URL template.", "Set its replay URL template.")
    return access.template.reveal()
