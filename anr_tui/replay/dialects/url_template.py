"""A camera's own replay URL template: `{start}` and `{end}` in UTC (`20260613T120000Z`), as the recorder has it."""

from dataclasses import dataclass

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import ceil_second, floor_second
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply, ReplayRequest, TimeBasis, Transport, request_to


@dataclass(frozen=True, slots=True)
class TemplateDialect:
    """Cameras of a vendor whose replay URL nobody knows but their own template. It decides on the transport, too."""

    name: str
    needs_end: bool = False
    transport: Transport | None = None
    time_basis: TimeBasis = TimeBasis.UTC
    needs_template: bool = True

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The template, filled in. Raises ReplayError where there is none, or it has no `{start}`."""
        template = _template(access)
        if "{start}" not in template:
            # Without a start the camera would play its earliest recording, and nobody could tell.
            raise ReplayError(
                "its replay URL template has no {start}.", "Write {start} and {end} where the window's times belong."
            )
        return request_to(access, fill_in(template, access.by_its_clock(window)))

    def device(self, access: CameraAccess) -> str:
        """The host and port of the template."""
        return request_to(access, _template(access).replace("{start}", "0").replace("{end}", "0")).device

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """What is known of all cameras."""
        return None


def fill_in(template: str, window: Window) -> str:
    """A template with a window's times, the start floored and the end ceiled to whole seconds."""
    start, end = floor_second(window.start), ceil_second(window.end)
    return template.replace("{start}", f"{start:%Y%m%dT%H%M%SZ}").replace("{end}", f"{end:%Y%m%dT%H%M%SZ}")


def _template(access: CameraAccess) -> str:
    if access.template is None:
        raise ReplayError("it has no replay URL template.", "Set its replay URL template.")
    return access.template.get_secret_value()
