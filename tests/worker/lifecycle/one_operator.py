"""One operator of a site, as a process of its own user: works, or looks and asks, until its standard input ends.

Arguments: the site's directory, what to do (`work` or `ask`), user id, the operators' group, umask (octal). A user id
of our own changes nothing. Says `ready` when it has done all that it does; the database is still open then.
"""

import asyncio
import functools
import logging
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import now_utc
from anr_tui.fill.fill_log import FillLog
from anr_tui.journal.journal import Journal
from anr_tui.journal.storage import schema
from anr_tui.platform.logging_setup import set_up_log
from anr_tui.worker.lifecycle.identity import own_identity


async def take_part(root: Path, part: str) -> Journal:
    """Do what a worker does to the shared files, or what a console does."""
    logs = root / "site.anr.logs"
    set_up_log(logs / f"{'worker' if part == 'work' else 'console'}.log", to_terminal=False)
    logging.getLogger().info("%s", part)
    journal = await Journal.open(root / "site.anr.db")
    if part == "ask":
        seen = [(logs / name).read_text() for name in ("worker.log", "fill-1.log")]
        assert all(seen)
        await journal.requests.ask(RequestKind.SWEEP, asked_by=str(os.getuid()), now=now_utc())
        return journal
    now = now_utc()
    lease = await journal.lease.claim(
        own_identity(),
        now=now,
        expires_at=now + timedelta(seconds=10),
        starts_paused=True,
        is_dead=lambda _: True,
        lifetime=Lifetime.SERVICE,
    )
    assert lease is not None
    with FillLog(logs / "fill-1.log", now_utc) as log:
        log.write("fill", "said by a fill")
    return journal


async def lifetime(root: Path, part: str) -> None:
    """Take part, and hold the journal open until standard input ends."""
    journal = await take_part(root, part)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await journal.close()


async def rehearse() -> None:
    """Do it all once: afterwards nothing need be loaded from where only root may read."""
    schema.schema = functools.cache(schema.schema)
    with tempfile.TemporaryDirectory() as root:
        for part in ("work", "ask"):
            await (await take_part(Path(root), part)).close()


def main(root: str, part: str, user: str, group: str, umask: str) -> None:
    """Become the operator and take part."""
    asyncio.run(rehearse())
    if int(user) != os.geteuid():
        os.setgroups([int(group)])
        os.setgid(int(user))
        os.setuid(int(user))
    os.umask(int(umask, 8))
    asyncio.run(lifetime(Path(root), part))


if __name__ == "__main__":
    main(*sys.argv[1:])
