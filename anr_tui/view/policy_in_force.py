"""The fill policy by which everything is shown that depends on how the worker fills gaps."""

from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.journal.tables.rows import WorkerRecord


def policy_in_force(worker: WorkerRecord | None, own: FillPolicy) -> FillPolicy:
    """The policy that the site's newest worker noted in the journal; `own`, that of this process, where it noted none.

    `worker` is None where no worker ever ran.
    """
    return (worker.policy if worker else None) or own
