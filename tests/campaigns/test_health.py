"""Whether mail to a mailbox arrives: what servers say, who is told, and what clears it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.notices import Notice, notify
from accounts.outbox.models import Parcel
from registration import coverage, health
from registration.models import Factor, FactorSource, Health
from tests import cast
from tests.registration.conftest import signed_in
from tests.registration.provers import answer, issue, right_answer
from tests.reports.visits import enter

__all__ = ["signed_in"]
HOME = "ada@home.example"


@pytest.fixture
def mailbox(ada):
    return Factor.objects.in_directory(ada.directory_id).select_related("user__directory").get()


def again(factor):
    return Factor.objects.in_directory(factor.directory_id).get(pk=factor.pk)


def events():
    return AuditRecord.objects.filter(kind="registration.factor_failing").count()


@pytest.mark.parametrize(
    ("said", "state", "status"),
    [
        ("550 5.1.1 no such person", Health.UNDELIVERABLE, "5.1.1"),
        ("550 no such person", Health.UNDELIVERABLE, "550"),
        ("552 5.2.2 full", Health.SOFT, "5.2.2"),
        ("554 5.7.1 we do not like you", Health.SOFT, "5.7.1"),
    ],
)
def test_a_refused_code_shows_on_the_factor(mailbox, run_outbox, postbox, said, state, status):
    postbox.refused[HOME] = said
    issue(mailbox, "alternate_email")
    run_outbox()
    found = again(mailbox)
    assert (found.health, found.failure_status) == (state, status)
    assert found.failing_since is not None
    assert events() == 1


@pytest.mark.parametrize("said", ["450 4.2.0 later", "421 closing"])
def test_what_may_still_arrive_is_no_failure(mailbox, run_outbox, postbox, said):
    postbox.refused[HOME] = said
    issue(mailbox, "alternate_email")
    run_outbox()
    assert (again(mailbox).health, events()) == (Health.OK, 0)


def test_a_refused_notice_shows_on_the_factor_it_was_for(ada, mailbox, run_outbox, postbox):
    second = cast.add_mailbox(ada, "ada@second.example")
    postbox.refused["ada@second.example"] = "550 5.1.1 no"
    postbox.refused["ada@mail.example"] = "550 5.1.1 no"
    notify(ada, Notice.PASSWORD_CHANGED, client=Client.nowhere())
    run_outbox()
    assert again(mailbox).health == Health.OK
    assert again(second).health == Health.UNDELIVERABLE
    assert Parcel.objects.filter(finished_at=None).count() == 0


def test_since_when_is_since_the_first_failure(mailbox):
    assert health.failed(mailbox, "4.4.7", timezone.now())
    first = again(mailbox)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert health.failed(mailbox, "5.1.1", timezone.now())
    found = again(mailbox)
    assert (first.health, found.health) == (Health.SOFT, Health.UNDELIVERABLE)
    assert found.failing_since == first.failing_since
    assert events() == 2


def test_what_is_undeliverable_does_not_get_better_by_failing_softly(mailbox):
    health.failed(mailbox, "5.1.1", timezone.now())
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        health.failed(mailbox, "4.4.7", timezone.now())
    assert again(mailbox).health == Health.UNDELIVERABLE
    assert events() == 1


def test_a_right_answer_clears_it_and_what_is_older_is_void(mailbox):
    sent = timezone.now()
    health.failed(mailbox, "5.1.1", sent)
    challenge = issue(mailbox, "alternate_email")
    code = right_answer(challenge)
    answer(challenge, "000000")
    assert again(mailbox).health == Health.UNDELIVERABLE
    answer(challenge, code)
    found = again(mailbox)
    assert (found.health, found.failing_since, found.failure_status) == (Health.OK, None, "")
    assert not health.failed(mailbox, "5.1.1", sent + timedelta(milliseconds=1))
    assert again(mailbox).health == Health.OK
    assert health.failed(mailbox, "5.1.1", timezone.now() + timedelta(seconds=1))


def test_one_that_fails_can_be_used_and_counts(ada, mailbox):
    """It is only said: servers are wrong at times, and a report is a stranger's word."""
    health.failed(mailbox, "5.1.1", timezone.now())
    assert again(mailbox).is_usable()
    assert coverage.update(ada).registered


def test_its_owner_is_told_on_both_pages(ada, mailbox, signed_in, postbox):
    browser = signed_in(ada)
    for address in (reverse("registration:overview"), reverse("account")):
        assert "came back" not in browser.get(address).content.decode()
    moment = timezone.now()
    health.failed(mailbox, "5.1.1", moment)
    day = f"{moment:%B}"
    for address in (reverse("registration:overview"), reverse("account")):
        page = browser.get(address).content.decode()
        assert "mail to it came back on" in page
        assert day in page
    Factor.objects.in_directory(ada.directory_id).update(health=Health.SOFT)
    assert "mail does not get through since" in browser.get(reverse("account")).content.decode()


def test_what_was_given_and_fails_says_so_before_it_is_confirmed(ada, mailbox, signed_in, postbox):
    given = {"confirmed_at": None, "source": FactorSource.IMPORT}
    Factor.objects.in_directory(ada.directory_id).filter(pk=mailbox.pk).update(**given)
    health.failed(mailbox, "5.1.1", timezone.now())
    page = signed_in(ada).get(reverse("registration:overview")).content.decode()
    assert "mail to it came back on" in page


def test_staff_see_it_beside_the_masked_address(ada, mailbox, make_user):
    health.failed(mailbox, "5.1.1", timezone.now())
    staff = enter(Browser(), make_user("s", roles=("user_administrator",)))
    page = staff.get(reverse("admin:registration_coverage_contact", args=[ada.pk]))
    assert "mail to it came back on" in page.content.decode()
    assert HOME not in page.content.decode()


def test_a_stranger_is_told_nothing(ada, mailbox, client_from, postbox):
    """At a reset the pages are the same, whatever became of the mail."""
    browser = client_from()

    def offered():
        browser.post(reverse("reset:start"), {"username": ada.user_principal_name})
        return browser.get(reverse("reset:method")).content.decode()

    health.failed(mailbox, "5.1.1", timezone.now())
    assert "came back" not in offered()
