"""The unit that is printed: what it lets the worker do, and what it does not say."""

import base64
import os
from pathlib import Path

import pytest

from anr_tui.config.settings import Settings, load_settings
from anr_tui.domain.errors import SettingsError, SiteError
from anr_tui.service.systemd_unit import Service, service_here, unit_text
from tests.service.unit_reader import arguments, properties, words


def settings_of(root: Path, **changes: object) -> Settings:
    (root / "recordings").mkdir(parents=True)
    return load_settings(
        None, heldar_database_url=str(root / "heldar.db"), heldar_recordings_dir=root / "recordings", **changes
    )


def printed(settings: Settings, **environment: str) -> dict[str, list[str]]:
    return properties(unit_text(service_here(settings, config=None, metrics_file=None, environment=environment)))


def value(unit: dict[str, list[str]], name: str) -> str:
    """The only value of a property."""
    (only,) = unit[name]
    return only


def test_it_starts_this_program_on_this_site_and_stands_by(tmp_path: Path) -> None:
    root = tmp_path / 'a %h "site" $HOME'
    program, *rest = arguments(value(printed(settings_of(root)), "Service.ExecStart"))
    assert os.access(program, os.X_OK)
    assert rest[rest.index("worker") :] == [
        *("worker", "--wait", "--database", str(root / "heldar.db"), "--recordings", str(root / "recordings")),
        *("--journal", str(root / "heldar.anr.db")),
    ]


def test_it_may_write_where_it_writes_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    settings = settings_of(tmp_path / "link", anr_journal=tmp_path / "notes" / "site.anr.db")
    service = service_here(settings, config=None, metrics_file=tmp_path / "metrics" / "anr.prom", environment={})
    unit = properties(unit_text(service))
    disk = tmp_path / "disk"
    written = [str(disk), str(disk / "recordings"), str(tmp_path / "metrics"), str(tmp_path / "notes")]
    assert words(value(unit, "Service.ReadWritePaths")) == written
    assert words(value(unit, "Unit.RequiresMountsFor")) == [str(disk / "recordings")]
    assert value(unit, "Service.ProtectSystem") == "strict"
    assert str(tmp_path / "metrics" / "anr.prom") in arguments(value(unit, "Service.ExecStart"))


def test_no_secret_stands_in_it_and_its_place_is_named(tmp_path: Path) -> None:
    key = base64.b64encode(bytes(32)).decode()
    environment = {"HELDAR_SECRET_KEY": key, "ANR_ON_EVENT": "tell t0ken", "ANR_PIECE_S": "60", "PATH": "/bin"}
    settings = settings_of(tmp_path)
    text = unit_text(service_here(settings, config=None, metrics_file=None, environment=environment))
    assert key not in text
    assert "t0ken" not in text
    assert "# To be set there: HELDAR_SECRET_KEY\n# To be set there: ANR_ON_EVENT\n" in text
    unit = properties(text)
    assert words(value(unit, "Service.Environment")) == ["ANR_PIECE_S=60"]
    assert value(unit, "Service.EnvironmentFile") == "-/etc/anr-tui/worker.env"


def test_flags_say_where_the_site_is_and_the_environment_does_not(tmp_path: Path) -> None:
    unit = printed(settings_of(tmp_path), HELDAR_DATA_DIR="/elsewhere", ANR_JOURNAL="", anr_order="oldest")
    assert words(value(unit, "Service.Environment")) == ["ANR_ORDER=oldest"]


def test_it_runs_as_whoever_owns_the_recordings(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    service = service_here(settings, config=None, metrics_file=None)
    unit = properties(unit_text(service))
    assert (value(unit, "Service.User"), value(unit, "Service.Group")) == (service.user, service.group)
    assert (tmp_path / "recordings").owner() == service.user
    assert (tmp_path / "recordings").group() == service.group


def test_without_recordings_there_is_no_unit(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be looked at"):
        service_here(load_settings(None, heldar_recordings_dir=tmp_path / "no"), config=None, metrics_file=None)


@pytest.mark.parametrize(
    ("written", "program", "home", "private_tmp"),
    [
        ("/srv/site", "/usr/bin", "yes", "yes"),
        ("/home/heldar/data", "/usr/bin", "read-only", "yes"),
        ("/srv/site", "/root/venv/bin", "read-only", "yes"),
        ("/srv/site", "/homes/venv/bin", "yes", "yes"),
        ("/tmp/site", "/usr/bin", "yes", "no"),
    ],
)
def test_homes_and_temporary_files_are_hidden_unless_the_site_lies_there(
    written: str, program: str, home: str, private_tmp: str
) -> None:
    recordings = Path(written, "recordings")
    service = Service(("/usr/bin/x",), "heldar", "heldar", recordings, (recordings,), (Path(program),))
    unit = properties(unit_text(service))
    assert (value(unit, "Service.ProtectHome"), value(unit, "Service.PrivateTmp")) == (home, private_tmp)


def test_the_service_manager_watches_it_and_lets_it_end_in_order() -> None:
    recordings = Path("/srv/recordings")
    service = Service(("/usr/bin/x",), "heldar", "heldar", recordings, (recordings,), after=("heldar.service",))
    unit = properties(unit_text(service))
    expected = {
        "Unit.After": "network-online.target heldar.service",
        "Service.Type": "notify",
        "Service.NotifyAccess": "main",
        "Service.Restart": "on-failure",
        "Service.KillMode": "mixed",
        "Service.UMask": "0007",
        "Service.NoNewPrivileges": "yes",
        "Service.CapabilityBoundingSet": "",
        "Service.RestrictSUIDSGID": "no",
        "Service.LimitCORE": "0",
        "Service.ProtectProc": "invisible",
        "Service.MemoryHigh": "1G",
        "Service.MemoryMax": "1536M",
        "Service.TasksMax": "512",
        "Service.IPAddressDeny": "any",
        "Install.WantedBy": "multi-user.target",
    }
    assert {name: value(unit, name) for name in expected} == expected
    assert unit["Service.SystemCallFilter"] == ["@system-service", "~@privileged @resources", "capset"]
    assert int(value(unit, "Service.WatchdogSec")) > 10
    assert "Service.Environment" not in unit


def test_it_reaches_this_machine_and_the_networks_of_the_cameras_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    usual = properties(unit_text(service_here(settings, config=None, metrics_file=None)))
    private = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
    assert value(usual, "Service.IPAddressAllow").split() == ["localhost", "link-local", *private]
    networks = ["10.1.2.3/16", "203.0.113.7", "2001:db8::/32"]
    own = properties(unit_text(service_here(settings, config=None, metrics_file=None, networks=networks)))
    allowed = ["localhost", "link-local", "10.1.0.0/16", "203.0.113.7/32", "2001:db8::/32"]
    assert value(own, "Service.IPAddressAllow").split() == allowed


@pytest.mark.parametrize("network", ["", "cameras", "10.1.0.0/33", "10.0.0.0/8\nExecStart=/bin/sh"])
def test_what_is_no_network_is_refused(tmp_path: Path, network: str) -> None:
    with pytest.raises(SettingsError, match="is no network"):
        service_here(settings_of(tmp_path), config=None, metrics_file=None, networks=[network])
