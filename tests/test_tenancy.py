"""No directory sees another's data (invariant 10), and the guard that watches for it fires."""

import pytest
from django.db import connection
from django.db.models import Field
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.people.models import Directory, Group, User
from accounts.tenancy import across_directories
from registration.models import Factor
from tests import cast
from tests.support import tenancy
from tests.support.middleware import Watch

pytestmark = [pytest.mark.django_db, pytest.mark.crosses_directories]


def crossings_of(act) -> list[str]:
    with tenancy.guarded():
        act()
    return tenancy.take_crossings()


def test_a_read_without_a_directory_is_noticed(ada: User):
    assert len(crossings_of(lambda: User.objects.get_queryset().filter(enabled=True).count())) == 1


def test_a_read_by_primary_key_alone_is_noticed(ada: User):
    assert len(crossings_of(lambda: User.objects.get(pk=ada.pk))) == 1


def test_a_lazy_load_of_a_persons_row_is_noticed(ada: User):
    factor = Factor.objects.in_directory(ada.directory_id).get(user=ada)
    assert len(crossings_of(lambda: factor.user.display_name)) == 1


def test_a_bulk_update_without_a_directory_is_noticed(ada: User):
    assert len(crossings_of(lambda: Group.objects.filter(pk=1).update(name="x"))) == 1


def test_a_bulk_delete_without_a_directory_is_noticed(ada: User):
    assert crossings_of(lambda: Group.objects.filter(name="x")._raw_delete("default"))


def test_raw_sql_without_a_directory_is_noticed(ada: User):
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select * from accounts_user where enabled")

    assert len(crossings_of(act)) == 1


def test_a_directory_among_the_columns_is_not_a_condition(ada: User):
    assert tenancy.crosses('SELECT "accounts_user"."directory_id" FROM "accounts_user"')


def test_the_same_crossing_is_reported_with_its_place(ada: User):
    def twice() -> None:
        list(User.objects.get_queryset())
        list(User.objects.get_queryset())

    (crossing,) = crossings_of(twice)
    assert crossing.startswith('SELECT "accounts_user"')


def test_a_request_is_watched(ada: User):
    def view(request: object) -> HttpResponse:
        return HttpResponse(User.objects.get(pk=ada.pk).display_name)

    Watch(view)(RequestFactory().get("/"))
    assert len(tenancy.take_crossings()) == 1


def test_a_read_that_names_its_directory_passes(ada: User):
    assert not crossings_of(lambda: list(User.objects.in_directory(ada.directory_id)))


def test_a_declared_crossing_passes(ada: User):
    def act() -> None:
        with across_directories("to see that it is allowed"):
            list(User.objects.get_queryset())

    assert not crossings_of(act)


def test_a_row_in_hand_may_be_written_back_and_read_again(ada: User):
    def act() -> None:
        ada.save(update_fields=["display_name"])
        ada.refresh_from_db()

    assert not crossings_of(act)


def test_a_new_row_passes(corp: Directory):
    assert not crossings_of(lambda: Group.objects.create(directory=corp, name="Everyone"))


def test_people_are_guarded():
    assert {"accounts_user", "registration_factor"} <= tenancy.tenant_tables()


def test_every_tenants_rows_are_read_through_a_directory():
    managers = [model._default_manager for model in tenancy.tenant_models()]
    assert not [m.model for m in managers if not hasattr(m, "in_directory")]


def test_a_tenants_row_cannot_be_without_a_directory():
    columns = [model._meta.get_field("directory") for model in tenancy.tenant_models()]
    assert not [c.model for c in columns if isinstance(c, Field) and c.null]


def test_one_directorys_people_are_not_among_anothers(ada: User, other: Directory):
    stranger = cast.make_user("ada", directory=other)
    assert list(User.objects.in_directory(other)) == [stranger]
