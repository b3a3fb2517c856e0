"""What a passkey proves, and everything that looks like it and proves nothing."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from registration.challenges import Verdict
from registration.methods.passkey import PasskeyMethod
from registration.models import Challenge, Factor, Passkey, Purpose
from tests.cast import add_passkey, passkey_of
from tests.registration.provers import answer, issue
from tests.registration.test_sameness import statements
from tests.support.authenticator import PRESENT, VERIFIED, with_signature_changed

pytestmark = pytest.mark.django_db
ADD = "/register/add/passkey/"


@pytest.fixture(autouse=True)
def _policy(corp):
    Policy.objects.in_directory(corp).update(methods=["alternate_email", "passkey"])


@pytest.fixture
def asked(cleo):
    """A question to Cleo's passkey."""
    return issue(add_passkey(cleo), "passkey")


def verdict(challenge, text):
    return answer(challenge, text).verdict


def as_json(**changes):
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}} | changes)


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://localhost.example"},
        {"origin": "http://localhost:8001"},
        {"site": "localhost.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"changes": {"type": "webauthn.create"}},
        {"changes": {"challenge": "AAAA"}},
        {"handle": b"somebody else's"},
        {"seed": "another device"},
    ],
    ids=str,
)
def test_what_was_made_for_something_else_proves_nothing(asked, cleo, forged):
    """S-C46: a passkey answers this portal, this moment and its owner, and nobody else."""
    device = passkey_of(cleo)
    for name, value in forged.items():
        setattr(device, name, value)
    assert verdict(asked, device.use(asked.facts["challenge"])) is Verdict.WRONG


def test_a_changed_signature_proves_nothing(asked, cleo):
    shown = passkey_of(cleo).use(asked.facts["challenge"])
    assert verdict(asked, with_signature_changed(shown)) is Verdict.WRONG


@pytest.mark.parametrize(
    "text",
    ["[" * 16_000, "{}", as_json(), as_json(response=7), as_json(rawId=["AA"]), "null"],
    ids=["deep", "empty", "without parts", "number", "list", "null"],
)
def test_what_is_no_passkey_is_wrong_and_breaks_nothing(asked, text):
    assert verdict(asked, text) is Verdict.WRONG


def test_an_answer_opens_no_other_challenge(asked, cleo):
    """P-C48: neither a second one of the same attempt, nor one for another purpose."""
    shown = passkey_of(cleo).use(asked.facts["challenge"])
    for purpose in (Purpose.RESET, Purpose.SIGN_IN):
        assert verdict(issue(asked.factor, "passkey", purpose=purpose), shown) is Verdict.WRONG
    assert verdict(asked, shown) is Verdict.PASSED
    assert verdict(asked, shown) is Verdict.CLOSED


def test_a_challenge_is_used_once_even_by_a_wrong_answer(asked, cleo):
    """P-C48: what was answered wrongly is asked anew."""
    shown = passkey_of(cleo).use(asked.facts["challenge"])
    before = dict(asked.facts)
    assert verdict(asked, with_signature_changed(shown)) is Verdict.WRONG
    assert asked.facts != before
    assert verdict(asked, shown) is Verdict.WRONG
    assert verdict(asked, passkey_of(cleo).use(asked.facts["challenge"])) is Verdict.PASSED


def test_somebody_elses_passkey_opens_nothing(asked, make_user):
    dora = make_user("dora")
    add_passkey(dora)
    assert verdict(asked, passkey_of(dora).use(asked.facts["challenge"])) is Verdict.WRONG


def test_any_passkey_of_the_person_will_do_and_is_the_one_that_counts(asked, cleo):
    other = add_passkey(cleo, "other")
    assert verdict(asked, passkey_of(cleo, "other").use(asked.facts["challenge"])) is Verdict.PASSED
    kept = Challenge.objects.in_directory(cleo.directory_id).get(pk=asked.pk)
    assert kept.factor_id == other.pk


@pytest.mark.parametrize(
    "state",
    [
        {"disabled_at": timezone.now()},
        {"confirmed_at": None},
        {"usable_from": timezone.now() + timedelta(hours=1)},
    ],
    ids=["disabled", "unconfirmed", "resting"],
)
def test_a_passkey_that_does_not_count_opens_no_reset(asked, cleo, state):
    """Chosen on the device instead of the one that was asked: the same rules hold for it."""
    add_passkey(cleo, "other", **state)
    shown = passkey_of(cleo, "other").use(asked.facts["challenge"])
    assert verdict(asked, shown) is Verdict.WRONG


def test_a_passkey_that_was_removed_meanwhile_opens_nothing(asked, cleo):
    shown = passkey_of(cleo).use(asked.facts["challenge"])
    Factor.objects.in_directory(cleo.directory_id).all().delete()
    assert verdict(asked, shown) is Verdict.WRONG


@pytest.mark.parametrize(("kept", "shown", "right"), [(7, 8, True), (7, 7, False), (7, 3, False)])
def test_a_count_that_does_not_go_up_means_a_copy(cleo, kept, shown, right):
    """WebAuthn section 6.1.1."""
    challenge = issue(add_passkey(cleo, count=kept), "passkey")
    device = passkey_of(cleo)
    device.count = shown - 1
    assert (verdict(challenge, device.use(challenge.facts["challenge"])) is Verdict.PASSED) is right
    noted = AuditRecord.objects.in_directory(cleo.directory_id)
    assert noted.filter(kind="registration.passkey_copied").exists() is not right
    row = Passkey.objects.in_directory(cleo.directory_id).get()
    assert row.sign_count == max(kept, shown)


def test_a_device_that_counts_does_not_stop_counting(cleo):
    """A count of 0 is fine only where there never was another."""
    challenge = issue(add_passkey(cleo, count=7), "passkey")
    assert verdict(challenge, passkey_of(cleo).use(challenge.facts["challenge"])) is Verdict.WRONG


def test_a_strangers_passkey_asks_the_database_the_same_of_somebody_and_nobody(asked, corp):
    """I9: well-formed answers, too, cannot tell who exists."""
    nobody = issue(None, "passkey", directory=corp, destination_key="a name")
    assert len(nobody.facts["challenge"]) == len(asked.facts["challenge"])
    seen = []
    for challenge in (asked, nobody):
        shown = passkey_of(None).use(challenge.facts["challenge"])
        with CaptureQueriesContext(connection) as captured:
            result = answer(challenge, shown)
        seen.append((statements(captured), result))
    assert seen[0] == seen[1]


def test_what_browsers_are_asked_names_nobody(asked, corp):
    nobody = issue(None, "passkey", directory=corp)
    forms = [PasskeyMethod().form(each) for each in (asked, nobody)]
    shown = [json.loads(form.options) | {"challenge": ""} for form in forms]
    assert shown[0] == shown[1]
    assert (shown[0]["allowCredentials"], shown[0]["userVerification"]) == ([], "required")


class TestMaking:
    """Adding one in the registration portal."""

    @pytest.fixture
    def browser(self, cleo, signed_in):
        return signed_in(cleo)

    @pytest.fixture
    def begun(self, browser, cleo):
        """Where the new passkey is confirmed, and what the browser is asked there."""
        address = browser.post(ADD)["Location"]
        return address, json.loads(browser.get(address).context["form"].options)

    def test_a_passkey_is_made_named_and_works(self, browser, begun, cleo, corp):
        address, asked = begun
        device = passkey_of(cleo)
        shown = device.make(asked["challenge"])
        browser.post(address, {"credential": shown, "name": "Blue phone"})
        factor = Factor.objects.in_directory(corp).get()
        assert (factor.label, factor.confirmed_at is not None) == ("Blue phone", True)
        assert factor.passkey.transports == ["internal"]
        challenge = issue(factor, "passkey")
        assert verdict(challenge, device.use(challenge.facts["challenge"])) is Verdict.PASSED

    def test_the_browser_is_asked_for_one_that_names_nobody(self, browser, begun, cleo):
        _address, asked = begun
        chosen = asked["authenticatorSelection"]
        assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
        assert (asked["attestation"], asked["rp"]["id"]) == ("none", "localhost")
        assert [each["alg"] for each in asked["pubKeyCredParams"]] == [-7, -8, -257]
        assert len(asked["user"]["id"]) == 86  # 64 bytes
        assert asked["excludeCredentials"] == []

    def test_what_the_person_has_is_not_made_twice(self, browser, cleo):
        add_passkey(cleo)
        address = browser.post(ADD)["Location"]
        asked = json.loads(browser.get(address).context["form"].options)
        assert len(asked["excludeCredentials"]) == 1
        browser.post(address, {"credential": passkey_of(cleo).make(asked["challenge"])})
        assert (
            Factor.objects.in_directory(cleo.directory_id).exclude(confirmed_at=None).count() == 1
        )

    @pytest.mark.parametrize(
        "forged",
        [
            {"origin": "https://localhost"},
            {"site": "other.example"},
            {"flags": PRESENT},
            {"changes": {"type": "webauthn.get"}},
            {"changes": {"challenge": "AAAA"}},
        ],
        ids=str,
    )
    def test_what_was_made_for_something_else_is_not_kept(self, browser, begun, cleo, forged):
        address, asked = begun
        device = passkey_of(cleo)
        for name, value in forged.items():
            setattr(device, name, value)
        page = browser.post(address, {"credential": device.make(asked["challenge"])})
        assert page.context["form"].has_error("credential", "wrong")
        assert json.loads(page.context["form"].options)["challenge"] != asked["challenge"]
        assert not Passkey.objects.in_directory(cleo.directory_id).exists()

    def test_without_javascript_the_page_says_what_is_missing(self, browser, begun):
        page = browser.post(begun[0], {"credential": ""})
        assert page.context["form"].has_error("credential", "required")

    def test_five_are_enough(self, browser, cleo):
        for number in range(5):
            add_passkey(cleo, str(number))
        page = browser.post(ADD)
        assert page.context["form"].has_error("__all__", "too_many")
