"""Temporary passes: given by those who may, good once, for a while, and no cover."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from registration import passes
from registration.challenges import Verdict
from registration.models import Coverage, Factor
from registration.tasks import sweep
from tests import cast
from tests.journeys import ResetJourney, words_of
from tests.registration.conftest import kinds
from tests.registration.provers import CLIENT, answer, issue
from tests.support import canary

pytestmark = pytest.mark.django_db
SLUG = "temporary_pass"


@pytest.fixture(autouse=True)
def _allowed(corp):
    methods = ["alternate_email", SLUG]
    Policy.objects.in_directory(corp).update(methods=methods, factor_rest_hours=24)


@pytest.fixture
def give(helpdesk, cleo):
    def give(**fields):
        values = {"actor": helpdesk, "client": CLIENT, "note": "INC-1", **fields}
        return canary.watch(passes.issue(cleo, **values))

    return give


def passes_of(user):
    return list(Factor.objects.in_directory(user.directory_id).filter(user=user, method=SLUG))


def test_a_pass_opens_a_reset_at_once(give, cleo, no_secret_kept):
    text = give()
    journey = ResetJourney().start("cleo@corp.example").choose().answer(text.lower())
    assert journey.step == "reset:password"
    journey.save()
    assert journey.step == "reset:done"
    assert kinds() == ["registration.pass_issued"]
    [notice] = Parcel.objects.filter(kind="notice", payload__notice="pass_issued")
    assert notice.payload["to"] == "cleo@mail.example"


def test_a_pass_is_good_once(give, cleo):
    text = give()
    [factor] = passes_of(cleo)
    assert answer(issue(factor, SLUG), text).passed
    assert answer(issue(factor, SLUG), text).verdict is Verdict.WRONG
    factor.refresh_from_db()
    assert not factor.is_usable()
    assert factor.stands()


@pytest.mark.parametrize(("minutes", "verdict"), [(59, Verdict.PASSED), (61, Verdict.WRONG)])
def test_a_pass_lasts_an_hour(give, cleo, minutes, verdict):
    text = give()
    [factor] = passes_of(cleo)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert answer(issue(factor, SLUG), text).verdict is verdict


@pytest.mark.parametrize(
    ("lasts", "fits"),
    [
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
    ],
)
def test_a_pass_lasts_ten_minutes_to_a_day(give, cleo, lasts, fits):
    with nullcontext() if fits else pytest.raises(ValidationError, match="10 minutes"):
        give(lifetime=lasts)
    assert bool(passes_of(cleo)) is fits


def test_only_the_newest_pass_counts_and_it_can_be_revoked(give, cleo, helpdesk):
    old, new = give(), give()
    [factor] = passes_of(cleo)
    assert answer(issue(factor, SLUG), old).verdict is Verdict.WRONG
    challenge = issue(factor, SLUG)
    assert passes.revoke(cleo, actor=helpdesk, client=CLIENT)
    assert not passes.revoke(cleo, actor=helpdesk, client=CLIENT)
    assert answer(challenge, new).verdict is Verdict.WRONG
    assert kinds()[-1] == "registration.pass_revoked"


def test_nobody_gives_a_pass_above_their_power(give, cleo, helpdesk, administrator, reader):
    for actor, person in ((cleo, cleo), (reader, cleo), (helpdesk, administrator)):
        with pytest.raises(PermissionDenied):
            passes.issue(person, actor=actor, client=CLIENT, note="INC-1")
        with pytest.raises(PermissionDenied):
            passes.revoke(person, actor=actor, client=CLIENT)


def test_a_policy_without_passes_has_none(give, corp):
    Policy.objects.in_directory(corp).update(methods=["alternate_email", "authenticator_app"])
    with pytest.raises(ValidationError, match="no temporary passes"):
        give()


def test_a_pass_is_no_cover_and_cannot_be_added_by_oneself(give, cleo, signed_in):
    give()
    browser = signed_in(cleo)
    words = words_of(browser.get("/register/"))
    assert "Not covered yet" in words
    assert "valid once, until" in words
    assert not Coverage.objects.in_directory(cleo.directory_id).get(user=cleo).registered
    assert browser.get(f"/register/add/{SLUG}/").status_code == 404


def test_everybody_under_the_policy_is_offered_it(cleo, ada, give):
    """S-D02: that somebody was given a pass shows to nobody."""
    label = "Enter a temporary pass from the helpdesk"
    cast.add_mailbox(cleo)
    for given in (False, True):
        if given:
            give()
        for name in ("cleo", "ada", "nobody.knows"):
            assert ResetJourney().start(f"{name}@corp.example").words.count(label) == 1


def test_what_somebody_prefers_still_comes_first(cleo, corp, give):
    methods = ["alternate_email", "authenticator_app", SLUG]
    Policy.objects.in_directory(corp).update(methods=methods)
    cast.add_mailbox(cleo)
    cast.add_app(cleo, is_preferred=True)
    give()
    words = ResetJourney().start("cleo@corp.example").words
    places = [
        words.index(word) for word in ("authenticator app", "alternate email", "from the helpdesk")
    ]
    assert places == sorted(places)


def test_a_pass_nobody_has_is_wrong(cleo):
    cast.add_mailbox(cleo)
    journey = ResetJourney().start("cleo@corp.example").choose(1).answer(cast.codes()[0])
    assert "That pass is not right" in journey.words


def test_passes_that_ended_are_swept_up(give, cleo):
    give()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        sweep()
    assert not passes_of(cleo)
