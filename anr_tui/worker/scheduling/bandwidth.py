"""The bandwidth of a site: limits for the site and for each camera by the time of day, and the halt."""

from datetime import datetime

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.replay.relay.rate_limit import RateLimit


class Bandwidth:
    """The rate limits that all fetches share. Call `apply` about once a second to set them for the time of day."""

    def __init__(self, policy: FillPolicy) -> None:
        self._site_table = parse_bandwidth_schedule(policy.bandwidth)
        self._camera_table = parse_bandwidth_schedule(policy.bandwidth_per_camera)
        self._site = RateLimit()
        self._cameras: dict[str, RateLimit] = {}
        self._camera_rate: int | None = None

    def limits(self, camera_id: str) -> tuple[RateLimit, ...]:
        """The rate limits for a fetch from this camera."""
        camera = self._cameras.setdefault(camera_id, RateLimit(self._camera_rate))
        return (self._site, camera)

    def apply(self, local: datetime, *, is_halted: bool) -> None:
        """Set the rates for a moment in local time; while halted, nothing is read at all."""
        self._site.rate = 0 if is_halted else self._site_table.rate_at(local)
        self._camera_rate = self._camera_table.rate_at(local)
        for limit in self._cameras.values():
            limit.rate = self._camera_rate

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be fetched now, so that no session should be opened."""
        return self._site.rate == 0 or self._camera_rate == 0
