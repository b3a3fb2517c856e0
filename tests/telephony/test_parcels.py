"""From the outbox to the telephone and back: what a person can answer with, and what is told.

S-F24: a lost answer may repeat a message and never its code; trouble counts once in a limit.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.limits.models import Tally
from accounts.outbox.models import Parcel
from registration.challenges import Verdict
from registration.methods.base import SentCode
from registration.telephony import services, texts
from tests import cast
from tests.registration.conftest import kinds
from tests.registration.provers import answer, issue
from tests.support import canary
from tests.support.telephone_company import Answer, refusal
from tests.telephony.conftest import NUMBER, by_twilio

pytestmark = pytest.mark.django_db


class ByText(SentCode):
    """As small as a method by text can be."""

    slug = "by_text"
    name = label = hint = "Text"
    icon = "text"

    def deliver(self, challenge, factor, code):
        body = texts.sms(code, "Corp", "to reset your password", "en", "password.corp.example")
        services.send_text(
            factor.address, body, directory=challenge.directory_id, challenge=challenge.pk
        )


@pytest.fixture
def challenge(settings, company, cleo):
    """Waits in the outbox, with Twilio behind it."""
    settings.VERIFICATION_METHODS = {"by_text": f"{__name__}.ByText"}
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    return issue(cast.add_factor(cleo, "by_text", address=NUMBER), "by_text")


@pytest.fixture
def codes(company):
    """The codes that the company was given, oldest first."""

    def read():
        bodies = [asked.fields["Body"] for asked in company.asked]
        return [canary.watch(body.rpartition("#")[2]) for body in bodies]

    return read


def later(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def test_the_code_of_a_text_passes(challenge, run_outbox, codes, no_secret_kept):
    canary.watch(NUMBER.removeprefix("+"))
    Factor = type(challenge.factor)
    run_outbox()
    Factor.objects.in_directory(challenge.directory_id).update(address="")
    assert answer(challenge, codes()[0]).verdict is Verdict.PASSED
    assert kinds() == ["registration.code_sent"]


def test_after_a_lost_answer_only_the_new_code_is_right(challenge, run_outbox, codes, company):
    company.script = [Answer(cuts=True)]
    run_outbox()
    with later(6):
        run_outbox()
        old, new = codes()
        assert answer(challenge, old).verdict is Verdict.WRONG
        assert answer(challenge, new).verdict is Verdict.PASSED
    assert kinds() == ["registration.code_not_sent", "registration.code_sent"]
    assert Tally.objects.get(limit="registration.sends_to_one_address").count == 1


def test_two_lost_answers_are_enough(challenge, run_outbox, codes, company):
    company.script = [Answer(cuts=True)] * 9
    run_outbox()
    for seconds in (6, 30, 120, 500):
        with later(seconds):
            run_outbox()
    assert (len(codes()), Parcel.objects.get().failure) == (2, "")


def test_a_provider_that_is_down_delays_a_code(challenge, run_outbox, codes, company):
    company.script = [refusal(503, 20503)]
    run_outbox()
    with later(6):
        run_outbox()
        assert answer(challenge, codes()[-1]).verdict is Verdict.PASSED


def test_a_number_out_of_service_is_given_up_and_said_to_be_so(challenge, run_outbox, company):
    company.script = [refusal(400, 21211)]
    run_outbox()
    assert kinds() == ["registration.code_undeliverable"]
    assert Parcel.objects.get().finished_at
