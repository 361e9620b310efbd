"""The command `diagnose`: asks the worker for a diagnosis of a camera and prints each check as it ends.

It starts a worker of its own where none runs.
"""

import argparse
import asyncio

from anr_tui.cli.output import (
    DONE,
    NOT_DONE,
    AddCommand,
    find_camera,
    print_error,
    print_json,
    print_text,
    read_settings,
    with_view,
)
from anr_tui.cli.signals import first_signal
from anr_tui.domain.diagnosis import Check, CheckMark
from anr_tui.domain.request import RequestKind
from anr_tui.journal.presence import present
from anr_tui.service.launcher import ChildWorker, settings_flags
from anr_tui.view.camera.diagnosis import Diagnosis, check_text, diagnosis_fields
from anr_tui.view.site_reader import SiteReader

_READ_EVERY_S = 1.0


def add_command(add: AddCommand) -> None:
    """Add `diagnose` to the command line."""
    diagnose = add("diagnose", _diagnose, "look at a camera: port, login, clock, card, and ten seconds of replay")
    diagnose.add_argument("camera", metavar="CAMERA", help="id or name of a camera")
    diagnose.add_argument("--json", action="store_true", help="as JSON, when the diagnosis has ended")


def _diagnose(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    child = ChildWorker([*settings_flags(settings, options.config), "--idle"])
    with present(settings.consoles_path) as presence:
        try:
            return with_view(
                settings, lambda view: _DiagnosisWait(view, child, is_json=options.json).run(options.camera)
            )
        finally:
            if presence.is_last():
                child.stop()


class _DiagnosisWait:
    """Requests a diagnosis and prints the line of each check as it ends."""

    def __init__(self, view: SiteReader, child: ChildWorker, *, is_json: bool) -> None:
        self._view = view
        self._child = child
        self._is_json = is_json
        self._printed: set[str] = set()

    async def run(self, camera: str) -> int:
        """Wait for the end of the diagnosis of `camera`, an id. Returns the exit status.

        It is 0 if no check failed, 1 if one did, and 128 plus the number of the signal after a signal.
        """
        camera_id = find_camera(await self._view.look(), camera) or camera
        await self._view.requests.ask(RequestKind.DIAGNOSE, camera_id=camera_id)
        with first_signal() as received:
            while True:
                diagnosis = await self._view.lookups.diagnosis(camera_id)
                self._print_new(diagnosis)
                if not diagnosis.is_open:
                    return self._finish(diagnosis)
                if received.done():
                    return 128 + received.result()
                if not diagnosis.has_worker:
                    await self._child.start()
                await asyncio.wait([received], timeout=_READ_EVERY_S)

    def _finish(self, diagnosis: Diagnosis) -> int:
        if self._is_json:
            print_json(diagnosis_fields(diagnosis))
        elif not diagnosis.checks:
            print_error(diagnosis.words)
        return NOT_DONE if diagnosis.has_failed else DONE

    def _print_new(self, diagnosis: Diagnosis) -> None:
        """Print the line of each check that has begun and was not printed with this text before."""
        if not self._is_json:
            for text in map(check_text, filter(_has_begun, diagnosis.checks)):
                if text not in self._printed:
                    self._printed.add(text)
                    print_text(text)


def _has_begun(check: Check) -> bool:
    return check.mark is not CheckMark.RUNNING
