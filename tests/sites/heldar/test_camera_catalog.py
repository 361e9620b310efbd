"""Cameras as they stand in Heldar's table: one that cannot be read hides no other."""

from anr_tui.sites.interface import Site
from tests.heldar_site import PASSWORD, HeldarSite


async def test_a_camera_that_cannot_be_read_is_left_out_with_a_sentence(
    heldar_site: HeldarSite, database: Site
) -> None:
    heldar_site.add_camera("odd", retention_hours="for ever", password=PASSWORD)
    cameras = await database.cameras.all()
    assert [camera.id for camera in cameras.good] == ["gate", "dock"]
    (problem,) = cameras.problems
    assert problem == "The row 'odd' was left out: retention_hours is no whole number: 'for ever'."
    assert PASSWORD not in problem


async def test_names_with_bytes_from_elsewhere_hide_nobody(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.execute("UPDATE cameras SET name = CAST(x'54fc72' AS TEXT) WHERE id = 'gate'")
    assert {camera.name for camera in (await database.cameras.all()).good} == {"T\ufffdr", "Loading dock"}
