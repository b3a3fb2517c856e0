import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people.models import Directory, Domain, User
from accounts.people.services import NotSetUp, find

pytestmark = pytest.mark.django_db

SPELLINGS = [
    "ada@corp.example",
    "ADA@CORP.EXAMPLE",
    "  ada@corp.example \t",
    "CORP\\ada",
    "corp\\ADA",
    "\uff41\uff44\uff41@corp.example",  # full width
    "\u00e1d\u00e0@corp.example",  # accents
    "a\u0301da@corp.example",  # a combining accent
    "ada@\uff43orp.example",
]


@pytest.fixture
def corp(corp: Directory) -> Directory:
    Domain.objects.create(directory=corp, name="second.example")
    return corp


def person(directory: Directory, name: str, **fields: str) -> User:
    return User.objects.create(
        directory=directory, user_principal_name=name, display_name="Somebody", **fields
    )


def test_nobody_can_be_found_before_there_is_a_directory():
    with pytest.raises(NotSetUp):
        find("ada@corp.example")


@pytest.mark.parametrize(
    "typed", ["ada@corp.example", " ADA@Corp.Example ", "CORP\\ada", "corp\\Ada"]
)
def test_case_and_blanks_do_not_matter(ada, typed):
    assert find(typed).user == ada


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_is_counted_as_one_name(ada, typed):
    assert find(typed).name_key == find("ada@corp.example").name_key


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_nobody_is_counted_as_one_name(corp, typed):
    assert find(typed).name_key == find("ada@corp.example").name_key


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("kim@corp.example", "\u212aim@corp.example"),  # the Kelvin sign lowers to k
        ("mia@corp.example", "m\u0131a@corp.example"),  # the dotless i raises to I
        ("ada@corp.example", "\uff41da@corp.example"),
        ("ada@corp.example", "\u00e1da@corp.example"),
        ("ada@corp.example", "ada"),
        ("ada@corp.example", "ada@second.example"),
        ("ada@corp.example", "ada@corp.example@corp.example"),
        ("ada@corp.example", "ada@other.example"),
        ("ada@corp.example", "OTHER\\ada"),
        ("ada@corp.example", "\\ada"),
        ("ada@corp.example", "ada\0@corp.example"),
        ("ada@corp.example", "ada\ud800@corp.example"),
        ("ada@corp.example", ""),
        ("ada@corp.example", "ada@corp.example" + " x" * 60),
    ],
)
def test_a_name_that_only_looks_alike_is_nobodys(corp, other, name, typed):
    person(corp, name)
    assert find(typed).user is None


@pytest.mark.parametrize("typed", ["m\u0131a@corp.example", "mi\u0301a@corp.example"])
def test_a_look_alike_is_counted_as_the_name_it_looks_like(corp, typed):
    assert find(typed).name_key == find("mia@corp.example").name_key


def test_a_look_alike_draws_another_decoy_whether_the_name_is_somebodys_or_not(corp):
    drawn = find("\u00e1da@corp.example").draw_key
    assert drawn != find("ada@corp.example").draw_key
    person(corp, "ada@corp.example")
    assert drawn == find("\u00e1da@corp.example").draw_key


def test_an_account_name_finds_its_owner_behind_the_alias_only(corp):
    smith = person(corp, "a.smith@corp.example", account_name="Smith")
    assert find("corp\\SMITH").user == smith
    assert find("CORP\\").user is None
    assert find("smith@corp.example").user is None


@pytest.mark.parametrize("typed", ["NOPE\\smith", "\\smith", "CORP\\sm\u0131th"])
def test_an_account_name_behind_another_alias_is_nobodys(corp, typed):
    person(corp, "a.smith@corp.example", account_name="smith")
    assert find(typed).user is None


def test_a_name_that_fits_two_people_is_nobodys_and_raises_an_alarm(corp, caplog):
    person(corp, "smith@corp.example")
    person(corp, "a.smith@corp.example", account_name="smith")
    assert find("CORP\\smith").user is None
    assert "matches several people" in caplog.text
    assert "smith" not in caplog.text


def test_the_domain_or_the_alias_chooses_the_directory(corp, other):
    found = [find(name).directory for name in ("x@other.example", "x@nowhere.example", "CORP\\x")]
    assert found == [other, corp, corp]


def test_a_person_of_another_directory_is_not_found_under_this_ones_domain(corp, other):
    person(other, "eve@corp.example")
    assert find("eve@corp.example").user is None


def test_an_unknown_alias_is_not_counted_as_anybody_of_the_default_directory(ada):
    assert find("NOPE\\ada").name_key != find("ada@corp.example").name_key


@pytest.mark.parametrize(
    ("somebody", "nobody"),
    [
        ("ada@corp.example", "zed@corp.example"),
        ("CORP\\ada", "CORP\\zed"),
        ("ada@x.example", "ada"),
    ],
)
def test_somebody_and_nobody_cost_the_same_queries(ada, somebody, nobody):
    shapes = []
    for typed in (somebody, nobody):
        with CaptureQueriesContext(connection) as queries:
            find(typed)
        shapes.append([q["sql"].split("LIMIT")[0].count("WHERE") for q in queries.captured_queries])
    assert len(shapes[0]) == 2
    assert shapes[0] == shapes[1]


def test_the_directory_comes_with_the_person(ada):
    user = find("ada@corp.example").user
    assert user
    with CaptureQueriesContext(connection) as queries:
        assert user.directory.name == "Corp"
    assert not queries.captured_queries
