"""Trust in a device: it may become stronger by itself, and weaker only by a person's word."""

import pytest

from anr_tui.replay.dialects.device_trust import DeviceTrust


def test_a_stronger_login_is_taken_and_remembered_and_a_weaker_one_is_refused() -> None:
    trust = DeviceTrust()
    for strength in (1, 3):
        assert trust.takes_login(strength, "some")
        trust.note_login(strength)
    assert trust.breach == ""
    assert not trust.takes_login(1, "Basic")
    assert trust.breach.startswith("The device asks for a Basic login and took a stronger one before.")
    assert trust.login_strength == 3


def test_the_first_certificate_is_remembered_and_another_one_is_refused() -> None:
    trust = DeviceTrust("pin")
    assert trust.takes_certificate(b"one") and trust.takes_certificate(b"one")
    known = trust.certificate
    assert not trust.takes_certificate(b"two")
    assert trust.certificate == known and known[:16] in trust.breach


@pytest.mark.parametrize("rule", ["ca", "any"])
def test_certificates_are_pinned_only_by_that_rule(rule: str) -> None:
    trust = DeviceTrust("ca" if rule == "ca" else "any")
    assert trust.takes_certificate(b"one") and trust.takes_certificate(b"two")
    assert (trust.certificate, trust.breach) == ("", "")
