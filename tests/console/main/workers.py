"""A worker that runs for the consoles."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.view.snapshot.snapshot import WorkerRow
from tests.console.site import NOW, site_snapshot

BEGAN = NOW - timedelta(hours=3)


def working(**changes: Any) -> WorkerRow:
    return replace(site_snapshot().worker, started_at=BEGAN, lifetime=Lifetime.CONSOLES, **changes)
