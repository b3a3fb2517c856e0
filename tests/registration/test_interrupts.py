"""What a sign-in waits for: the second factor of people with a role, and registration."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.crypto import unseal
from accounts.people.models import RoleGrant
from accounts.policy.models import Policy
from registration.interrupts import RegistrationDue, SecondFactorDue, may_put_off, put_off
from registration.models import Coverage, Factor
from tests.journeys import words_of
from tests.registration.conftest import kinds
from tests.registration.provers import CLIENT, app_code

pytestmark = pytest.mark.django_db
SECOND = "/sign-in/second-factor/"


@pytest.fixture
def required(corp):
    """Corp's policy asks for registration at sign-in."""
    Policy.objects.in_directory(corp).update(registration_required=True)
    return Policy.objects.in_directory(corp)


def is_in(browser):
    return browser.get("/register/").context["user"].is_authenticated


def test_only_people_with_a_role_need_a_second_factor(ada, operator):
    assert not SecondFactorDue().due(ada)
    assert SecondFactorDue().due(operator)


def test_a_role_holder_comes_in_with_password_and_app(operator, signed_in):
    browser = signed_in(operator)
    assert browser.get("/register/")["Location"] == "/sign-in/"
    browser.post(SECOND, {"code": app_code()})
    assert is_in(browser)
    assert kinds() == ["registration.second_factor_passed"]


@pytest.mark.parametrize("code", ["000000", "x", "1" * 90, "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_wrong_app_code_keeps_the_session_nobodys(operator, signed_in, code):
    browser = signed_in(operator)
    page = browser.post(SECOND, {"code": code})
    assert page.context["form"].errors.as_data()["code"][0].code == "wrong"
    assert browser.get("/register/").status_code == 302
    assert kinds() == ["registration.second_factor_failed"]


def test_no_code_is_no_try(operator, signed_in):
    page = signed_in(operator).post(SECOND, {})
    assert page.context["form"].errors.as_data()["code"][0].code == "required"
    assert kinds() == []


def test_ten_wrong_app_codes_pause_the_check_in_every_session(operator, signed_in):
    browser = signed_in(operator)
    for _try in range(10):
        browser.post(SECOND, {"code": "x"})
    page = signed_in(operator).post(SECOND, {"code": app_code()})
    assert page.status_code == 429
    assert page.context["form"].errors.as_data()["code"][0].code == "paused"


def test_a_right_app_code_forgives_the_wrong_ones(operator, signed_in):
    now = timezone.now()
    for minutes in (0, 2):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            browser = signed_in(operator)
            for _try in range(9):
                browser.post(SECOND, {"code": "x"})
            browser.post(SECOND, {"code": app_code()})
            assert is_in(browser)


def test_an_app_code_lets_in_only_once(operator, signed_in):
    code = app_code()
    signed_in(operator).post(SECOND, {"code": code})
    second = signed_in(operator).post(SECOND, {"code": code})
    assert second.context["form"].errors.as_data()["code"][0].code == "wrong"


def test_a_role_holder_without_an_app_sets_one_up_first(make_user, signed_in):
    user = make_user("rosa", roles=("operator",))
    browser = signed_in(user)
    assert "Set up your second check" in words_of(browser.get(SECOND))
    page = browser.post(SECOND, follow=True)
    assert browser.get(page.context["picture_url"]).status_code == 200
    key = _secret_of(user)
    browser.post(page.request["PATH_INFO"], {"code": app_code(secret=key), "name": "Phone"})
    assert is_in(browser)


def test_who_has_an_app_cannot_set_up_another_instead(operator, signed_in):
    browser = signed_in(operator)
    before = Factor.objects.in_directory(operator.directory_id).count()
    browser.post(SECOND, follow=True)
    browser.post("/register/add/authenticator_app/")
    assert Factor.objects.in_directory(operator.directory_id).count() == before


def test_guessing_an_app_out_of_use_does_not_make_room_for_another(operator, signed_in):
    apps = Factor.objects.in_directory(operator.directory_id).filter(method="authenticator_app")
    apps.update(disabled_at=timezone.now())
    browser = signed_in(operator)
    page = browser.post(SECOND, {"code": app_code()})
    assert (page.status_code, "out of use" in words_of(page)) == (403, True)
    assert apps.count() == 1


@pytest.mark.usefixtures("required")
def test_somebody_with_too_few_methods_registers_before_going_on(cleo, signed_in, mailed_code):
    browser = signed_in(cleo, to="/account/")
    page = browser.get("/register/")
    assert "Before you go on" in words_of(page)
    address = browser.post("/register/add/alternate_email/", {"address": "c@home.example"})
    done = browser.post(address["Location"], {"code": mailed_code("c@home.example")})
    assert done["Location"] == "/register/check/"
    assert browser.post("/register/looks-good/")["Location"] == "/account/"


@pytest.mark.usefixtures("required")
def test_who_has_enough_is_not_asked(ada):
    assert not RegistrationDue().due(ada)


def test_nobody_is_asked_where_it_is_not_required(cleo):
    assert not RegistrationDue().due(cleo)


def test_nobody_is_asked_who_could_not_reset_anyway(cleo, required):
    required.update(self_service_reset=False)
    assert not RegistrationDue().due(cleo)


@pytest.mark.parametrize(
    ("days", "age", "due"), [(180, 179, False), (180, 180, True), (0, 1000, False)]
)
def test_what_is_registered_is_confirmed_again_in_time(ada, required, days, age, due):
    """Acceptance example 23."""
    required.update(reconfirm_after_days=days)
    with time_machine.travel(timezone.now() + timedelta(days=age, seconds=1)):
        assert RegistrationDue().due(ada) is due


@pytest.mark.usefixtures("required")
def test_looking_it_over_is_enough_then(ada, signed_in):
    Coverage.objects.in_directory(ada.directory_id).update(confirmed_at=None)
    browser = signed_in(ada, to="/account/")
    assert "is this still right" in words_of(browser.get("/register/"))
    assert browser.post("/register/looks-good/")["Location"] == "/account/"


@pytest.mark.usefixtures("required")
def test_looking_nothing_over_does_not_let_anybody_in(cleo, signed_in):
    browser = signed_in(cleo, to="/account/")
    assert browser.post("/register/looks-good/")["Location"] == "/register/check/"
    assert browser.get("/register/check/")["Location"] == "/register/"


def test_registration_may_be_put_off_as_often_as_the_policy_says(cleo, required):
    required.update(registration_skips=2)
    assert [put_off(cleo, client=CLIENT) for _time in range(3)] == [True, True, False]
    assert kinds() == ["registration.put_off"] * 2


@pytest.mark.parametrize(("days", "possible"), [(6, True), (7, False)])
def test_registration_may_be_put_off_for_as_long_as_the_policy_says(cleo, required, days, possible):
    required.update(registration_skips=100, registration_skip_days=7)
    put_off(cleo, client=CLIENT)
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert may_put_off(cleo) is possible


@pytest.mark.usefixtures("required")
def test_not_now_lets_in_and_asks_again_next_day(cleo, signed_in):
    browser = signed_in(cleo, to="/account/")
    assert browser.post("/register/not-now/")["Location"] == "/account/"
    assert not RegistrationDue().due(cleo)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert RegistrationDue().due(cleo)


def test_a_stricter_policy_never_breaks_a_running_session(cleo, corp, signed_in):
    browser = signed_in(cleo)
    Policy.objects.in_directory(corp).update(registration_required=True)
    assert is_in(browser)


def test_a_role_granted_meanwhile_does_not_end_a_session(ada, signed_in):
    browser = signed_in(ada)
    RoleGrant.objects.create(directory=ada.directory, user=ada, role="helpdesk")
    assert is_in(browser)


def _secret_of(user):
    row = Factor.objects.in_directory(user.directory_id).get(user=user)
    return unseal("authenticator_app", bytes(row.secret))


def test_a_session_of_somebody_without_a_role_sets_up_no_app_here(cleo, signed_in):
    page = signed_in(cleo).post(SECOND)
    assert page["Location"] == "/register/"
    assert not Factor.objects.in_directory(cleo.directory_id).exists()


def test_an_app_is_set_up_only_after_the_password(ada, signed_in):
    browser = signed_in(ada)
    RoleGrant.objects.create(directory=ada.directory, user=ada, role="helpdesk")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert browser.post(SECOND)["Location"].startswith("/sign-in/again/")
