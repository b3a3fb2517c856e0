"""The worker's part: a code is made, its hash kept, the message sent; and what if not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.limits.models import Tally
from accounts.outbox import services as outbox
from accounts.outbox.models import Parcel
from registration import tasks
from registration.challenges import Verdict
from registration.models import Challenge
from tests import cast
from tests.registration.conftest import kinds
from tests.registration.provers import CLIENT, answer, app_code, issue

pytestmark = pytest.mark.django_db
EMAIL = "alternate_email"
HOME = "cleo@home.example"


@pytest.fixture
def challenge(cleo):
    return issue(cast.add_mailbox(cleo), EMAIL)


def later(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def test_a_code_arrives_and_passes(challenge, mailed_code):
    assert answer(challenge, mailed_code(HOME)).verdict is Verdict.PASSED
    assert kinds() == ["registration.code_sent"]


def test_the_message_says_why_and_from_where(challenge, mailed_code, postbox):
    code = mailed_code(HOME)
    mail = postbox.to(HOME)[0]
    for kind in ("plain", "html"):
        text = " ".join(mail.get_body((kind,)).get_content().split())
        assert code in text
        assert "to reset your password" in text
        assert "a phone, " in text
        assert CLIENT.network in text
        assert f"{CLIENT.address} " not in text


def test_no_code_is_in_the_database_or_a_log(challenge, mailed_code, no_secret_kept):
    mailed_code(HOME)
    kept = Challenge.objects.in_directory(challenge.directory_id).get()
    assert len(kept.code_hash) == 32


@pytest.mark.parametrize("trouble", ["451 Busy", "421 Closing"])
def test_a_busy_mail_server_is_asked_again_for_a_new_code(
    challenge, postbox, run_outbox, mailed_code, trouble
):
    postbox.refuse_with = trouble
    run_outbox()
    assert (postbox.messages, kinds()) == ([], ["registration.code_not_sent"])
    postbox.refuse_with = ""
    with later(6):
        assert answer(challenge, mailed_code(HOME)).verdict is Verdict.PASSED


def test_trying_again_costs_the_address_nothing(challenge, postbox, run_outbox):
    postbox.refuse_with = "451 Busy"
    run_outbox()
    with later(6):
        run_outbox()
    assert Tally.objects.get(limit="registration.sends_to_one_address").count == 1


def test_an_address_that_does_not_exist_is_given_up(challenge, postbox, run_outbox):
    postbox.refuse_with = "550 No such mailbox"
    run_outbox()
    assert kinds() == ["registration.code_undeliverable", "registration.factor_failing"]
    assert Parcel.objects.get().finished_at


def test_nothing_is_sent_when_it_is_too_late(challenge, postbox, run_outbox):
    with later(601):
        run_outbox()
    assert (postbox.messages, Parcel.objects.get().failure) == ([], "expired")


def test_nothing_is_sent_for_a_challenge_that_is_over(challenge, postbox, run_outbox):
    Challenge.objects.in_directory(challenge.directory_id).update(closed_at=timezone.now())
    run_outbox()
    assert (postbox.messages, kinds()) == ([], [])


def test_nothing_is_sent_to_nobody(corp, postbox, run_outbox):
    challenge = issue(None, EMAIL, directory=corp)
    run_outbox()
    challenge.refresh_from_db()
    assert (postbox.messages, len(challenge.code_hash)) == ([], 32)


def test_a_challenge_that_is_gone_is_no_trouble(challenge, postbox):
    challenge.delete()
    assert outbox.work() == 1
    assert Parcel.objects.get().failure == ""


def test_questions_nobody_answered_are_swept_and_evidence_is_kept(ben):
    app = ben.factors.in_directory(ben.directory_id).get(method="authenticator_app")
    passed, forgotten = issue(app, app.method), issue(app, app.method)
    answer(passed, app_code())
    with later(7 * 86_400 + 1801):
        assert tasks.sweep() == 1
    left = Challenge.objects.in_directory(ben.directory_id)
    assert [each.pk for each in left] == [passed.pk]
    assert forgotten.pk != passed.pk
