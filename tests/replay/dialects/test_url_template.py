"""A camera's own template, filled in with a window that is widened to whole seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.registry import device_of
from anr_tui.replay.dialects.url_template import TemplateDialect
from tests.replay.dialects.builders import MINUTE, NOON, camera, url_of


def test_a_template_is_filled_in() -> None:
    row = camera(template="rtsp://me:x%40y@Cam:8554/p?from={start}&to={end}&again={start}")
    assert url_of(row) == (
        "rtsp://me:x%40y@Cam:8554/p?from=20260613T120000Z&to=20260613T120100Z&again=20260613T120000Z"
    )
    assert device_of(row) == "cam:8554"


def test_a_template_without_a_login_is_asked_with_the_rows() -> None:
    row = camera(template="rtsp://cam:8554/p?from={start}&to={end}", username="me@site")
    assert url_of(row, secret=Secret("x/{start}")) == (
        "rtsp://me%40site:x%2F%7Bstart%7D@cam:8554/p?from=20260613T120000Z&to=20260613T120100Z"
    )
    assert url_of(camera(template="rtsp://cam/p?from={start}", username=None)).startswith("rtsp://cam/")
    assert url_of(camera(template="rtsp://@cam/p?from={start}")).startswith("rtsp://@cam/")


def test_the_window_is_widened_to_whole_seconds_in_utc() -> None:
    window = Window(
        datetime.fromisoformat("2026-06-13T14:00:00.900+02:00").astimezone(UTC),
        NOON + timedelta(seconds=9, microseconds=1),
    )
    assert url_of(camera(), window).endswith("?starttime=20260613T120000Z&endtime=20260613T120010Z")


def test_the_device_is_the_templates_and_not_the_rows() -> None:
    row = camera(template="rtsp://recorder:8554/{start}/{end}", address="192.0.2.11", port=554)

    assert TemplateDialect("generic").device(make_access(row, None)) == "recorder:8554"


def test_without_a_template_there_is_nothing_to_ask_and_the_hint_says_what_to_set() -> None:
    with pytest.raises(ReplayError) as caught:
        TemplateDialect("generic").request(make_access(camera(), None), MINUTE)

    assert "template" in caught.value.hint
