"""The judgement of a camera's answers: for each check a mark, a sentence, and what to do. Without I/O."""

from datetime import datetime

from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.sample_replay import SampleReplay
from anr_tui.fill.verdict import Verdict
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.text import duration_words, plain_line
from anr_tui.replay.relay.describe_probe import ProbeReply
from anr_tui.replay.relay.report import RelayReport
from anr_tui.replay.rtsp.auth import Challenge

_SLOW_CONNECT_S = 1.0
_SLOW_SPEED = 0.9
_MOST_REALM = 60
_DATE_CUT_S = 0.5
# A clock that is off by more than this may be right in another zone.
_LITTLE_S = 900
_NO_FOOTAGE = (404, 457)
_BUSY = (453, 454, 503)
_CHECK_NETWORK = "Check its power, its network, its RTSP port, and firewalls in between."
_CHECK_LOGIN = "Correct its user and password. Some cameras lock an account for minutes after wrong ones: then wait."
_CHECK_ZONE = "Nothing has to be done; if it should play what it is asked for, check its zone and summer time."
_SET_CLOCK = "Set its clock by NTP, and its zone and summer time; then diagnose again."


def judge_port(device: str, took_s: float) -> Check:
    """The check of a connection that was accepted after `took_s` seconds."""
    seen = f"{device} accepted the connection in {took_s * 1000:.0f} ms."
    if took_s < _SLOW_CONNECT_S:
        return Check(CheckKind.PORT, CheckMark.GOOD, seen)
    return Check(CheckKind.PORT, CheckMark.WARNING, seen, "The network to it is slow: check for packet loss.")


def port_failed(device: str, problem: str) -> Check:
    """The check of a connection that was not accepted; `problem` is the end of the sentence about `device`."""
    return Check(CheckKind.PORT, CheckMark.FAILED, f"{device} {problem}.", _CHECK_NETWORK)


def judge_login(answers: ProbeReply) -> Check:
    """The check whether the camera accepted the login."""
    report, status = answers.report, answers.report.status
    if answers.is_refused:
        seen = f"It refused the user or the password ({_login_words(answers.challenge)})."
        return Check(CheckKind.LOGIN, CheckMark.FAILED, seen, _CHECK_LOGIN)
    if status == 401:
        seen = "It asks for a login: none is set, or it wants a kind that anr-tui does not support."
        return Check(CheckKind.LOGIN, CheckMark.FAILED, seen, "Set its user and password, and Digest in the camera.")
    if status is None:
        seen = report.error or "It did not answer."
        return Check(CheckKind.LOGIN, CheckMark.FAILED, seen, "Is it an RTSP port? Check rtsp_port, or restart it.")
    if status == 403:
        hint = "Give this account the right to play recordings back."
        return Check(CheckKind.LOGIN, CheckMark.FAILED, f"It knows the login and forbids the replay: {status}.", hint)
    if answers.challenge is None and status >= 300:
        return Check(CheckKind.LOGIN, CheckMark.NOT_KNOWN, f"{_answered(report)} before it asked for a login.")
    if answers.challenge is None:
        seen = "It asks for no login."
        return Check(
            CheckKind.LOGIN, CheckMark.WARNING, seen, "Anyone who can reach it can see its pictures: set a password."
        )
    seen = f"It accepted the login ({_login_words(answers.challenge)})."
    if answers.challenge.scheme == "basic":
        hint = "Basic sends the password unencrypted: choose Digest in the camera, or use rtsps."
        return Check(CheckKind.LOGIN, CheckMark.WARNING, seen, hint)
    return Check(CheckKind.LOGIN, CheckMark.GOOD, seen)


def judge_clock(report: RelayReport, memory: CameraMemory) -> Check:
    """The check how far the camera's clock is from ours, by the `Date` of its answers, and what time it plays."""
    if memory.shift_s:
        return _calibrated(report, memory)
    if report.clock_skew_s is None:
        hint = "Look at the clock in its picture, or on its own page."
        return Check(CheckKind.CLOCK, CheckMark.NOT_KNOWN, "It sends no date with its answers.", hint)
    skew_s = _skew_s(report.clock_skew_s)
    if abs(skew_s) <= TOLERANCE_S:
        return Check(CheckKind.CLOCK, CheckMark.GOOD, f"Its clock is right ({skew_s:+d} s).")
    side = "ahead" if skew_s > 0 else "behind"
    is_little = abs(skew_s) <= _LITTLE_S
    length = f"{abs(skew_s)} s" if is_little else duration_words(abs(skew_s))
    seen = f"Its clock is {length} {side}; fills go by its pictures, where the recorder has some beside the gap."
    return Check(CheckKind.CLOCK, CheckMark.WARNING if is_little else CheckMark.FAILED, seen, _SET_CLOCK)


def _calibrated(report: RelayReport, memory: CameraMemory) -> Check:
    """The check of a clock of which fills know what time it plays: whatever its date, they allow for that."""
    seen = f"It {memory.shift_words}; fills allow for that."
    skew_s = None if report.clock_skew_s is None else _skew_s(report.clock_skew_s)
    if skew_s is None:
        return Check(CheckKind.CLOCK, CheckMark.WARNING, f"It sends no date with its answers. {seen}", _SET_CLOCK)
    if abs(skew_s) <= TOLERANCE_S:
        return Check(CheckKind.CLOCK, CheckMark.WARNING, f"Its clock is right ({skew_s:+d} s). {seen}", _CHECK_ZONE)
    side = "ahead" if skew_s > 0 else "behind"
    seen = f"Its clock is {duration_words(abs(skew_s))} {side}. {seen}"
    return Check(CheckKind.CLOCK, CheckMark.WARNING, seen, _SET_CLOCK)


def _skew_s(clock_skew_s: float) -> int:
    """The skew in whole seconds; half a second is missing on average, because a date is cut to the second."""
    return round(clock_skew_s + _DATE_CUT_S)


def marks_ahead_s(report: RelayReport, shift_s: float) -> float | None:
    """How far the absolute times that a camera gives in its media are ahead of ours, in seconds.

    `shift_s` is the shift that it is asked with; a zone is no matter of these times. None where the camera's clock is
    off and nothing explains that: its times then show nothing, as in a fill.
    """
    seen_s = report.clock_skew_s or 0.0
    if min(abs(seen_s), abs(seen_s + shift_s)) > TOLERANCE_S + _DATE_CUT_S:
        return None
    return -shift_s if abs(seen_s + shift_s) < abs(seen_s) else 0.0


def clock_hint_s(answers: ProbeReply) -> int:
    """By how many seconds ahead a camera is to be asked once more, because it has nothing of the time asked for.

    Its clock is only a hint where to look. 0 where it has something, sends no date, or its clock is right.
    """
    skew_s = 0 if answers.report.clock_skew_s is None else _skew_s(answers.report.clock_skew_s)
    return skew_s if has_nothing(answers) and abs(skew_s) > TOLERANCE_S else 0


def has_nothing(answers: ProbeReply) -> bool:
    """Whether a camera says that it has nothing of what it was asked for."""
    return answers.report.status in _NO_FOOTAGE


def judge_card(answers: ProbeReply, asked: Window, vendor: str) -> Check:
    """The check what the camera says that it holds; `asked` is the window asked for, by the camera's clock."""
    report, status = answers.report, answers.report.status or 0
    if status in _NO_FOOTAGE:
        seen = f"It says that it has nothing of {_window_words(asked)} ({status})."
        hint = "Check that it records to its own card: card in place, healthy, not full of locked files."
        return Check(CheckKind.CARD, CheckMark.FAILED, seen, hint)
    if status in _BUSY:
        return Check(CheckKind.CARD, CheckMark.NOT_KNOWN, f"{_answered(report)}: it is busy.")
    if status >= 300:
        hint = "Set a replay URL template that fits this camera (anr_replay_url_template)."
        return Check(CheckKind.CARD, CheckMark.NOT_KNOWN, f"{_answered(report)}.", hint)
    if answers.offers is None:
        seen = f"This vendor's camera ({vendor}) does not tell what its card holds; the test replay shows if it plays."
        return Check(CheckKind.CARD, CheckMark.NOT_KNOWN, seen)
    held = answers.offers
    seen = f"It holds {_window_words(held)} ({duration_words(held.seconds)})."
    if asked.start < held.start or asked.end > held.end:
        hint = "Check that it records to its own card all the time."
        return Check(CheckKind.CARD, CheckMark.FAILED, f"{seen} {_window_words(asked)} is not in it.", hint)
    return Check(CheckKind.CARD, CheckMark.GOOD, seen)


def judge_replay(trial: SampleReplay, wanted_s: float, which: str) -> Check:
    """The check of a sample replay of `wanted_s` seconds; `which` names the window in words."""
    verdict = trial.verdict
    speed = f"{trial.got_s:.1f} of {wanted_s:.0f} s came, at {_speed_words(trial.speed)}; {which}."
    if trial.got_s > 0 and (trial.was_cut or trial.speed < _SLOW_SPEED):
        hint = "A gap takes longer to come back than it lasted: look for viewers, a weak network, a bandwidth cap."
        return Check(CheckKind.REPLAY, CheckMark.WARNING, speed, hint)
    if verdict is None:
        return Check(CheckKind.REPLAY, CheckMark.GOOD, speed)
    if trial.was_cut:
        seen = f"Nothing came before the time limit; {which}."
        return Check(CheckKind.REPLAY, CheckMark.FAILED, seen, "Look for a bandwidth cap, then restart the camera.")
    mark = CheckMark.WARNING if verdict.outcome is Outcome.PARTLY_FILLED else CheckMark.FAILED
    return Check(CheckKind.REPLAY, mark, f"{_cause(verdict)} {which[0].upper()}{which[1:]}.", _remedy(verdict))


def judge_picture(trial: SampleReplay, memory: CameraMemory, *, by_clock_s: int = 0) -> Check:
    """The check whether the pictures are of the time that was asked for, with its calibration allowed for.

    `by_clock_s`: the camera had nothing at that time, and was asked so many seconds ahead, where its clock points.
    """
    if trial.got_s <= 0:
        return Check(CheckKind.PICTURE, CheckMark.SKIPPED, "No picture came.")
    if trial.offset_s is None:
        seen = "Neither the camera nor the recorder's own footage shows the time of the pictures."
        hint = "Fill one gap, and look at the clock in its picture (v)."
        return Check(CheckKind.PICTURE, CheckMark.NOT_KNOWN, f"{seen}{_hint_words(by_clock_s)}", hint)
    if abs(trial.offset_s) <= TOLERANCE_S:
        seen = f"The pictures are of the time that was asked for.{_hint_words(by_clock_s)}"
        return Check(CheckKind.PICTURE, CheckMark.GOOD, seen)
    side = "later" if trial.offset_s > 0 else "earlier"
    seen = f"The pictures are {duration_words(abs(trial.offset_s))} {side} than what was asked for."
    if not memory.shift_s:
        seen = f"{seen} A fill finds that out where the recorder has pictures beside the gap."
    else:
        seen = f"{seen} What was known of its times no longer fits: the next fill finds that out anew."
    return Check(CheckKind.PICTURE, CheckMark.FAILED, seen, _SET_CLOCK)


def _hint_words(by_clock_s: int) -> str:
    if not by_clock_s:
        return ""
    side = "later" if by_clock_s > 0 else "earlier"
    return f" It had nothing there, and was asked by its clock, {duration_words(abs(by_clock_s))} {side}."


def _cause(verdict: Verdict) -> str:
    """A verdict's own sentence, without the outcome's advice that follows it."""
    return verdict.reason.removesuffix(verdict.outcome.traits.sentence).strip()


def _remedy(verdict: Verdict) -> str:
    remedy = verdict.outcome.traits.remedy
    return f"{remedy[:1].upper()}{remedy[1:]}." if remedy else ""


def _answered(report: RelayReport) -> str:
    return f"It answered {report.method or 'a request'} with {report.status} {report.status_reason}".strip()


def _login_words(challenge: Challenge | None) -> str:
    if challenge is None:
        return "it named no kind"
    realm = plain_line(challenge.parameters.get("realm", ""), instead="")[:_MOST_REALM]
    return f"{challenge.words}, realm {realm!r}" if realm else challenge.words


def _speed_words(speed: float) -> str:
    return f"{speed:.1f}x real time" if speed < 100 else f"{speed:.0f}x real time"


def _window_words(window: Window) -> str:
    return f"{_stamp(window.start)} to {_stamp(window.end)}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
