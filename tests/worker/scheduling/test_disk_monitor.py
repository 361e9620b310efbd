"""When a full disk stops fills, when it lets them go on, and that a disk at the floor does neither each second."""

from pathlib import Path

import pytest

from anr_tui.domain.policy.site import StorageLimits
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from tests.fill.archive import archive_of
from tests.steady_clock import let_pass, on_steady_clock

GB = 1_000_000_000


class Disk:
    """A disk whose free space a test sets; None: it cannot be seen."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free_gb: float | None = 10
        archive = archive_of(root / "gate")
        monkeypatch.setattr(archive, "free_bytes", lambda: None if self.free_gb is None else int(self.free_gb * GB))
        self.watch = DiskWatch(archive, StorageLimits(min_free_gb=5))

    async def news(self, *free_gb: float | None) -> list[bool | None]:
        """What a look says at each of these amounts, one after the other."""
        news = []
        for self.free_gb in free_gb:
            news.append(await self.watch.look())
        return news


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


async def test_it_is_told_once_that_the_disk_is_full_and_once_that_it_has_room(disk: Disk) -> None:
    assert await disk.news(10, 4.9, 4.9, 0, 6, 6) == [None, True, None, None, False, None]


async def test_a_disk_that_hovers_at_the_floor_stays_full(disk: Disk) -> None:
    assert await disk.news(4.9, 5.1, 4.9, 5.1) == [True, None, None, None]
    assert disk.watch.rest_s > 0


async def test_a_disk_that_cannot_be_seen_is_no_news(disk: Disk) -> None:
    assert await disk.news(None, 4.9, None, None) == [None, True, None, None]
    assert disk.watch.rest_s > 0


def test_a_fill_that_could_not_write_stops_the_others_for_a_while_though_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @on_steady_clock
    async def run() -> None:
        disk = Disk(tmp_path, monkeypatch)
        disk.watch.refused("Read-only file system.")
        assert await disk.news(10) == [None]
        assert (disk.watch.rest_s > 0, disk.watch.words) == (True, "Read-only file system.")
        let_pass(61)
        assert disk.watch.rest_s == 0

    run()


def test_room_that_was_made_ends_the_rest_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @on_steady_clock
    async def run() -> None:
        disk = Disk(tmp_path, monkeypatch)
        await disk.news(4)
        disk.watch.refused("No space left on device.")
        assert await disk.news(10) == [False]
        assert disk.watch.rest_s == 0

    run()
