import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.limits.models import Tally
from accounts.people import groups
from accounts.people.models import Role
from accounts.policy.models import BannedTerm, Policy
from accounts.signin.models import Lockout

ADMINISTRATORS = [
    Role.OPERATOR,
    Role.DIRECTORY_ADMINISTRATOR,
    Role.POLICY_ADMINISTRATOR,
    Role.USER_ADMINISTRATOR,
]
TELEPHONY = {
    "operator",
    "directory_administrator",
    "policy_administrator",
    "user_administrator",
}
OPEN_TO = {
    "directory": {"operator", "directory_administrator"},
    "policy": {"operator", "directory_administrator", "policy_administrator"},
    "bannedterm": {"operator", "directory_administrator", "policy_administrator"},
    "user": {"operator", "directory_administrator", "user_administrator"},
    "group": {"operator", "directory_administrator", "user_administrator"},
    "coverage": {"operator", "directory_administrator", "user_administrator"},
    "message": TELEPHONY,
    "telephonybudget": TELEPHONY,
    "tally": {"operator", "directory_administrator", "user_administrator"},
    "lockout": {"operator"},
    "application": {"operator", "directory_administrator"},
    "apitoken": {"operator", "directory_administrator"},
    "campaign": {"operator", "directory_administrator", "user_administrator"},
    "attempt": {"operator", "directory_administrator"},
    "write": {"operator", "directory_administrator"},
    "agent": {"operator", "directory_administrator"},
    "strain": {"operator", "directory_administrator", "user_administrator"},
    "synchronisationrun": {"operator", "directory_administrator", "user_administrator"},
    "diagnosis": {"operator", "directory_administrator"},
    "quarantine": {"operator", "directory_administrator", "user_administrator"},
}
MAY_ADD = {
    "directory": {"operator"},
    "policy": OPEN_TO["policy"],
    "bannedterm": OPEN_TO["bannedterm"],
    "user": OPEN_TO["user"],
    "group": OPEN_TO["group"],
    "application": OPEN_TO["application"],
    "apitoken": OPEN_TO["apitoken"],
    "agent": OPEN_TO["agent"],
    "campaign": OPEN_TO["campaign"],
}
MODELS = {model._meta.model_name: model for model in admin.site._registry}


def address(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:{MODELS[model]._meta.app_label}_{model}_{page}", args=args)


def rows_of(directory):
    """One row of each kind that has a page of its own."""
    return {
        "directory": directory,
        "policy": Policy.objects.in_directory(directory).get(),
        "group": groups.create(directory, "Sales"),
        "bannedterm": BannedTerm.objects.create(directory=directory, term="tulip"),
    }


def test_every_model_on_the_site_is_named_here():
    assert set(MODELS) == set(OPEN_TO)


@pytest.mark.parametrize("model", sorted(OPEN_TO))
def test_a_list_is_called_what_people_call_it(model):
    """Left alone, Django makes a plural of the class's name: "tallys", "coverages"."""
    assert "verbose_name_plural" in MODELS[model]._meta.original_attrs


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_a_list_opens_for_the_roles_it_is_for(as_role, ada, role):
    browser = as_role(role)
    for model, roles in OPEN_TO.items():
        status = browser.get(address(model, "changelist")).status_code
        assert status == (200 if role in roles else 403), model


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_only_who_may_add_finds_the_page_for_it(as_role, role):
    browser = as_role(role)
    for model in OPEN_TO:
        status = browser.get(address(model, "add")).status_code
        assert status == (200 if role in MAY_ADD.get(model, set()) else 403), model


@pytest.mark.parametrize("role", ADMINISTRATORS)
@pytest.mark.parametrize("model", ["directory", "policy", "group"])
def test_a_row_of_the_own_directory_opens_for_the_roles_it_is_for(as_role, corp, model, role):
    row = rows_of(corp)[model]
    status = as_role(role).get(address(model, "change", row.pk)).status_code
    assert status == (200 if role in OPEN_TO[model] else 403)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("model", "page"),
    [
        *[(model, "change") for model in ("directory", "policy", "group", "bannedterm", "user")],
        *[(model, "delete") for model in ("policy", "group")],
    ],
)
def test_a_row_of_another_directory_does_not_exist(as_role, other, make_user, model, page, method):
    rows = rows_of(other) | {"user": make_user("eve", directory=other)}
    visit = getattr(as_role("directory_administrator"), method)
    assert visit(address(model, page, rows[model].pk)).status_code == 404


@pytest.mark.parametrize("model", ["policy", "group", "bannedterm", "user"])
def test_a_list_shows_nothing_of_another_directory(as_role, other, make_user, model):
    rows = rows_of(other) | {"user": make_user("eve", directory=other)}
    rows["policy"].name = rows["group"].name = "Elsewhere"
    rows["policy"].save()
    rows["group"].save()
    page = as_role("directory_administrator").get(address(model, "changelist"))
    assert str(rows[model]) not in page.content.decode()


@pytest.mark.parametrize("model", ["policy", "group", "user"])
def test_an_operator_sees_every_directory(as_role, other, make_user, model):
    rows = rows_of(other) | {"user": make_user("eve", directory=other)}
    visitor = as_role("operator")
    assert str(rows[model]) in visitor.get(address(model, "changelist")).content.decode()
    assert visitor.get(address(model, "change", rows[model].pk)).status_code == 200


@pytest.mark.parametrize("model", ["coverage", "attempt", "write", "tally", "lockout"])
@pytest.mark.parametrize("page", ["change", "delete"])
def test_what_the_product_writes_itself_nobody_writes_here(as_role, corp, model, page):
    Lockout.objects.create(key=b"k", known_browser=False)
    status = as_role("operator").get(address(model, page, "1")).status_code
    assert status in {403, 404}


def test_a_counter_of_another_directory_is_not_listed(as_role, other, corp):
    for directory, name in ((corp, "mine"), (other, "theirs")):
        Tally.objects.create(
            key=name.encode(),
            limit=name,
            directory=directory,
            count=1,
            resets_at="2999-01-01 00:00Z",
        )
    page = as_role("user_administrator").get(address("tally", "changelist")).content.decode()
    assert "mine" in page
    assert "theirs" not in page


@pytest.mark.parametrize("role", ["helpdesk", "reports_reader", "auditor", ""])
def test_the_start_page_is_for_administrators(as_role, role):
    assert as_role(role).get("/admin/").status_code == 403


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_the_start_page_lists_what_the_role_may_open(as_role, role):
    page = as_role(role).get("/admin/").content.decode()
    listed = {model for model in OPEN_TO if f'"{address(model, "changelist")}"' in page}
    assert listed == {model for model, roles in OPEN_TO.items() if role in roles}
