"""Who reads what."""

import uuid

import pytest
from django.urls import reverse

from tests.audit.happenings import VISITOR
from tests.reports.visits import EXPORT, URL, enter, happen, happen_each

PAGES = [URL, EXPORT, f"{URL}attempts/{uuid.UUID(int=7)}/"]
READERS = ["operator", "directory_administrator", "reports_reader", "auditor"]
OTHERS = ["policy_administrator", "user_administrator", "helpdesk"]


@pytest.fixture
def attempt(corp, ada):
    happen(corp, subject=ada, attempt=uuid.UUID(int=7))


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, attempt, page):
    answer = client.get(page)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("page", PAGES)
def test_a_person_without_a_role_is_refused(client, ben, attempt, page):
    assert enter(client, ben).get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", OTHERS)
def test_roles_that_do_not_read_reports_are_refused(client, make_user, attempt, role, page):
    assert enter(client, make_user("staff", roles=(role,))).get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", READERS)
def test_readers_of_reports_are_let_in(client, make_user, attempt, role, page):
    assert enter(client, make_user("staff", roles=(role,))).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_without_second_factor_is_asked_for_it(client, reader, attempt, page):
    answer = enter(client, reader, second_factor=False).get(page)
    assert (answer.status_code, answer["Location"]) == (302, reverse("registration:second_factor"))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_can_be_posted(desk, attempt, page):
    assert desk.post(page).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_by_a_cache(desk, attempt, page):
    assert "no-store" in desk.get(page)["Cache-Control"]


def test_a_reader_sees_nothing_of_another_directory(desk, other, make_user):
    happen_each(other, 3, subject=make_user("zoe", directory=other))
    page = desk.get(URL).content.decode()
    assert "zoe@other.example" not in page
    assert "Nothing has happened yet" in page
    assert b"zoe" not in b"".join(desk.get(EXPORT))


def test_an_attempt_of_another_directory_does_not_exist(desk, other):
    foreign = happen_each(other, 1)[0]
    assert desk.get(f"{URL}attempts/{foreign}/").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_cannot_choose_another_directory(desk, other, attempt, page):
    assert desk.get(page, {"directory": other.pk}).status_code == 404


@pytest.mark.parametrize("directory", ["0", "-1", "x", "9" * 30, "1 OR 1=1", "٣٣٣"])
def test_a_directory_that_does_not_exist_is_not_found(client, operator, directory):
    assert enter(client, operator).get(URL, {"directory": directory}).status_code == 404


def test_an_operator_chooses_the_directory(client, operator, other, make_user):
    happen(other, subject=make_user("zoe", directory=other))
    page = enter(client, operator).get(URL, {"directory": other.pk}).content.decode()
    assert "zoe@other.example" in page
    assert '<select name="directory"' in page


def test_a_reader_is_offered_no_choice_of_directories(desk, other):
    assert "Other" not in desk.get(URL).content.decode()


@pytest.mark.parametrize("role", ["operator", "directory_administrator", "auditor"])
def test_who_audits_sees_the_address_of_the_client(client, make_user, attempt, role):
    visit = enter(client, make_user("staff", roles=(role,)))
    assert VISITOR.address in visit.get(PAGES[2]).content.decode()
    assert VISITOR.address.encode() in b"".join(visit.get(EXPORT))


def test_a_reports_reader_sees_the_network_only(desk, attempt):
    page = desk.get(PAGES[2]).content.decode()
    exported = b"".join(desk.get(EXPORT)).decode()
    assert VISITOR.network in page
    assert VISITOR.address not in page
    assert VISITOR.network in exported
    assert VISITOR.address not in exported
