"""What was learned of a camera."""

from datetime import timedelta

from anr_tui.domain.outcome import Outcome
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from tests.journal.builders import NOW, lease_of

# What was learned about a camera, and events.


async def test_a_cameras_speed_and_its_time_aside_do_not_touch_each_other(journal: Journal) -> None:
    memory = LeasedJournal(journal, await lease_of(journal)).camera_memory
    assert await journal.camera_memory.by_camera() == {}
    aside = CameraMemory("gate", None, NOW, Outcome.UNREACHABLE, "row 7", 2)
    await memory.set_aside(aside)
    assert await journal.camera_memory.by_camera() == {"gate": aside}
    await memory.note_speed("gate", full_speed=True)
    assert await journal.camera_memory.by_camera() == {
        "gate": CameraMemory("gate", True, NOW, Outcome.UNREACHABLE, "row 7", 2)
    }
    await memory.set_aside(CameraMemory("gate", None))
    assert await journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", True)}
    await memory.note_speed("gate", full_speed=False)
    assert await journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", False)}


async def test_when_a_camera_was_asked_by_zones_is_kept_beside_what_else_is_known_of_it(journal: Journal) -> None:
    memory = LeasedJournal(journal, await lease_of(journal)).camera_memory
    await memory.note_zones_tried("gate", at=NOW)
    assert (await journal.camera_memory.by_camera())["gate"] == CameraMemory("gate", zones_tried_at=NOW)
    await memory.note_speed("gate", full_speed=True)
    await memory.note_zones_tried("gate", at=NOW + timedelta(days=2))
    known = (await journal.camera_memory.by_camera())["gate"]
    assert known == CameraMemory("gate", True, zones_tried_at=NOW + timedelta(days=2))
