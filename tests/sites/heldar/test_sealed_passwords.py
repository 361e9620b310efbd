import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError
from anr_tui.domain.secret import Secret
from anr_tui.sites.heldar.sealed_passwords import SEAL, is_sealed, open_sealed, seal
from tests.heldar_site import PASSWORD, sealed

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))


def in_settings(key: bytes) -> Secret:
    return Secret(base64.b64encode(key).decode())


@given(st.text())
def test_what_was_sealed_is_opened_with_the_same_key(plain: str) -> None:
    value = Secret(sealed(plain, KEY))
    assert is_sealed(value)
    assert open_sealed(value, in_settings(KEY), "gate").reveal() == plain


@given(st.text())
def test_what_we_seal_is_opened_again_and_no_two_seals_are_alike(plain: str) -> None:
    key = in_settings(KEY)
    one, other = seal(Secret(plain), key), seal(Secret(plain), key)
    assert is_sealed(one)
    assert one.reveal() != other.reveal()
    assert open_sealed(one, key, "gate").reveal() == plain


def test_a_seal_of_ours_is_heldars_nonce_text_and_tag() -> None:
    value = seal(Secret(PASSWORD), in_settings(KEY)).reveal()
    blob = base64.b64decode(value.removeprefix("enc:v1:"), validate=True)
    assert len(blob) == 12 + len(PASSWORD) + 16
    assert AESGCM(KEY).decrypt(blob[:12], blob[12:], None).decode() == PASSWORD


def test_a_value_that_heldar_sealed_by_the_book_is_opened() -> None:
    # AES-256-GCM with an all-zero key and nonce and no text has this tag (the GCM specification's test case 13).
    tag = bytes.fromhex("530f8afbc74536b9a963b4f1c4cb738b")
    value = Secret(SEAL + base64.b64encode(bytes(12) + tag).decode())
    assert open_sealed(value, in_settings(bytes(32)), "gate").reveal() == ""


def test_a_plain_password_needs_no_key() -> None:
    assert not is_sealed(Secret(PASSWORD))
    assert open_sealed(Secret(PASSWORD), None, "gate").reveal() == PASSWORD


def test_a_key_with_a_line_end_works_as_it_was_accepted() -> None:
    key = Secret(base64.b64encode(KEY).decode() + "\n")
    assert open_sealed(Secret(sealed(PASSWORD, KEY)), key, "gate").reveal() == PASSWORD


def test_a_sealed_password_without_the_key_names_the_camera() -> None:
    with pytest.raises(SiteError, match=r"camera 'gate' is sealed and HELDAR_SECRET_KEY is not set"):
        open_sealed(Secret(sealed(PASSWORD, KEY)), None, "gate")


@pytest.mark.parametrize(
    "damaged",
    [
        sealed(PASSWORD, OTHER_KEY),
        SEAL,
        SEAL + "no base64!",
        SEAL + "ünreadable",
        SEAL + base64.b64encode(bytes(27)).decode(),
        SEAL + base64.b64encode(bytes(60)).decode(),
    ],
    ids=["another key", "nothing", "no base64", "no ASCII", "too short", "forged"],
)
def test_what_cannot_be_opened_names_the_camera_and_shows_no_ciphertext(damaged: str) -> None:
    with pytest.raises(SiteError, match=r"camera 'gate' cannot be opened with this HELDAR_SECRET_KEY") as refusal:
        open_sealed(Secret(damaged), in_settings(KEY), "gate")
    text = damaged.removeprefix(SEAL)
    assert not text or text not in str(refusal.value)


@given(st.binary(max_size=80))
def test_no_bytes_at_all_get_past_the_seal_by_chance(blob: bytes) -> None:
    with pytest.raises(SiteError):
        open_sealed(Secret(SEAL + base64.b64encode(blob).decode()), in_settings(KEY), "gate")
