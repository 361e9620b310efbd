"""`python -m benchmarks [--quick]`: every measured comparison, one after another, then the tables of the README.

Exit status 1 where a figure missed its limit.
"""

import subprocess
import sys

from benchmarks import report

# Each has `run(is_quick) -> list[Figure]` and runs alone as `python -m benchmarks.NAME [--quick]`.
PARTS = ("relay", "sweep", "fill", "console")


def main() -> int:
    """Give each a process of its own, so that none measures what another left behind."""
    missed = [
        part
        for part in PARTS
        if subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *sys.argv[1:]], check=False).returncode
    ]
    report.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
