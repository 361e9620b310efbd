"""A camera and a policy for tests of the backlog and its forecast."""

from datetime import timedelta

from anr_tui.config.settings import load_settings
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.view.snapshot.snapshot import CameraRow
from tests.view.rows import NOON

NOW = NOON + timedelta(hours=1)
GATE = CameraRow("gate", "Gate", "", "", True, True, 0, 0, 0, 0, 0.0, retention_hours=24, device="192.0.2.1:554")


def policy(**changes: object) -> FillPolicy:
    return load_settings(None, **({"anr_rest_s": 0} | changes)).fill_policy
