"""The meaning of how a fetch ended, in an operator's words: first what the source saw, then what ffmpeg reported."""

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.coverage import allowed_missing_s
from anr_tui.fill.sources.interface import FetchResult, StopCause

_FULL_WORDS = frozenset(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))
# What the machine answers who writes a file; other errors of the output come from what the camera sent.
_REFUSALS = frozenset(
    os.strerror(number)
    for number in (
        *(errno.EIO, errno.ESTALE, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM),
        *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EFBIG, errno.EEXIST),
        *(errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.EREMOTEIO),
    )
)
# How ffmpeg of any version names its output in an error (measured with 5.1 and 9.0, read in the source of the others).
_OUTPUT_LINE = re.compile(
    r"av_interleaved_write_frame|av_write_frame|[Ee]rror (?:writing|opening output|closing|submitting a packet|muxing)"
    r"|Could not write header|\bout#\d|Error while (?:writing|flushing)"
    # Some versions begin with its name: ffmpeg gets an open file of ours, whatever the part is called.
    r"|^(?:\[[^\]]*\] )*/proc/\d+/fd/\d+: "
)
_ERROR_TAG = re.compile(r"^(?:\[[^\]]*\] )*?\[(?:error|fatal|panic)\] ")
_OUR_FILE = re.compile(r"/proc/\d+/fd/\d+")
_TAGS = re.compile(r"^(?:\[[^\]]*\] )*")
# Outcomes after which asking the same camera for the next piece does harm or cannot help.
ENDS_FILL = frozenset(outcome for outcome in Outcome if outcome.traits.ends_fill)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and a sentence for the operator."""

    outcome: Outcome
    reason: str


def judge_piece(fetched: FetchResult, got_s: float, wanted_s: float) -> Verdict | None:
    """What went wrong with a piece, of which `got_s` of `wanted_s` media seconds are on disk; None for nothing."""
    if (refusal := _output_refusal(fetched.last_lines)) is not None:
        return refusal
    if fetched.cause is StopCause.ASKED:
        return Verdict(Outcome.STOPPED, "Stopped as asked.")
    if got_s >= wanted_s - allowed_missing_s(wanted_s):
        return None
    if fetched.ending.returncode < 0 and not fetched.ending.was_stopped:
        # A person or a kernel short of memory ended ffmpeg, which does not count as an attempt.
        return Verdict(Outcome.INTERRUPTED, f"ffmpeg was ended by signal {-fetched.ending.returncode}.")
    if fetched.has_breached:
        words = fetched.error or "The camera sent what no working camera sends."
        return Verdict(Outcome.NOT_UNDERSTOOD, f"{words} It is left alone for a while.")
    if got_s > 0:
        return Verdict(Outcome.PARTLY_FILLED, f"{_cut_short(fetched)} after {got_s:.0f} of {wanted_s:.0f} s.")
    return _judge_nothing(fetched)


def _output_refusal(lines: Sequence[str]) -> Verdict | None:
    """What ffmpeg's log says of its output file; None where it could write.

    It comes first, because then the camera is not the cause, whatever else is said.
    """
    # A camera names its session as it likes, and ffmpeg prints that too, as information.
    for line in filter(_ERROR_TAG.search, lines):
        why = line.rpartition(": ")[2].rstrip(". ")
        if any(words in line for words in _FULL_WORDS):
            return Verdict(Outcome.DISK_FULL, "The disk with the recordings is full or cannot be written.")
        if why in _REFUSALS and _OUTPUT_LINE.search(line):
            words = _OUR_FILE.sub("the part", _without_tags(line))
            return Verdict(Outcome.LOCAL_ERROR, f"ffmpeg could not write its file: {words}")
    return None


def _cut_short(fetched: FetchResult) -> str:
    if fetched.cause is StopCause.STALLED:
        return "The camera stopped sending"
    if fetched.cause is StopCause.TIME_LIMIT:
        return "The camera was too slow"
    if fetched.announced_end:
        return "The camera's recording ended"
    if fetched.closed_by_camera:
        return "The camera closed the connection"
    return "The stream ended"


def _judge_nothing(fetched: FetchResult) -> Verdict:
    if fetched.refusal is not None:
        reply, outcome = fetched.refusal
        answer = f"The camera answered {reply.method} with {reply.status} {reply.reason}".strip()
        return Verdict(outcome, f"{answer}. {outcome.traits.sentence}".strip())
    if not fetched.is_reached:
        return Verdict(Outcome.UNREACHABLE, fetched.error or "The camera cannot be reached.")
    if fetched.cause is StopCause.TIME_LIMIT:
        return Verdict(Outcome.TIMED_OUT, "The camera sent nothing that could be kept before the time limit.")
    if fetched.media_bytes == 0 and fetched.has_agreed and not fetched.error:
        return Verdict(Outcome.NO_FOOTAGE, "The camera accepted PLAY but sent nothing.")
    if fetched.media_bytes == 0 and fetched.cause is StopCause.STALLED:
        return Verdict(Outcome.UNREACHABLE, fetched.error or "The camera did not answer in time.")
    if fetched.media_bytes == 0:
        return Verdict(Outcome.UNREACHABLE, fetched.error or "The camera closed the connection before it played.")
    return Verdict(Outcome.NOT_UNDERSTOOD, _ffmpeg_words(fetched) or "What the camera sent holds no video to keep.")


def _ffmpeg_words(fetched: FetchResult) -> str:
    errors = [line.partition("] ")[2] or line for line in fetched.last_lines if "error]" in line]
    return f"ffmpeg: {errors[-1]}" if errors else ""


def _without_tags(line: str) -> str:
    """A line of ffmpeg's without what stands in brackets before it: part of the program, and level."""
    return _TAGS.sub("", line)
