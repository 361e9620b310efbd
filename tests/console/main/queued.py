"""A site on which gaps wait: in the worker's hands, for the next sweep, for a camera; some were asked for."""

from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import Cap, Queue, QueuedRow, Snapshot
from tests.console.site import NOW, site_snapshot

SOON = NOW + timedelta(seconds=230)


def fill_asked(number: int, gap_id: str, state: RequestState, who: str = "anna@nvr-07") -> Request:
    return Request(number, RequestKind.FILL, gap_id, None, who, NOW, state, "")


def queued_snapshot() -> Snapshot:
    """The whole site: one gap is taken, one asked for, four wait for their turn, and 1,200 more."""
    snapshot = site_snapshot()
    taken = fill_asked(71, "gap-013", RequestState.TAKEN)
    asked = fill_asked(72, "gap-004", RequestState.ASKED, "ben@desk")
    reasons = [
        ("gap-013", WaitReason.DEVICE, None, 31, "", (taken,)),
        ("gap-004", WaitReason.ASKED, None, None, "", (asked,)),
        ("gap-008", WaitReason.FILLS, None, None, "4", ()),
        ("gap-009", WaitReason.SWEEP, SOON, None, "", ()),
        ("gap-014", WaitReason.SETTLES, NOW + timedelta(seconds=12), None, "", ()),
        ("gap-005", WaitReason.SET_ASIDE, None, None, "login refused", ()),
    ]
    by_id = {row.id: row for row in snapshot.gaps}
    rows = tuple(
        QueuedRow(by_id[gap_id].gap, by_id[gap_id].camera_name, place, why, until, behind, more, requests)
        for place, (gap_id, why, until, behind, more, requests) in enumerate(reasons, 1)
    )
    askers = {"gap-013": "anna@nvr-07", "gap-004": "ben@desk"}
    return replace(
        snapshot,
        gaps=tuple(replace(row, asked_by=askers.get(row.id, "")) for row in snapshot.gaps),
        waiting=(asked,),
        queue=Queue(rows, 1200),
        cap=Cap(2_000_000, NOW.replace(hour=17)),
    )
