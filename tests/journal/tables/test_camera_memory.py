"""What was learned of a camera."""

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
