"""The command line of the runs that disturb a site of their own; the site is kept where a problem was found."""

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.evidence import Evidence


class Result(Protocol):
    """The result of a run; its text is what is printed."""

    @property
    def evidence(self) -> Evidence:
        """What the check of the site found."""


def run(name: str, words: str | None, defaults: Mapping[str, int], use: Callable[..., Awaitable[Result]]) -> int:
    """Run `use(root, **numbers)` with the numbers of the command line; returns the exit status.

    `words` describe the run in its help; `defaults` are the options and their default values.
    """
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in defaults.items():
        parser.add_argument(f"--{option}", type=int, default=default, help=f"{default} unless given")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    result = asyncio.run(_used(use, root, vars(options)))
    print(f"seed {options.seed}\n{result}")
    if result.evidence.problems:
        print(f"The site is kept in {root}")
        return 1
    shutil.rmtree(root)
    return 0


async def _used(use: Callable[..., Awaitable[Result]], root: Path, numbers: Mapping[str, int]) -> Result:
    return await use(root, **numbers)
