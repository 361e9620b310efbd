"""`python -m benchmarks [--quick]`: run every benchmark with limits in turn, then update the tables of the README.

Exit status 1 where a figure missed its limit.
"""

import subprocess
import sys

from benchmarks import report

# Each has `run(is_quick) -> list[Figure]` and can be run alone as `python -m benchmarks.NAME [--quick]`.
PARTS = ("relay", "sweep", "fill", "proof", "console")


def main() -> int:
    """Run each benchmark in a process of its own, so that none measures what another left in memory.

    Returns the exit status.
    """
    missed = [
        part
        for part in PARTS
        if subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *sys.argv[1:]], check=False).returncode
    ]
    report.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
