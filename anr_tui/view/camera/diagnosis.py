"""The results and the progress of a camera's diagnosis: read from the journal, written as text and as JSON."""

from dataclasses import dataclass, replace
from datetime import datetime

from anr_tui.domain.diagnosis import Check, CheckMark
from anr_tui.domain.request import Request, RequestState
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import Journal
from anr_tui.platform.text import plain_lines
from anr_tui.view.snapshot.build import worker_row
from anr_tui.view.tables.text_tables import Fields, stamp_or_none

_CUT_OFF = "The worker ended before this was finished."
_MARK_WIDTH, _NAME_WIDTH = 10, 13


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The newest diagnosis of a camera.

    `request` is the newest request for one, None where there is none; `checks` are the results so far; `has_worker`
    says whether a worker is alive.
    """

    camera_id: str
    camera_name: str
    request: Request | None
    checks: tuple[Check, ...]
    has_worker: bool

    @property
    def is_open(self) -> bool:
        """Whether the diagnosis has not ended."""
        return self.request is not None and not self.request.state.is_over

    @property
    def has_failed(self) -> bool:
        """Whether a check failed or could not be made."""
        is_done = self.request is not None and self.request.state is RequestState.DONE
        return not is_done or any(check.mark is CheckMark.FAILED for check in self.checks)

    @property
    def words(self) -> str:
        """The progress of the diagnosis, in a few words."""
        if self.request is None:
            return "never diagnosed"
        if not self.is_open:
            return f"{self.request.state}: {self.request.reason}" if self.request.reason else self.request.state
        if not self.has_worker:
            return "asked, and no worker runs: it waits"
        return "asked" if self.request.state is RequestState.ASKED else "looking"


async def read_diagnosis(journal: Journal, camera_id: str, camera_name: str, now: datetime) -> Diagnosis:
    """Read the newest diagnosis of a camera from the journal, as it stands at the time `now`. Raises JournalError."""
    request = await journal.diagnoses.newest_request(camera_id)
    checks = await journal.diagnoses.checks(request.id) if request else []
    has_worker = worker_row(await journal.lease.last_worker(), now).state.is_alive
    if request is None or request.state.is_over:
        checks = [_cut_off(check) for check in checks]
    return Diagnosis(camera_id, camera_name, request, tuple(checks), has_worker)


def _cut_off(check: Check) -> Check:
    return check if check.mark.is_over else replace(check, mark=CheckMark.SKIPPED, seen=_CUT_OFF)


def diagnosis_fields(diagnosis: Diagnosis) -> Fields:
    """The fields of a diagnosis for JSON."""
    request = diagnosis.request
    return {
        "camera_id": diagnosis.camera_id,
        "camera_name": diagnosis.camera_name,
        "asked_by": request.asked_by if request else "",
        "asked_at": format_stamp(request.asked_at) if request else None,
        "state": request.state if request else None,
        "reason": request.reason if request else "",
        "ended_at": stamp_or_none(request.ended_at) if request else None,
        "checks": [check_fields(check) for check in diagnosis.checks],
    }


def check_fields(check: Check) -> Fields:
    """The fields of one check of a diagnosis for JSON."""
    return {
        "kind": check.kind,
        "mark": check.mark,
        "seen": check.seen,
        "hint": check.hint,
        "at": stamp_or_none(check.at),
    }


def check_text(check: Check) -> str:
    """One check as text: a line with its result, and a second one with its remedy, if it has one."""
    line = f"{check.mark.words:<{_MARK_WIDTH}} {check.kind.words:<{_NAME_WIDTH}} {check.seen}"
    return plain_lines(f"{line}\n{'':<{_MARK_WIDTH + _NAME_WIDTH + 2}}{check.hint}" if check.hint else line)
