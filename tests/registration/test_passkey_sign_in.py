"""Signing in with a passkey, and everything that must not."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits.services import spend
from accounts.people.models import User
from registration.models import Challenge, Factor
from registration.passkeys import sign_in as passkey_sign_in
from tests.cast import add_passkey, passkey_of
from tests.support.authenticator import PRESENT, with_signature_changed

pytestmark = pytest.mark.django_db
PAGE, OPTIONS = "/sign-in/passkey/", "/sign-in/passkey/options/"


@pytest.fixture
def browser(client_from):
    return client_from()


@pytest.fixture
def device(cleo):
    add_passkey(cleo)
    return passkey_of(cleo)


def asked(browser):
    """The challenge that this browser is given."""
    return browser.get(OPTIONS).json()["challenge"]


def show(browser, text, to="/account/"):
    return browser.post(f"{PAGE}?next={to}", {"credential": text})


def is_in(browser):
    return browser.get("/account/").status_code == 200


def refused_because(corp):
    kept = AuditRecord.objects.in_directory(corp).filter(kind="registration.passkey_refused")
    return [json.loads(bytes(entry.body))["facts"]["because"] for entry in kept.order_by("pk")]


def test_a_passkey_is_enough(browser, device, corp):
    stranger = browser.cookies.get("session")
    page = show(browser, device.use(asked(browser)))
    assert (page.status_code, page["Location"]) == (302, "/account/")
    assert is_in(browser)
    assert browser.cookies["session"] != stranger
    assert AuditRecord.objects.in_directory(corp).filter(kind="signin.signed_in").exists()


def test_what_browsers_are_asked_names_nobody_and_writes_nothing(browser, corp):
    first, second = browser.get(OPTIONS).json(), browser.get(OPTIONS).json()
    assert (first["allowCredentials"], first["userVerification"]) == ([], "required")
    assert first["challenge"] != second["challenge"]
    assert not Challenge.objects.in_directory(corp).exists()
    assert "session" not in browser.cookies


def test_a_challenge_opens_one_session(browser, device, client_from, corp):
    """P-C48: neither the same answer again, nor another answer to the same challenge."""
    challenge = asked(browser)
    cookies = browser.cookies.copy()
    show(browser, device.use(challenge))
    for _again in range(2):
        thief = client_from()
        thief.cookies = cookies.copy()
        show(thief, device.use(challenge))
        assert not is_in(thief)
    assert refused_because(corp) == ["used", "used"]


def test_a_challenge_of_another_browser_opens_nothing(browser, device, client_from, corp):
    """S-C46: what was shown to a page that was passed on signs nobody else in."""
    shown = device.use(asked(browser))
    thief = client_from()
    asked(thief)
    show(thief, shown)
    assert not is_in(thief)
    assert refused_because(corp) == ["proof"]


@pytest.mark.parametrize(
    "challenge", ["", "AAAA", "A" * 54], ids=["none", "short", "of our length"]
)
def test_a_challenge_we_did_not_make_opens_nothing(browser, device, challenge, corp):
    asked(browser)
    show(browser, device.use(challenge))
    assert not is_in(browser)


def test_a_challenge_gets_old(browser, device, corp, monkeypatch):
    monkeypatch.setattr(passkey_sign_in, "LIFE", timedelta(seconds=-1))
    show(browser, device.use(asked(browser)))
    assert not is_in(browser)
    assert refused_because(corp) == ["late"]


@pytest.mark.parametrize(
    "forged",
    [{"origin": "https://localhost"}, {"site": "x.example"}, {"flags": PRESENT}, {"handle": b"x"}],
    ids=str,
)
def test_what_was_made_for_something_else_opens_nothing(browser, device, corp, forged):
    for name, value in forged.items():
        setattr(device, name, value)
    page = show(browser, device.use(asked(browser)))
    assert page.context["form"].has_error("credential", "refused")
    assert (is_in(browser), refused_because(corp)) == (False, ["proof"])


def test_nonsense_and_strangers_are_told_the_same(browser, device, corp):
    texts = [
        "nonsense",
        passkey_of(None).use(asked(browser)),
        with_signature_changed(device.use(asked(browser))),
    ]
    pages = [show(browser, text) for text in texts]
    assert len({tuple(page.context["form"].errors["credential"]) for page in pages}) == 1
    assert refused_because(corp) == ["proof", "unknown", "proof"]


@pytest.mark.parametrize("what", ["factor disabled", "unconfirmed", "account disabled", "removed"])
def test_what_does_not_count_opens_nothing(browser, device, cleo, what):
    shown = device.use(asked(browser))
    factors = Factor.objects.in_directory(cleo.directory_id)
    if what == "account disabled":
        User.objects.in_directory(cleo.directory_id).filter(pk=cleo.pk).update(enabled=False)
    elif what == "removed":
        factors.all().delete()
    else:
        now = timezone.now() if what == "factor disabled" else None
        factors.update(**{"disabled_at" if now else "confirmed_at": now})
    show(browser, shown)
    assert not is_in(browser)


def test_strangers_who_lock_the_password_lock_no_passkey(browser, device, client_from, corp):
    stranger = client_from("203.0.113.9")
    for number in range(corp.lockout_threshold + 1):
        fields = {"username": "cleo@corp.example", "password": f"guess {number}"}
        page = stranger.post("/sign-in/", fields)
    assert page.status_code == 429
    show(browser, device.use(asked(browser)))
    assert is_in(browser)


def test_a_network_that_tries_a_lot_is_paused(browser, device):
    for _try in range(passkey_sign_in.PER_NETWORK.times):
        spend(passkey_sign_in.PER_NETWORK, "192.0.2.0/24")
    page = show(browser, device.use(asked(browser)))
    assert page.status_code == 429
    assert page.context["form"].has_error("credential", "paused")


def test_a_password_that_is_due_still_comes_first(browser, device, cleo):
    User.objects.in_directory(cleo.directory_id).filter(pk=cleo.pk).update(
        must_change_password=True
    )
    assert show(browser, device.use(asked(browser)))["Location"] == "/change/"
    assert not is_in(browser)


def test_staff_need_nothing_beside_a_passkey(browser, operator):
    """P-C53: the owner was verified by the device, so it is both checks at once."""
    add_passkey(operator)
    page = show(browser, passkey_of(operator).use(asked(browser)), to="/admin/")
    assert page["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_only_a_page_of_ours_is_opened_afterwards(browser, device):
    shown = device.use(asked(browser))
    assert show(browser, shown, to="https://elsewhere.example/")["Location"] == "/"


class TestBesideAPassword:
    """The second check of staff."""

    SECOND = "/sign-in/second-factor/"

    @pytest.fixture
    def stopped(self, operator, signed_in):
        add_passkey(operator)
        return signed_in(operator, to="/admin/")

    @pytest.fixture
    def address(self, operator):
        mine = Factor.objects.in_directory(operator.directory_id).filter(user=operator)
        return f"{self.SECOND}?use={mine.get(method='passkey').pk}"

    def challenge(self, browser, address):
        return json.loads(browser.get(address).context["form"].options)["challenge"]

    def test_a_passkey_does_instead_of_the_app(self, stopped, address, operator):
        shown = passkey_of(operator).use(self.challenge(stopped, address))
        assert stopped.post(address, {"credential": shown})["Location"] == "/admin/"
        assert stopped.get("/admin/").status_code == 200

    def test_the_question_stays_while_the_page_is_looked_at_again(self, stopped, address):
        assert self.challenge(stopped, address) == self.challenge(stopped, address)

    def test_an_answer_counts_in_its_own_session_only(self, stopped, address, operator, signed_in):
        """P-C48: a challenge belongs to the session that was asked."""
        shown = passkey_of(operator).use(self.challenge(stopped, address))
        elsewhere = signed_in(operator, to="/admin/")
        page = elsewhere.post(address, {"credential": shown})
        assert page.context["form"].has_error("credential", "wrong")
        assert elsewhere.get("/admin/").status_code == 302

    def test_somebody_elses_passkey_does_not(self, stopped, address, cleo):
        add_passkey(cleo)
        shown = passkey_of(cleo).use(self.challenge(stopped, address))
        page = stopped.post(address, {"credential": shown})
        assert page.context["form"].has_error("credential", "wrong")

    def test_it_can_be_the_first_one(self, make_user, signed_in):
        dora = make_user("dora", roles=("operator",))
        browser = signed_in(dora, to="/admin/")
        begun = browser.post(self.SECOND, {"method": "passkey"})["Location"]
        asked = json.loads(browser.get(begun).context["form"].options)["challenge"]
        browser.post(begun, {"credential": passkey_of(dora).make(asked)})
        assert browser.get("/admin/").status_code == 200

    def test_what_is_no_second_check_cannot_be_set_up_as_one(self, make_user, signed_in):
        browser = signed_in(make_user("dora", roles=("operator",)))
        assert browser.post(self.SECOND, {"method": "alternate_email"}).status_code == 404
