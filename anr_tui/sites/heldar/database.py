"""An open site by the calls that `anr_tui.worker` makes; to be removed once it calls the parts of `Site`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from anr_tui.config.settings import sqlite_path
from anr_tui.domain.camera import Camera
from anr_tui.domain.fill_policy import FillPolicy, Order
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.sites.heldar.site import HeldarSite
from anr_tui.sites.interface import SWEEP_LIMIT, Site, StorageUse
from anr_tui.sites.rows import Rows


class SiteDatabase:
    """A site of any kind; `site` has its parts."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @classmethod
    async def open(cls, url: str, *, is_read_only: bool = False) -> Self:
        """Open a Heldar site whose recordings lie beside its database."""
        recordings_dir = sqlite_path(url).parent / "recordings"
        return cls(await HeldarSite.open(url, recordings_dir, is_read_only=is_read_only))

    @property
    def path(self) -> Path:
        return self.site.path

    async def close(self) -> None:
        await self.site.close()

    async def data_version(self) -> int:
        return await self.site.data_version()

    async def cameras(self) -> Rows[Camera]:
        return await self.site.cameras.all()

    async def gaps(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        return await self.site.gaps.all(camera_id)

    async def gap(self, gap_id: str) -> RecordingGap | None:
        return await self.site.gaps.gap(gap_id)

    async def gap_counts(self) -> list[GapCount]:
        return await self.site.gaps.counts()

    async def due_gaps(
        self,
        now: datetime,
        *,
        max_age: timedelta,
        max_attempts: int,
        settle: timedelta,
        left_out_gaps: Collection[str] = (),
        left_out_cameras: Collection[str] = (),
        order: Order = "newest",
        card_hours: int = 0,
        most: int = SWEEP_LIMIT,
    ) -> Rows[RecordingGap]:
        policy = FillPolicy(
            order=order,
            card_hours=card_hours,
            max_age_hours=max_age // timedelta(hours=1),
            max_attempts=max_attempts,
            settle_s=settle.total_seconds(),
        )
        return await self.site.gaps.due(
            policy, now, left_out_gaps=left_out_gaps, left_out_cameras=left_out_cameras, most=most
        )

    async def mark_filled(self, gap_id: str, at: datetime) -> bool:
        return await self.site.gaps.mark_filled(gap_id, at)

    async def mark_attempt_failed(self, gap_id: str, at: datetime, max_attempts: int) -> bool:
        return await self.site.gaps.mark_attempt(gap_id, at, max_attempts)

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        return await self.site.gaps.retry(gap_id, asked_by=asked_by, at=at)

    async def usage(self, camera_id: str) -> StorageUse | None:
        return await self.site.archive.usage(camera_id)
