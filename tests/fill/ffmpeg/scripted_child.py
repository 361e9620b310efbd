"""A child process with one bad habit, named on the command line. It says `ready` once it has it."""

import mmap
import os
import signal
import subprocess
import sys
import time

PROGRESS = "out_time_us=1500000\ntotal_size=4096\nspeed=2.5x\nprogress=continue\n"


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stall() -> None:
    say("ready")
    time.sleep(3600)


def heed_q() -> None:
    say("ready")
    sys.exit(0 if sys.stdin.buffer.read(1) == b"q" else 3)


def be_deaf() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    stall()


def need_two_terms() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    say("ready")
    while len(heard) < 2:
        signal.pause()
    sys.exit(42)


def flood() -> None:
    for _ in range(64):
        sys.stderr.buffer.write(b"x" * 65536)
    sys.stderr.buffer.write(b"\r" * 65536 + b"the last line\n")


def close_stdout() -> None:
    os.close(1)
    stall()


def leave_grandchild(*, in_own_group: bool) -> None:
    child = subprocess.Popen([sys.executable, __file__, "be_deaf"], start_new_session=in_own_group)
    say(f"grandchild {child.pid}")


def take_memory() -> None:
    time.sleep(0.1)
    held = [mmap.mmap(-1, 2**30)]
    say("1 GiB")
    try:
        held.append(mmap.mmap(-1, 3 * 2**30))
    except (OSError, MemoryError):
        say("refused")


def report() -> None:
    sys.stdout.write(PROGRESS + "speed=N/A\nout_time_us=N/A\nprogress=end\n")
    sys.stderr.buffer.write(b"tab\there \x1b[31mred\x07\r\n\r\n\xff\xfe not text\nno line break")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def show_surroundings() -> None:
    say(" ".join(sorted(os.environ)))
    say(" ".join(sorted(os.listdir("/proc/self/fd"), key=int)))
    say(f"{os.getpgid(0) == os.getpid()}")


HABITS = {
    "stall": stall,
    "heed_q": heed_q,
    "be_deaf": be_deaf,
    "need_two_terms": need_two_terms,
    "flood": flood,
    "close_stdout": close_stdout,
    "leave_grandchild": lambda: leave_grandchild(in_own_group=False),
    "take_memory": take_memory,
    "leave_stranger": lambda: leave_grandchild(in_own_group=True),
    "report": report,
    "die": die,
    "show_surroundings": show_surroundings,
}

if __name__ == "__main__":
    HABITS[sys.argv[1]]()
