"""A row of `cameras` as a camera: secrets hidden, empty texts unset, a retention that can be counted back."""

from datetime import timedelta

import pytest

from anr_tui.sites.interface import Site
from tests.heldar_site import NOW, PASSWORD, TEMPLATE_PASSWORD, HeldarSite

# Reading.


async def test_a_camera_is_read_with_its_secrets_hidden(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.insert("camera_status", {"camera_id": "gate", "state": "recording", "updated_at": "u"})
    gate, dock = (await database.cameras.all()).good
    assert (gate.id, gate.name, gate.vendor, gate.state) == ("gate", "Front gate", "generic", "recording")
    assert (gate.address, gate.rtsp_port, gate.username, gate.anr_enabled) == ("192.0.2.11", 554, "operator", True)
    assert (gate.record_stream, gate.record_audio, gate.retention_hours, gate.segment_seconds) == (
        "main",
        False,
        24,
        60,
    )
    assert gate.password is not None
    assert gate.password.reveal() == PASSWORD
    assert (dock.state, dock.address, dock.username, dock.password) == ("unknown", None, None, None)
    assert dock.replay_url_template is not None
    assert TEMPLATE_PASSWORD in dock.replay_url_template.reveal()
    shown = repr((gate, dock))
    assert PASSWORD not in shown
    assert TEMPLATE_PASSWORD not in shown


async def test_empty_texts_count_as_unset(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_camera("a", address="", username="", password="", anr_replay_url_template="")
    camera = next(camera for camera in (await database.cameras.all()).good if camera.id == "a")
    assert (camera.address, camera.username, camera.password, camera.replay_url_template) == (None, None, None, None)


@pytest.mark.parametrize(("written", "read"), [(10**18, 1_000_000), (-(10**18), 0), (48, 48)])
async def test_retention_is_one_that_a_calendar_can_count_back(
    heldar_site: HeldarSite, database: Site, written: int, read: int
) -> None:
    heldar_site.execute("UPDATE cameras SET retention_hours = ?", written)
    assert {camera.retention_hours for camera in (await database.cameras.all()).good} == {read}
    assert NOW - timedelta(hours=read) <= NOW
