"""The front door, before and after signing in."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people import groups
from accounts.people.models import Application, Directory
from accounts.policy.models import Policy
from accounts.signin.models import Session
from tests.cast import make_directory
from tests.journeys import Journey, words_of
from tests.reports.visits import enter

pytestmark = pytest.mark.django_db


def link(directory, name, **fields):
    values = {"url": f"https://{name.lower()}.corp.example/", **fields}
    return Application.objects.create(directory=directory, name=name, **values)


def shown(client):
    """The names of the links on somebody's start page, in order."""
    return [one.name for one in client.get("/").context["applications"]]


@pytest.fixture
def adas(ada):
    return enter(Client(), ada, second_factor=False)


def test_the_front_door_has_five_ways_and_needs_no_sign_in(corp, client):
    page = client.get("/")
    hrefs = re.findall(r'class="way[^"]*" href="([^"]+)"', page.content.decode())
    assert hrefs == [
        reverse("reset:start"),
        f"{reverse('reset:start')}?goal=unlock",
        reverse("change:change"),
        reverse("registration:overview"),
        reverse("reset:contact"),
    ]
    assert not Session.objects.exists()


def test_there_is_a_front_door_before_there_is_a_directory(client):
    assert client.get("/").status_code == 200
    assert client.get("/reset/contact/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "policy", "href"),
    [
        ({}, {}, "/reset/contact/"),
        ({"helpdesk_phone": "01632 960150"}, {}, "/reset/contact/"),
        ({}, {"helpdesk_link": "help@corp.example"}, "mailto:help@corp.example"),
        (
            {"helpdesk_phone": "01632 960150"},
            {"helpdesk_link": "https://help.corp.example/"},
            "https://help.corp.example/",
        ),
    ],
)
def test_the_helpdesk_is_where_the_directory_says(corp, client, fields, policy, href):
    Directory.objects.filter(pk=corp.pk).update(**fields)
    if policy:
        Policy.objects.in_directory(corp).update(helpdesk_kind="link", **policy)
    assert f'class="way" href="{href}"' in client.get("/").content.decode()


def test_no_policy_of_some_group_answers_for_everybody(corp, client):
    policy = Policy.objects.in_directory(corp).get()
    Policy.objects.in_directory(corp).update(helpdesk_kind="link", helpdesk_link="vip@corp.example")
    policy.groups.add(groups.create(corp, "Board"))
    assert "vip@corp.example" not in client.get("/").content.decode()


@pytest.mark.parametrize("named", ["Other", "other.example"])
def test_a_directory_that_is_named_is_worn_and_remembered(corp, other, client, named):
    moved = client.get("/", {"directory": named})
    assert (moved.status_code, moved["Location"]) == (303, "/")
    page = client.get("/").content.decode()
    assert "– Other</title>" in page
    assert f'href="{reverse("reset:start")}?directory={named}"' in page
    assert f"?directory={named}&amp;goal=unlock" in page
    journey = Journey(client).get("reset:start", directory=named, goal="unlock")
    assert "– Other</title>" in journey.page.content.decode()


def test_help_is_that_of_the_directory_one_came_for(corp, other, client):
    Directory.objects.filter(pk=corp.pk).update(helpdesk_phone="01632 960150")
    Directory.objects.filter(pk=other.pk).update(helpdesk_phone="01632 960199")
    assert "01632 960150" in words_of(client.get("/reset/contact/"))
    client.get("/", {"directory": "Other"})
    page = words_of(client.get("/reset/contact/"))
    assert "01632 960199" in page
    assert "01632 960150" not in page


@pytest.mark.parametrize("named", ["", "nobody.example", "\0", "x" * 5000, '"><script>'])
def test_a_directory_that_is_none_changes_nothing(corp, other, client, named):
    page = client.get("/", {"directory": named}, follow=True)
    assert "– Corp</title>" in page.content.decode()
    assert "?directory=" not in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_the_front_door_only_looks(corp, client):
    assert client.post("/").status_code == 405


def test_what_stands_before_a_session_keeps_the_start_page_shut(cleo, client):
    Policy.objects.in_directory(cleo.directory).update(registration_required=True)
    link(cleo.directory, "Payroll")
    journey = Journey(client).post(
        "signin:sign_in", username="cleo@corp.example", password="correct horse battery staple"
    )
    assert journey.step == "registration:overview"
    assert "Payroll" not in words_of(client.get("/"))


def test_somebody_signed_in_finds_their_applications_and_account(ada, adas):
    link(ada.directory, "Travel", position=2)
    link(ada.directory, "payroll", position=1, description="Payslips", initial="£")
    page = adas.get("/")
    assert shown(adas) == ["payroll", "Travel"]
    assert 'href="https://travel.corp.example/" rel="noopener noreferrer"' in page.content.decode()
    words = words_of(page)
    assert "£ payroll Payslips T Travel" in words
    for name in ("account", "change:change", "registration:overview"):
        assert f'href="{reverse(name)}"' in page.content.decode()
    assert reverse("reports:activity") not in page.content.decode()


def test_nothing_of_another_directory_is_on_a_start_page(ada, adas, other):
    link(other, "Secret")
    assert shown(adas) == []


def test_links_for_groups_are_for_those_in_them(ada, adas, corp):
    sales, north, board = (groups.create(corp, name) for name in ("Sales", "North", "Board"))
    groups.nest(sales, north)
    groups.add_member(north, ada)
    link(corp, "Leads").groups.add(sales, board)
    link(corp, "Minutes").groups.add(board)
    link(corp, "Travel")
    assert shown(adas) == ["Leads", "Travel"]
    groups.remove_member(north, ada)
    assert shown(adas) == ["Travel"]


def test_a_group_of_another_directory_opens_no_link(ada, adas, corp):
    elsewhere = make_directory("Far", domain="far.example")
    group = groups.create(elsewhere, "All")
    link(corp, "Leads").groups.add(group)
    assert shown(adas) == []


@pytest.mark.parametrize("many", [0, 40])
def test_many_links_cost_what_few_do(ada, adas, corp, many, django_assert_max_num_queries):
    Application.objects.bulk_create(
        Application(directory=corp, name=f"n{n}", url="https://a.corp.example/")
        for n in range(many)
    )
    with django_assert_max_num_queries(6):
        assert len(shown(adas)) == many


def test_a_start_page_says_when_something_is_missing(cleo):
    page = enter(Client(), cleo, second_factor=False).get("/")
    assert "Something is missing" in words_of(page)


def test_a_start_page_is_kept_by_no_cache(adas):
    assert "no-store" in adas.get("/")["Cache-Control"]
