"""What holds for every dialect, whatever its vendor: a new one is in here as soon as it is registered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import CameraReply, Dialect
from anr_tui.replay.dialects.registry import DIALECTS, dialect_of, replay_request, transport_of, vendor_dialect
from tests.fill.camera_row import camera_row

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
MINUTE = Window(NOON, NOON + timedelta(seconds=60))
SECRET = "s3cr3t"
TEMPLATE = Secret("rtsp://cam.test:8554/p?from={start}&to={end}")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)

any_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


def row_of(dialect: Dialect) -> Camera:
    """A camera of this vendor, with a template only where the vendor needs one."""
    template = TEMPLATE if dialect.needs_template else None
    return camera_row(8554, vendor=dialect.name, address="cam.test", replay_url_template=template)


def later(window: Window, seconds: float) -> Window:
    return Window(window.start + timedelta(seconds=seconds), window.end + timedelta(seconds=seconds))


def test_each_vendor_has_one_dialect() -> None:
    names = [dialect.name for dialect in DIALECTS]
    assert len(set(names)) == len(names)
    assert [vendor_dialect(name) for name in names] == list(DIALECTS)


@any_dialect
def test_a_camera_of_the_vendor_speaks_it_and_its_own_template_wins(dialect: Dialect) -> None:
    row = row_of(dialect)
    assert dialect.needs_template or dialect_of(row) is dialect
    own = make_access(replace(row, replay_url_template=TEMPLATE), None)
    assert replay_request(own, MINUTE).url == "rtsp://cam.test:8554/p?from=20260613T120000Z&to=20260613T120100Z"


@any_dialect
def test_a_request_says_where_to_and_the_same_device_for_every_window(dialect: Dialect) -> None:
    access = make_access(row_of(dialect), Secret(SECRET))
    request = dialect.request(access, MINUTE)
    assert request.host == "cam.test" and 1 <= request.port <= 65535
    assert request.transport is transport_of(access)
    assert dialect.transport in (None, request.transport)
    assert request.url.isascii() and request.url.isprintable() and " " not in request.url and "{" not in request.url
    assert request.device == dialect.device(access) == dialect.request(access, later(MINUTE, 3600)).device


@any_dialect
@given(TEXT, TEXT)
def test_a_login_stands_apart_whatever_is_in_it(dialect: Dialect, username: str, password: str) -> None:
    row = replace(row_of(dialect), username=username)
    request = dialect.request(make_access(row, Secret(password)), MINUTE)
    assert (request.login.username, request.login.password) == (username, Secret(password))
    without = dialect.request(make_access(replace(row, username=None), None), MINUTE)
    assert (request.url, request.headers, request.written) == (without.url, without.headers, without.written)


@any_dialect
def test_a_password_is_in_nothing_that_is_shown(dialect: Dialect) -> None:
    access = make_access(row_of(dialect), Secret(SECRET))
    request = dialect.request(access, MINUTE)
    assert SECRET not in f"{request!r} {access!r} {request.url} {request.masked_url}"
    assert SECRET in request.revealed_url
    assert Secret(SECRET) in request.secrets


@any_dialect
def test_another_window_is_another_question(dialect: Dialect) -> None:
    access = make_access(row_of(dialect), None)
    asked = dialect.request(access, MINUTE)
    assert dialect.request(access, later(MINUTE, 1)) != asked
    longer = Window(MINUTE.start, MINUTE.end + timedelta(seconds=1))
    assert not dialect.needs_end or dialect.request(access, longer) != asked


@any_dialect
def test_a_window_is_never_cut_to_what_its_times_can_say(dialect: Dialect) -> None:
    access = make_access(row_of(dialect), None)
    inside = Window(MINUTE.start + timedelta(seconds=0.4), MINUTE.end - timedelta(seconds=0.4))
    assert dialect.request(access, inside) == dialect.request(access, MINUTE)


@any_dialect
@pytest.mark.parametrize("offset_s", [-90, 7])
def test_a_camera_is_asked_by_its_own_clock(dialect: Dialect, offset_s: int) -> None:
    access = make_access(row_of(dialect), None)
    ahead = dialect.request(access.with_clock_offset(offset_s), MINUTE)
    assert ahead == dialect.request(access, later(MINUTE, offset_s))


@any_dialect
@pytest.mark.parametrize("address", [None, "", "cam:554", "u:s3cr3t@cam", "a b", "cam/../x"])
def test_a_row_that_names_no_host_is_refused_by_name(dialect: Dialect, address: str | None) -> None:
    access = make_access(replace(row_of(dialect), address=address, replay_url_template=None), Secret(SECRET))
    for ask in (lambda: replay_request(access, MINUTE), lambda: dialect.request(access, MINUTE)):
        with pytest.raises(ReplayError) as caught:
            ask()
        assert SECRET not in repr(caught.value) + str(caught.value)
    with pytest.raises(ReplayError, match="Camera gate"):
        replay_request(access, MINUTE)


@any_dialect
def test_a_refused_login_is_never_taken_for_anything_else(dialect: Dialect) -> None:
    for status in range(300, 600):
        assert dialect.refusal(CameraReply("GET", status)) in (None, *Outcome)
    assert dialect.refusal(CameraReply("GET", 401)) in (None, Outcome.LOGIN_REFUSED)
