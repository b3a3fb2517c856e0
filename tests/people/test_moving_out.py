"""A password that moves to the organisation's own directory leaves nothing behind."""

import pytest

from accounts.client import Client
from accounts.people import passwords, registry
from accounts.people.models import PasswordRecord, Source
from accounts.people.registry import Act
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("source", "is_kept"), [("synchronized", False), ("cloud", True)])
def test_what_was_kept_here_is_forgotten(ada, source, is_kept):
    """P-C52: should the person ever come back, the old one does not count again."""
    passwords.remember(ada, ada.password, 5)
    ada.source = source
    registry.change(ada, ["source"], Act(Client.nowhere()))
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD) is is_kept
    assert PasswordRecord.objects.in_directory(ada.directory).exists() is is_kept
    ada.source = Source.CLOUD
    registry.change(ada, ["source"], Act(Client.nowhere()))
    assert ada.check_password(PASSWORD) is is_kept
