"""Every dialect that is written is one that a camera can speak, and an operator can read how."""

import pytest

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.replay.dialects.registry import DIALECTS, device_of, has_replay
from tests.documents import PROJECT, defined_names, imported_modules, module_name, rows, sections
from tests.replay.dialects.builders import camera, url_of


def test_every_dialect_that_is_written_is_registered() -> None:
    folder = PROJECT / "anr_tui/replay/dialects"
    registered = imported_modules(folder / "registry.py")
    for file in folder.glob("*.py"):
        dialects = {name for name in defined_names(file) if name.endswith(".refusal")}
        assert not dialects or module_name(str(file.relative_to(PROJECT))) in registered, dialects


def test_the_setup_page_says_what_to_set_for_every_vendor_that_needs_no_template() -> None:
    page = " ".join(row[0] for row in rows(sections("docs/setup.md")["Cameras"])).casefold()

    assert [each.name for each in DIALECTS if not each.needs_template and each.name not in page] == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (camera(address=None), "no address and no replay URL template"),
        (camera(address=""), "no address and no replay URL template"),
        (camera(address="cam/../x"), "neither a host name nor an IP address"),
        (camera(address="cam:554"), "neither a host name nor an IP address"),
        (camera(address="u:s3cret@cam"), "neither a host name nor an IP address"),
        (camera(address="ca m"), "neither a host name nor an IP address"),
        (camera(port=0), "port"),
        (camera(port=70000), "port"),
        (camera(template="rtsp://u:s3cret@cam/live"), "no {start}"),
        (camera(template="ftp://u:s3cret@cam/{start}"), "must begin with"),
        (camera(template="concat:rtsp://u:s3cret@cam/{start}"), "must begin with"),
        (camera(template="-i /etc/s3cret {start}"), "blank or a control character"),
        (camera(template="rtsp://u:s3cret@cam/{start}\r\nScale: 4"), "blank or a control character"),
        (camera(template="rtsp://u:s3cret@/{start}"), "no host"),
        (camera(template="rtsp://u:s3c/ret@cam/{start}"), "@ after its host"),
        (camera(template="rtsp://u:s3cret@cam:99999/{start}"), "between 1 and 65535"),
        (camera(template="rtsp://u:s3cret@cam:x/{start}"), "cannot be read"),
        (camera(template="rtsp://u:s3cret@[::zz]/{start}"), "neither a host name nor an IP address"),
        (camera(template="rtsp://u:s3cret%ff@cam/{start}"), "UTF-8"),
        (camera(template="rtsp://u:s3cret@cam/{start}" + "x" * 5000), "longer than"),
    ],
    ids=range(20),
)
def test_a_refusal_names_the_camera_and_no_secret(row: Camera, words: str) -> None:
    with pytest.raises(ReplayError) as caught:
        url_of(row)
    assert "gate" in str(caught.value)
    assert words in str(caught.value)
    assert "s3c" not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_device_needs_an_address() -> None:
    assert device_of(camera(address="CAM.local", port=8554)) == "cam.local:8554"
    with pytest.raises(ReplayError, match="gate"):
        device_of(camera(address=None))
    with pytest.raises(ReplayError, match="gate"):
        device_of(camera(template="nonsense"))


def test_has_replay() -> None:
    assert has_replay(camera())
    assert has_replay(camera(address=None, template="rtsp://cam/{start}"))
    assert not has_replay(camera(address=None))
    assert not has_replay(camera(address="", template=""))
