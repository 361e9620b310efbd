"""Coverage-guided fuzzing: `python -m tests.fuzz [TARGET ...] [--seconds 60]`; see README.md.

Each target runs in a process of its own, one after the other. An input that breaks one is written into its corpus.
"""

import argparse
import subprocess
import sys
from pathlib import Path

_CORPUS = Path(__file__).parent / "corpus"
_WORDS = Path(__file__).with_name("words.dict")
# What a run finds interesting is kept between runs, and is not part of the project.
_FOUND = Path(__file__).parents[2] / ".fuzz"
_LONGEST_INPUT = 8192
_LONGEST_RUN_S = 10
_GRACE_S = 120
_MOST_MEMORY_MB = 2048


def main() -> int:
    """Run the targets; 1 where one of them broke."""
    options = _options()
    if options.within:
        return _fuzz(options)
    # The targets themselves are imported by the children only, where atheris watches what is imported.
    every = sorted(path.name for path in _CORPUS.iterdir() if path.is_dir())
    if unknown := set(options.targets) - set(every):
        _say(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(every)}")
        return 2
    broken = [target for target in options.targets or every if not _run(target, options.seconds)]
    _say(f"broken: {', '.join(broken)}; the inputs are in {_CORPUS}" if broken else "no target broke")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="none: every target")
    parser.add_argument("--seconds", type=int, default=60, help="for each target; 60 unless set")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(target: str, seconds: int) -> bool:
    _say(f"{target}: {seconds} s")
    command = [sys.executable, "-m", "tests.fuzz", "--within", target, "--seconds", str(seconds)]
    try:
        return subprocess.run(command, check=False, timeout=seconds + _GRACE_S).returncode == 0
    except subprocess.TimeoutExpired:  # the child is ended by then
        return False


def _fuzz(options: argparse.Namespace) -> int:
    try:
        import atheris
    except ModuleNotFoundError:
        _say("atheris is not installed: `make fuzz` installs it")
        return 2
    with atheris.instrument_imports(include=["anr_tui"]):
        from tests.fuzz.targets import TARGETS
    (target,) = options.targets
    found, kept = _FOUND / target, _CORPUS / target
    found.mkdir(parents=True, exist_ok=True)
    arguments = {
        "max_total_time": options.seconds,
        "dict": _WORDS,
        "max_len": _LONGEST_INPUT,
        "timeout": _LONGEST_RUN_S,
        "rss_limit_mb": _MOST_MEMORY_MB,
        "artifact_prefix": f"{kept}/",
        "verbosity": 0,
        "print_final_stats": 1,
    }
    flags = [f"-{name}={value}" for name, value in arguments.items()]
    atheris.Setup([sys.argv[0], *flags, str(found), str(kept)], TARGETS[target])
    atheris.Fuzz()
    return 0


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


sys.exit(main())
