"""Links on the start page: what may be one, who keeps them, and how a file says so."""

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.people import groups
from accounts.people.models import Application, Directory
from accounts.people.models.applications import validate_address
from tests.admin.forms import errors_on, fields_of, fill
from tests.commands.configuration import SMALL, settings_of, told

pytestmark = pytest.mark.django_db
ADD = reverse("admin:accounts_application_add")
FILE = settings_of(
    "groups: [Sales]\n"
    "applications:\n"
    "  - {name: Travel, url: 'https://travel.corp.example/', initial: T}\n"
    "  - {name: Leads, url: 'https://leads.corp.example/a?b=c', groups: [Sales]}\n"
)


def page(link, kind="change"):
    return reverse(f"admin:accounts_application_{kind}", args=[link.pk])


def changes(kind="applications.changed"):
    return AuditRecord.objects.filter(kind=kind).count()


@pytest.fixture
def directory_file(tmp_path):
    def write(text):
        path = tmp_path / "directories.yaml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def travel(corp):
    return Application.objects.create(
        directory=corp, name="Travel", url="https://travel.corp.example/"
    )


@pytest.fixture
def visitor(as_role):
    return as_role("directory_administrator")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JAVASCRIPT://corp.example/%0aalert(1)",
        "data:text/html,x",
        "http://travel.corp.example/",
        "//travel.corp.example/",
        "/account/",
        "travel.corp.example",
        "https:",
        "https:///path",
        "https://",
        "https://[::1",
        "https://corp.example:99999/",
        "https://corp.example:0/",
        "https://corp.example@evil.example/",
        "https://ada:word@corp.example/",
        "https://corp.example\\@evil.example/",
        "https://corp.example/ x",
        "https://corp.example/\n",
        " https://corp.example/",
        "https://corp.example/\x00",
        'https://corp.example/"onclick="x',
    ],
)
def test_what_no_browser_should_open_is_no_address(address):
    with pytest.raises(ValidationError):
        validate_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://travel.corp.example",
        "https://intranet/",
        "https://corp.example:8443/a/b?c=d&e=f#g",
        "https://[2001:db8::1]/",
        "https://bücher.example/ä",
    ],
)
def test_an_address_may_be_of_any_place(address):
    validate_address(address)


def test_an_administrator_keeps_the_links_of_their_directory(visitor, corp):
    answer = fill(visitor, ADD, name="Travel", url="https://travel.corp.example/")
    assert answer.status_code == 200
    link = Application.objects.in_directory(corp).get()
    assert changes() == 1
    fill(visitor, page(link))
    assert changes() == 1, "nothing changed, so nothing is told"
    fill(visitor, page(link), description="Trips")
    assert changes() == 2
    visitor.post(page(link, "delete"), {"post": "yes"})
    assert not Application.objects.in_directory(corp).exists()
    assert changes("applications.removed") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "http://a.example/"),
        ("name", ""),
        ("initial", "abc"),
    ],
)
def test_a_link_that_cannot_be_one_is_refused(visitor, corp, field, value):
    given = {"name": "Travel", "url": "https://travel.corp.example/", field: value}
    assert errors_on(fill(visitor, ADD, **given))
    assert not Application.objects.in_directory(corp).exists()


def test_a_name_is_taken_once_in_a_directory(visitor, travel):
    again = fill(visitor, ADD, name="Travel", url="https://b.corp.example/")
    assert "already exists" in errors_on(again)


def test_a_link_of_another_directory_is_not_there(visitor, other):
    theirs = Application.objects.create(directory=other, name="X", url="https://x.example/")
    for kind in ("change", "delete"):
        assert visitor.get(page(theirs, kind)).status_code == 404
        assert visitor.post(page(theirs, kind), {"post": "yes"}).status_code == 404
    assert Application.objects.in_directory(other).exists()
    listed = visitor.get(reverse("admin:accounts_application_changelist"))
    assert "x.example" not in listed.content.decode()


def test_a_group_of_another_directory_cannot_be_chosen(visitor, travel, other):
    foreign = groups.create(other, "Sales")
    assert "not one of the available choices" in errors_on(
        fill(visitor, page(travel), groups=[str(foreign.pk)])
    )
    assert not travel.groups.filter(directory=other).exists()


@pytest.mark.parametrize("role", ["policy_administrator", "user_administrator"])
def test_who_keeps_no_directories_keeps_no_links(as_role, travel, role):
    assert as_role(role).get(page(travel)).status_code == 403


def test_an_operator_says_whose_a_link_is(as_role, corp, other):
    visitor = as_role("operator")
    assert "groups" not in fields_of(visitor, ADD)
    given = {"name": "X", "url": "https://x.example/", "directory": str(other.pk)}
    fill(visitor, ADD, **given)
    assert Application.objects.in_directory(other).exists()


def test_a_group_that_a_link_is_for_stays(as_role, corp, travel):
    """Without its last group the link would be for everybody."""
    sales = groups.create(corp, "Sales")
    travel.groups.add(sales)
    visitor = as_role("user_administrator")
    gone = reverse("admin:accounts_group_delete", args=[sales.pk])
    assert visitor.post(gone, {"post": "yes"}).status_code == 403


def test_a_file_makes_the_links_in_its_order(directory_file):
    told("apply", directory_file(FILE))
    corp = Directory.objects.get()
    rows = Application.objects.in_directory(corp).order_by("position")
    assert [row.name for row in rows] == ["Travel", "Leads"]
    assert list(rows[1].groups.values_list("name", flat=True)) == ["Sales"]
    assert "0 changes" in told("apply", directory_file(FILE))


def test_an_export_says_the_links_again(directory_file):
    told("apply", directory_file(FILE))
    exported = yaml.safe_load(told("export"))["directories"][0]
    assert [link["name"] for link in exported["applications"]] == ["Travel", "Leads"]
    assert exported["applications"][1]["groups"] == ["Sales"]
    assert "Nothing would change" in told("plan", directory_file(told("export")))


def test_a_file_that_names_no_links_keeps_them_and_an_empty_list_takes_them(directory_file):
    told("apply", directory_file(FILE))
    told("apply", directory_file(SMALL))
    assert Application.objects.in_directory(Directory.objects.get()).count() == 2
    plan = told("plan", directory_file(settings_of("applications: []")))
    assert "Corp / application Travel: there -> removed" in plan
    told("apply", directory_file(settings_of("applications: []")))
    assert not Application.objects.in_directory(Directory.objects.get()).exists()
    assert changes("applications.removed") == 2


def test_another_order_is_told_and_made(directory_file):
    told("apply", directory_file(FILE))
    turned = settings_of("applications: [{name: Leads}, {name: Travel}]")
    assert "application order" in told("plan", directory_file(turned))
    told("apply", directory_file(turned))
    rows = Application.objects.in_directory(Directory.objects.get()).order_by("position")
    assert [row.name for row in rows] == ["Leads", "Travel"]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ("{name: A, url: 'javascript:alert(1)'}", "applications[0]: url"),
        ("{name: A, url: 'http://a.example/'}", "applications[0]: url"),
        ("{name: A}", "applications[0]: url"),
        ("{url: 'https://a.example/'}", "applications[0].name: give it a name"),
        ("{name: A, url: 7}", "applications[0].url: must be a text"),
        ("{name: A, address: x}", "applications[0].address: unknown key"),
        ("{name: A, url: 'https://a.example/'}, {name: A}", "A is there twice"),
        ("{name: A, url: 'https://a.example/', initial: abc}", "applications[0]: initial"),
    ],
)
def test_a_link_that_cannot_be_meant_is_refused(directory_file, entry, place):
    with pytest.raises(CommandError) as refusal:
        told("apply", directory_file(settings_of(f"applications: [{entry}]")))
    assert place in str(refusal.value)
    assert not Directory.objects.exists()
