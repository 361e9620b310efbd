"""The one policy by which everything is shown that depends on how a worker fills gaps."""

from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.journal.tables.rows import WorkerRecord


def policy_in_force(worker: WorkerRecord | None, own: FillPolicy) -> FillPolicy:
    """What the site's newest worker noted in the journal; `own`, that of who looks on, where it noted none.

    `worker` is None where no worker ever ran.
    """
    return (worker.policy if worker else None) or own
