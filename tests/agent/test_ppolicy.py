"""What the password policy response control says (draft-behera-ldap-password-policy-10, 6.2)."""

import pytest

from writeback.agent.drivers.ppolicy import CONTROL, Error, error_in


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"\x30\x03\x81\x01\x06", Error.PASSWORD_TOO_SHORT),
        (b"\x30\x84\x00\x00\x00\x03\x81\x01\x01", Error.ACCOUNT_LOCKED),
        (b"\x30\x08\xa0\x03\x80\x01\x05\x81\x01\x08", Error.PASSWORD_IN_HISTORY),
        (b"\x30\x05\xa0\x03\x80\x01\x05", None),
        (b"\x30\x03\x81\x01\x63", None),
        (b"\x30\x00", None),
        (b"\x30", None),
        (b"\x30\x84", None),
        (b"\x04\x03\x81\x01\x06", None),
        (b"", None),
    ],
)
def test_the_error_is_read_in_either_form_of_length(raw, error):
    """Servers write lengths in the short form or the long one (X.690 8.1.3)."""
    assert error_in({CONTROL: {"value": raw}}) is error


def test_no_control_says_nothing():
    assert error_in({}) is None
