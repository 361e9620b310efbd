"""The systemd unit of a site's worker, which runs as the recorder's user and can reach only what its work needs.

What each line does: systemd.service(5), systemd.exec(5), systemd.kill(5).
"""

import grp
import ipaddress
import os
import pwd
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from anr_tui.config.settings import SETTINGS, Settings
from anr_tui.domain.errors import SettingsError, SiteError
from anr_tui.service.launcher import settings_flags
from anr_tui.service.systemd_quoting import account, assignments, command_line, path_list

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
PRIVATE_NETWORKS = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
"""Where cameras usually are (RFC 1918, RFC 6598, RFC 4193)."""

SECRETS_FILE = Path("/etc/anr-tui/worker.env")

_HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
_TEMPORARY = tuple(map(Path, ("/tmp", "/var/tmp")))  # noqa: S108  # named because the unit must know of them
_UNIT_DIRECTORIES = ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
_RECORDER = "heldar.service"
# Everybody can read a unit, so the key, and a command that may hold a token, belong in SECRETS_FILE.
_SECRET = {"heldar_secret_key", "anr_on_event"}
_FLAGS = {"heldar_database_url", "heldar_data_dir", "heldar_recordings_dir", "anr_journal"}


@dataclass(frozen=True, slots=True)
class Service:
    """The content of a unit. Paths are absolute and without symbolic links.

    `written` are the directories that the worker writes in, `programs` where its program lies. `secrets` are the names
    of settings that must be set in SECRETS_FILE. `networks` are those of the cameras; none: the private ones.
    """

    command: tuple[str, ...]
    user: str
    group: str
    recordings: Path
    written: tuple[Path, ...]
    programs: tuple[Path, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()


def service_here(
    settings: Settings,
    *,
    config: Path | None,
    metrics_file: Path | None,
    networks: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> Service:
    """This site's worker as a service of this machine, run by the owner of the recordings.

    `networks` are those of the cameras, as `10.1.0.0/16`. Raises SettingsError for one that is none, and SiteError
    where the directory of recordings cannot be examined.
    """
    recordings = settings.recordings_dir.resolve()
    try:
        owner = recordings.stat()
    except OSError as error:
        raise SiteError(f"The recordings {recordings} cannot be looked at: {error.strerror}.") from None
    metrics = [] if metrics_file is None else [metrics_file.absolute()]
    flags = [word for path in metrics for word in ("--metrics-file", str(path))]
    command = (*_program(), "worker", "--wait", *settings_flags(settings, config), *flags)
    files = (settings.database_path, settings.journal_path, *metrics)
    variables = {name.lower(): (name, value) for name, value in environment.items() if value}
    known = {name: variables[name] for name in SETTINGS if name in variables and name not in _FLAGS}
    return Service(
        command=command,
        networks=tuple(map(_network, networks)),
        user=_user(owner.st_uid),
        group=_group(owner.st_gid),
        recordings=recordings,
        written=(recordings, *(file.resolve().parent for file in files)),
        programs=tuple(Path(path).resolve() for path in (command[0], sys.prefix, sys.base_prefix)),
        environment=tuple((name.upper(), value) for name, (_, value) in known.items() if name not in _SECRET),
        secrets=tuple(name.upper() for name in known if name in _SECRET),
        after=(_RECORDER,) if any(Path(each, _RECORDER).exists() for each in _UNIT_DIRECTORIES) else (),
    )


def unit_text(service: Service) -> str:
    """The text of the unit. Raises SettingsError where a path or value cannot stand in one."""
    near = (*service.written, *service.programs)
    environment = assignments(dict(service.environment))
    return _UNIT.format(
        command=command_line(service.command),
        user=account(service.user),
        group=account(service.group),
        recordings=path_list([service.recordings]),
        written=path_list(service.written),
        after=" ".join(["network-online.target", *service.after]),
        environment=f"Environment={environment}\n" if environment else "",
        secrets_file=SECRETS_FILE,
        secrets="".join(f"# To be set there: {name}\n" for name in service.secrets),
        home="read-only" if _any_below(near, _HOMES) else "yes",
        networks=" ".join(["localhost", "link-local", *(map(str, service.networks or PRIVATE_NETWORKS))]),
        private_tmp="no" if _any_below(near, _TEMPORARY) else "yes",
    )


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(f"{text[:80]!r} is no network.", "Write it as 10.1.0.0/16, or as an address.") from None


def _any_below(paths: tuple[Path, ...], roots: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(root) for path in paths for root in roots)


def _program() -> tuple[str, ...]:
    """The command of this installation; symbolic links stay, as the link to Python identifies a virtual environment."""
    script = Path(sys.executable).absolute().with_name("anr-tui")
    return (str(script),) if script.is_file() else (str(Path(sys.executable).absolute()), "-P", "-m", "anr_tui")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


_UNIT = """\
# Made by `anr-tui worker --print-unit` for this machine and these settings. Make it again when a path changes.
[Unit]
Description=anr-tui worker: fills the holes in the recordings
Wants=network-online.target
After={after}
RequiresMountsFor={recordings}
# It tries again every RestartSec for as long as it takes; only one that fails at once, over and over, is given up.
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
{environment}EnvironmentFile=-{secrets_file}
{secrets}User={user}
Group={group}
UMask=0007
WatchdogSec=60
Restart=on-failure
RestartSec=30
# SIGTERM goes to the worker alone: it asks each ffmpeg to finish, and lands what arrived.
KillMode=mixed
TimeoutStopSec=120

# Live recording comes first.
Nice=10
CPUWeight=20
IOWeight=20
IOSchedulingClass=best-effort
IOSchedulingPriority=7
OOMScoreAdjust=500

ProtectSystem=strict
ReadWritePaths={written}
ProtectHome={home}
PrivateTmp={private_tmp}
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
# By netlink the kernel says which process has connected to a relay.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
# The directory of logs is setgid.
RestrictSUIDSGID=no
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# What setpriv, which ties each ffmpeg to the worker, cannot do without.
SystemCallFilter=capset
SystemCallErrorNumber=EPERM
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
KeyringMode=private
RemoveIPC=yes
# A core would hold the cameras' passwords.
LimitCORE=0

# A camera that floods or lies takes no more than this from the recorder; each fill and each picture is a process.
MemoryHigh=1G
MemoryMax=1536M
MemorySwapMax=512M
TasksMax=512

# Processes of others are hidden; that another user's worker lives is asked of the kernel by its number.
ProtectProc=invisible
# This machine and the networks of the cameras. A DNS server, a mail relay or a camera elsewhere needs a line of its own
# (`systemctl edit`: IPAddressAllow=), or --camera-network when this is printed.
IPAddressDeny=any
IPAddressAllow={networks}

[Install]
WantedBy=multi-user.target
"""
