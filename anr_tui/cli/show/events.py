"""The command `events`: lists the events of the journal, oldest first, and with `--follow` those that come."""

import argparse
import asyncio
import json
import select
import sys
from collections.abc import Callable, Iterable
from datetime import datetime

from anr_tui.cli.output import (
    DONE,
    AddCommand,
    find_camera,
    print_json,
    print_text,
    read_settings,
    read_snapshot,
    with_view,
)
from anr_tui.cli.signals import first_signal
from anr_tui.cli.times import TIME_WORDS, add_zone_flag, read_moment, zone_of
from anr_tui.domain.errors import JournalError, SettingsError, SiteError
from anr_tui.domain.event import EventKind, parse_event_kinds
from anr_tui.journal.tables.rows import Event
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.event_tables import event_fields, event_text

_NEWEST = 1000
_NO_LIMIT = -1
_READ_EVERY_S = 1.0

Show = Callable[[Iterable[Event]], None]


def add_command(add: AddCommand) -> None:
    """Add `events` to the command line."""
    events = add("events", _events, "what happened and who asked for what, oldest first")
    events.add_argument("--follow", action="store_true", help="keep printing new events, until ^C")
    events.add_argument("--json", action="store_true", help="as JSON; with --follow, an object a line")
    events.add_argument("--since", metavar="TIME", help=f"{TIME_WORDS}; default: the newest 1000")
    add_zone_flag(events)
    events.add_argument("--kind", metavar="KINDS", help="only these (docs/events.md), with commas between")
    events.add_argument("--camera", metavar="CAMERA", help="id or name of one camera")


def _events(options: argparse.Namespace) -> int:
    settings, kinds = read_settings(options), _kinds(options.kind)

    async def show(view: SiteReader) -> int:
        since = read_moment(options.since, "--since", await zone_of(options, settings, view))
        camera_id = find_camera(await read_snapshot(view), options.camera) if options.camera else None
        stream = _Stream(view, kinds, camera_id)
        listed = await stream.first(since)
        if not options.follow:
            if options.json:
                return print_json([event_fields(event) for event in listed])
            return print_text("\n".join(map(event_text, listed))) if listed else DONE
        return await _follow(stream, listed, _json_lines if options.json else _text_lines)

    return with_view(settings, show, is_read_only=True)


class _Stream:
    """The events of the given kinds and camera from the journal, in order, each delivered once."""

    def __init__(self, view: SiteReader, kinds: frozenset[EventKind], camera_id: str | None) -> None:
        self._view = view
        self._kinds = kinds
        self._camera_id = camera_id
        self._seen = 0
        self._version: int | None = None

    async def first(self, since: datetime | None) -> list[Event]:
        """The events since that time, or the newest 1000 where `since` is None."""
        await self._open()
        self._version = await self._view.journal.data_version()
        return await self._read(_NEWEST if since is None else _NO_LIMIT, since)

    async def next(self) -> list[Event]:
        """The events written since the last call. Raises JournalError while the journal cannot be read."""
        await self._open()
        version = await self._view.journal.data_version()
        if version == self._version:
            return []
        events = await self._read(_NO_LIMIT, None)
        self._version = version
        return events

    async def _open(self) -> None:
        if self._view.journal.is_outdated:
            await self._view.look()  # opens it anew
            self._version = None

    async def _read(self, most: int, since: datetime | None) -> list[Event]:
        journal = self._view.journal
        newest = await journal.events.newest(1)
        if newest and newest[0].id < self._seen:
            self._seen = 0  # another journal took the place of the old one, and numbers its events anew
        events = await journal.events.newest(
            most, after=self._seen, since=since, kinds=self._kinds, camera_id=self._camera_id
        )
        self._seen = max([self._seen, *(event.id for event in [*newest, *events])])
        return events[::-1]


async def _follow(stream: _Stream, listed: list[Event], show: Show) -> int:
    """Show the events already read and those that come, until a signal. Returns the exit status.

    Raises BrokenPipeError where nobody reads standard output any more.
    """
    with first_signal() as received:
        show(listed)
        while not received.done():
            await asyncio.wait([received], timeout=_READ_EVERY_S)
            _check_reader()
            try:
                show(await stream.next())
            except (JournalError, SiteError):
                continue  # locked, or taken away for the moment
        return 128 + received.result()


def _text_lines(events: Iterable[Event]) -> None:
    """Print each event as a line of text."""
    for event in events:
        print_text(event_text(event))


def _json_lines(events: Iterable[Event]) -> None:
    """Print each event as a JSON object on a line of its own."""
    for event in events:
        print_text(json.dumps(event_fields(event)))


def _check_reader() -> None:
    poll = select.poll()
    poll.register(sys.stdout, 0)
    if any(state & select.POLLERR for _, state in poll.poll(0)):
        raise BrokenPipeError


def _kinds(text: str | None) -> frozenset[EventKind]:
    try:
        return parse_event_kinds(text or "")
    except ValueError as error:
        raise SettingsError(f"--kind: {error}.") from None
