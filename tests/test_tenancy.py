"""No directory sees another's data (invariant 10), and the guard that watches for it fires."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.people.models import Directory, Group, User
from accounts.tenancy import InDirectory, across_directories
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


def test_every_model_with_a_directory_is_guarded_or_belongs_to_the_deployment():
    """A table that points at a directory is either a tenant's or one of these few."""
    deployment = {"accounts.Domain", "accounts.Parcel", "accounts.Tally"}
    owned = {
        model._meta.label
        for model in apps.get_models()
        if any(field.name == "directory" for field in model._meta.get_fields())
    }
    tenants = {m._meta.label for m in apps.get_models() if issubclass(m, InDirectory)}
    assert owned - tenants - {get_user_model()._meta.label} == deployment


def test_a_tenants_row_cannot_be_without_a_directory():
    models_ = [model for model in apps.get_models() if issubclass(model, InDirectory)]
    columns = [model._meta.get_field("directory") for model in models_]
    assert not [c.model for c in columns if isinstance(c, models.Field) and c.null]


def test_one_directorys_people_are_not_among_anothers(ada: User, other: Directory):
    stranger = cast.make_user("ada", directory=other)
    assert list(User.objects.in_directory(other)) == [stranger]
