"""The Textual app around the main screen."""

import os
from collections.abc import Mapping
from datetime import tzinfo

from textual.screen import Screen

from anr_tui.console.base_app import ConsoleFrame
from anr_tui.console.display_settings import Taste
from anr_tui.console.interfaces import (
    Clock,
    Seat,
    StartWorker,
    View,
)


class ConsoleApp(ConsoleFrame):
    """The operator's console on one site. Looks through `view`; `start_worker` is None where a service works."""

    def __init__(
        self,
        view: View,
        start_worker: StartWorker | None,
        *,
        seat: Seat,
        clock: Clock,
        zone: tzinfo,
        environ: Mapping[str, str] = os.environ,
        encoding: str | None = None,
        taste: Taste | None = None,
    ) -> None:
        super().__init__(clock=clock, zone=zone, environ=environ, encoding=encoding, taste=taste)
        self.main = self.main_on(view, start_worker, seat)

    def get_default_screen(self) -> Screen[None]:
        return self.main
