import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory, Domain
from tests.admin.forms import errors_on, fields_of, fill

ADD = reverse("admin:accounts_directory_add")
LIST = reverse("admin:accounts_directory_changelist")
NO_DOMAINS = {"domains-TOTAL_FORMS": "0", "domains-INITIAL_FORMS": "0"}


def page(directory):
    return reverse("admin:accounts_directory_change", args=[directory.pk])


def last(kind):
    return bytes(AuditRecord.objects.filter(kind=kind).latest("pk").body).decode()


def picture(content: bytes = b"") -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (40, 10), "#0b5fff").save(kept, "PNG")
    return SimpleUploadedFile("logo.png", content or kept.getvalue())


@pytest.fixture
def visitor(as_role):
    return as_role("directory_administrator")


def test_branding_and_sign_in_rules_are_changed_and_told(visitor, corp):
    fill(visitor, page(corp), organization="Corp Ltd", lockout_threshold="8", default_region="GB")
    corp.refresh_from_db()
    assert (corp.organization, corp.lockout_threshold) == ("Corp Ltd", 8)
    assert corp.default_region == "GB"
    assert "lockout_threshold: 10 -> 8" in last("directory.changed")


@pytest.mark.parametrize("name", ["name", "alias", "store_kind", "is_default"])
def test_what_a_directory_is_only_operators_change(visitor, corp, name):
    assert name not in fields_of(visitor, page(corp))
    before = getattr(corp, name)
    fill(visitor, page(corp), **{name: "memory"})
    assert getattr(Directory.objects.get(pk=corp.pk), name) == before


def test_a_directory_administrator_adds_no_domain(visitor, corp):
    fill(visitor, page(corp), **{"domains-TOTAL_FORMS": "2", "domains-1-name": "new.example"})
    assert not Domain.objects.filter(name="new.example").exists()


def test_a_logo_is_redrawn_and_kept(visitor, corp):
    fill(visitor, page(corp), logo_file=picture())
    corp.refresh_from_db()
    assert bytes(corp.logo).startswith(b"\x89PNG")
    assert "logo: nothing -> " in last("directory.changed")
    fill(visitor, page(corp), remove_logos="on")
    corp.refresh_from_db()
    assert not corp.logo


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"GIF89a", b"x" * 3_000_000])
def test_a_logo_that_is_no_picture_is_refused(visitor, corp, content):
    answer = fill(visitor, page(corp), logo_file=picture(content))
    assert "The logo must be" in errors_on(answer)
    assert not Directory.objects.get(pk=corp.pk).logo


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"primary_color": "blue"}, "Write a colour"),
        ({"lockout_threshold": "2"}, "greater than or equal to 3"),
        ({"lockout_seconds": "4"}, "greater than or equal to 5"),
        ({"password_max_age_days": "13"}, "greater than or equal to 14"),
    ],
)
def test_what_a_directory_cannot_say_is_refused(visitor, corp, given, reason):
    assert reason in errors_on(fill(visitor, page(corp), **given))
    assert not AuditRecord.objects.filter(kind="directory.changed").exists()


def test_an_operator_makes_a_directory(as_role):
    fill(as_role("operator"), ADD, name="New", **domain("new.example"))
    made = Directory.objects.get(name="New")
    assert made.domains.get().name == "new.example"
    assert not made.is_default
    assert "New" in last("directory.created")
    assert '"added":["new.example"]' in last("directory.domains_changed")


@pytest.mark.parametrize("name", ["", "no domain", "other.example"])
def test_a_directory_needs_a_domain_of_its_own(as_role, other, name):
    fill(as_role("operator"), ADD, name="New", **domain(name))
    assert not Directory.objects.filter(name="New").exists()


def test_a_domain_with_people_in_it_stays(as_role, corp, ada):
    answer = fill(as_role("operator"), page(corp), **{"domains-0-DELETE": "on"})
    assert "people still have user IDs in it" in errors_on(answer)
    assert corp.domains.exists()


def test_one_directory_is_the_default_one(as_role, corp, other):
    visitor = as_role("operator")
    visitor.post(LIST, {"action": "make_default", "_selected_action": [other.pk]})
    assert Directory.objects.get(is_default=True) == other


def test_a_directory_administrator_makes_no_default(visitor, corp):
    corp.is_default = False
    corp.save()
    visitor.post(LIST, {"action": "make_default", "_selected_action": [corp.pk]})
    assert not Directory.objects.filter(is_default=True).exists()


def domain(name):
    return {"domains-TOTAL_FORMS": "1", "domains-0-name": name}
