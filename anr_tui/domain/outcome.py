"""The outcomes of a fill, and all that follows from each: a table with one row for each, from which all else reads.

docs/outcomes.md shows the same table; a test keeps the two the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from anr_tui.domain.severity import Severity
from anr_tui.domain.total_table import total_table


class Outcome(StrEnum):
    """How a fill ended, as written in the journal and in JSON."""

    FILLED = "filled"
    PARTLY_FILLED = "partly_filled"
    PLACED = "placed"
    NO_FOOTAGE = "no_footage"
    CAMERA_BUSY = "camera_busy"
    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login_refused"
    NOT_UNDERSTOOD = "not_understood"
    WRONG_TIME = "wrong_time"
    DISK_FULL = "disk_full"
    LOCAL_ERROR = "local_error"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    TOO_OLD = "too_old"
    INTERRUPTED = "interrupted"

    @property
    def traits(self) -> "OutcomeTraits":
        """The meaning of the outcome."""
        return OUTCOME_TRAITS[self]

    @property
    def words(self) -> str:
        """The outcome as a person reads it."""
        return self.traits.words

    @property
    def counts_as_attempt(self) -> bool:
        """Whether the outcome uses up one of the gap's attempts."""
        return self.traits.counts_as_attempt


class BackoffKind(StrEnum):
    """The effect of an outcome on the pause of its camera."""

    ENDS = "ends"
    """The camera has answered: whatever pause there was is over."""
    UNCHANGED = "unchanged"
    """The outcome says nothing about the camera."""
    GROWS = "grows"
    """The camera is left alone for a while, twice as long with each failure in a row."""
    UNTIL_CHANGED = "until_changed"
    """The camera is left alone until its row changes or a person retries."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """For how long the sweep leaves a camera alone after an outcome.

    `first_s` and `longest_s` are the first and the longest pause in seconds, for `BackoffKind.GROWS` only.
    """

    kind: BackoffKind
    first_s: float = 0.0
    longest_s: float = 0.0


_ENDS = Backoff(BackoffKind.ENDS)
_UNCHANGED = Backoff(BackoffKind.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTraits:
    """The meaning of an outcome.

    `words` name it for people, `cause` says what happened, both as in docs/outcomes.md. With `ends_fill` the fill's
    other pieces are not asked for, because that would do harm, or cannot help. `needs_person` marks fills that a person
    should look at. `next_step` follows by itself, `remedy` is what a person can do, `sentence` is what a fill's own
    reason says of either, `sentence_unproven` what it says instead where footage is of no other time, and only the
    proof is missing that the settings ask for; each may be empty.

    `leaves_gap_alone`: the sweep does not ask for this gap again for a while. `lowers_sessions`: the device accepts
    fewer sessions at once than it was given. `fills_disk`: all fills are affected, not only this one.
    """

    words: str
    cause: str
    severity: Severity
    counts_as_attempt: bool
    ends_fill: bool
    needs_person: bool
    backoff: Backoff
    next_step: str = ""
    remedy: str = ""
    sentence: str = ""
    sentence_unproven: str = ""
    leaves_gap_alone: bool = False
    lowers_sessions: bool = False
    fills_disk: bool = False


OUTCOME_TRAITS: Mapping[Outcome, OutcomeTraits] = total_table(
    Outcome,
    {
        Outcome.FILLED: OutcomeTraits(
            words="filled",
            cause="the recordings cover the gap: at most 2 s are missing in all, "
            "and at most a tenth of a gap shorter than 20 s",
            severity=Severity.GOOD,
            counts_as_attempt=True,
            ends_fill=False,
            needs_person=False,
            backoff=_ENDS,
        ),
        Outcome.PARTLY_FILLED: OutcomeTraits(
            words="partly filled",
            cause="some of it arrived and is on disk",
            severity=Severity.WARNING,
            counts_as_attempt=True,
            ends_fill=False,
            needs_person=True,
            backoff=_ENDS,
            next_step="the next sweep asks for the rest only",
            remedy="if it happens again: see in the fill's log who closed",
        ),
        Outcome.PLACED: OutcomeTraits(
            words="placed by hand",
            cause="a person said of what time footage is that was kept; it is on disk, and does not cover the gap",
            severity=Severity.WARNING,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=False,
            backoff=_UNCHANGED,
            next_step="the next sweep asks for the rest",
        ),
        Outcome.NO_FOOTAGE: OutcomeTraits(
            words="no footage on the camera",
            cause="the camera has nothing for this window",
            severity=Severity.BAD,
            counts_as_attempt=True,
            ends_fill=False,
            needs_person=True,
            backoff=_ENDS,
            next_step="tried again up to the maximum, then failed",
            remedy="check that the camera records to its own card, and its clock",
            sentence="Check that the camera records to its own card.",
        ),
        Outcome.WRONG_TIME: OutcomeTraits(
            words="wrong time",
            cause="the camera plays footage of another time than it was asked for, or nothing shows of what time it is "
            "(with ANR_TIME_PROOF=require: nothing proves it)",
            severity=Severity.BAD,
            counts_as_attempt=True,
            ends_fill=True,
            needs_person=True,
            backoff=_ENDS,
            next_step="nothing of it lands; what came is kept; tried again up to the maximum",
            remedy="check the camera's clock and zone, diagnose the camera; "
            "place by hand what you know the time of (anr-tui parts)",
            sentence="Nothing of it lands, and what came is kept. Check the camera's clock and zone.",
            sentence_unproven="What came is kept: `anr-tui parts place` lands it where you know its time, and with "
            "ANR_TIME_PROOF=prefer such footage lands by itself.",
        ),
        Outcome.CAMERA_BUSY: OutcomeTraits(
            words="camera busy",
            cause="453 or 503: it is playing for somebody else",
            severity=Severity.WARNING,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            backoff=Backoff(BackoffKind.GROWS, first_s=10.0, longest_s=120.0),
            next_step="tried again within a minute or two",
            remedy="close other playbacks of this camera",
            sentence="It is asked again soon.",
            lowers_sessions=True,
        ),
        Outcome.UNREACHABLE: OutcomeTraits(
            words="unreachable",
            cause="no connection, or no answer",
            severity=Severity.BAD,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            backoff=Backoff(BackoffKind.GROWS, first_s=30.0, longest_s=1800.0),
            next_step="tried again with growing pauses, up to half an hour",
            remedy="check power, network and RTSP port; anr-tui doctor",
        ),
        Outcome.LOGIN_REFUSED: OutcomeTraits(
            words="login refused",
            cause="401 or 403, or a sealed password that cannot be opened",
            severity=Severity.BAD,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            # No time: repeated wrong logins lock accounts, so a person or a changed row must come first.
            backoff=Backoff(BackoffKind.UNTIL_CHANGED),
            next_step="the camera is not contacted: cameras lock accounts",
            remedy="correct its user and password, or retry (r)",
            sentence="Correct the camera's user and password, then retry; until then it is not contacted.",
        ),
        Outcome.NOT_UNDERSTOOD: OutcomeTraits(
            words="not understood",
            cause="the camera does not know this replay URL, or offers no video",
            severity=Severity.BAD,
            counts_as_attempt=True,
            ends_fill=True,
            needs_person=True,
            backoff=_ENDS,
            next_step="tried again up to the maximum",
            remedy="set anr_replay_url_template, see docs/setup.md",
            sentence="Set a replay URL template that fits this camera (anr_replay_url_template).",
        ),
        Outcome.DISK_FULL: OutcomeTraits(
            words="disk full or not writable",
            cause="the disk with the recordings is full, not mounted, or cannot be written",
            severity=Severity.BAD,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            backoff=_UNCHANGED,
            next_step="nothing is fetched for a minute",
            remedy="make room; check HELDAR_MIN_FREE_DISK_GB and the directory's owner",
            fills_disk=True,
        ),
        Outcome.LOCAL_ERROR: OutcomeTraits(
            words="local error",
            cause="this machine refused to read or write a file of the camera's, or to start a program: a faulty disk "
            "or share, a missing permission, no memory. The camera has no part in it",
            severity=Severity.BAD,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            backoff=Backoff(BackoffKind.GROWS, first_s=15.0, longest_s=900.0),
            next_step="what arrived is kept; tried again with growing pauses, up to a quarter of an hour; other "
            "cameras go on",
            remedy="the reason and an alarm name the operation and the file: "
            "mend the disk, the share or the permission",
        ),
        Outcome.STOPPED: OutcomeTraits(
            words="stopped",
            cause="somebody cancelled it, or the worker ended",
            severity=Severity.WARNING,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=False,
            backoff=_UNCHANGED,
            next_step="the next sweep asks for the rest",
        ),
        Outcome.TIMED_OUT: OutcomeTraits(
            words="timed out",
            cause="the camera was far too slow",
            severity=Severity.BAD,
            counts_as_attempt=True,
            ends_fill=False,
            needs_person=True,
            backoff=_ENDS,
            next_step="the next sweep asks for the rest",
            remedy="look at the log",
        ),
        Outcome.TOO_OLD: OutcomeTraits(
            words="too old",
            cause="older than the site's retention, or what the quota or storage limit deletes first: "
            "it would be deleted as soon as it landed",
            severity=Severity.WARNING,
            counts_as_attempt=False,
            ends_fill=False,
            needs_person=True,
            backoff=_UNCHANGED,
            next_step="not fetched",
            leaves_gap_alone=True,
        ),
        Outcome.INTERRUPTED: OutcomeTraits(
            words="interrupted",
            cause="the worker or its ffmpeg was killed in the middle",
            severity=Severity.WARNING,
            counts_as_attempt=False,
            ends_fill=True,
            needs_person=True,
            backoff=_ENDS,
            next_step="what arrived is kept; the next sweep lands it and asks for the rest",
            remedy="if it happens again: check the machine's free memory",
        ),
    },
)
"""What each outcome means."""
