"""Telephones from a file."""

import pytest

from accounts.policy.models import Policy
from registration import methods
from registration.models import Coverage, Factor
from tests.imports.conftest import FACTORS, Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(load_factors: Import) -> Import:
    return load_factors


@pytest.fixture
def phones(corp):
    """Numbers without a country code are British, and both methods are offered."""
    corp.default_region = "GB"
    corp.save()
    Policy.objects.in_directory(corp).update(methods=["mobile_phone", "office_phone"])


def addresses(directory) -> list[str]:
    rows = Factor.objects.in_directory(directory).order_by("pk")
    return list(rows.values_list("address", flat=True))


def test_a_number_is_kept_in_its_one_form_however_it_is_written(load, corp, cleo, phones):
    done = load(
        "cleo@corp.example,mobile_phone,07700 900123,,",
        "cleo@corp.example,mobile_phone,+1 (202) 555-0123,,",
        "cleo@corp.example,office_phone,+49 30 23125 000,Desk,12",
        "cleo@corp.example,office_phone,+49 30 23125 111 ext. 7,,",
        "cleo@corp.example,mobile_phone,+447700900123,,",
        header=f"{FACTORS},label,extension",
    )
    assert addresses(corp) == [
        "+447700900123",
        "+12025550123",
        "+493023125000;ext=12",
        "+493023125111;ext=7",
    ]
    assert done.rows[6].message == "is in row 2 already"
    again = load("cleo@corp.example,mobile_phone,0044 7700 900 123")
    assert again.rows[2].result == "unchanged"


def test_what_an_operator_answers_for_passes_a_check_by_telephone(load, corp, cleo, phones):
    load(
        "cleo@corp.example,office_phone,+49 30 23125 000,12,true",
        header=f"{FACTORS},extension,confirmed",
        options=("--confirmed",),
    )
    factor = Factor.objects.in_directory(corp).get()
    assert factor.is_usable()
    assert methods.get(factor.method).shown(factor) == "+49 30 23125000 ext. 12"
    assert Coverage.objects.in_directory(corp).get(user=cleo).methods == ["office_phone"]
    load("cleo@corp.example,mobile_phone,07700 900123")
    assert not Factor.objects.in_directory(corp).get(method="mobile_phone").is_usable()


def test_a_number_that_cannot_be_dialled_is_refused(load, corp, cleo, phones):
    Policy.objects.in_directory(corp).update(refuse_landlines_for_text=True)
    done = load(
        "cleo@corp.example,mobile_phone,07700 9001,,",
        "cleo@corp.example,mobile_phone,call me,,",
        "cleo@corp.example,mobile_phone,+44 9098790001,,",
        "cleo@corp.example,mobile_phone,+49 30 23125 000,,",
        "cleo@corp.example,mobile_phone,+447700900123,,12",
        "cleo@corp.example,office_phone,+49 30 23125 000,,twelve",
        "cleo@corp.example,mobile_phone,,,",
        "cleo@corp.example,office_phone,+49 30 23125 000,,",
        header=f"{FACTORS},label,extension",
    )
    assert list(done.refused) == [2, 3, 4, 5, 6, 7, 8]
    reasons = ["Kingdom", "not with letters", "cost extra", "landline", "only an office"]
    for row, reason in enumerate(reasons, start=2):
        assert reason in done.rows[row].message
    assert done.rows[7].message == "write up to 10 digits"
    assert [done.rows[row].column for row in (5, 6, 7, 8)] == [
        "value",
        "extension",
        "extension",
        "value",
    ]
    assert addresses(corp) == ["+493023125000"]


def test_a_method_that_is_not_installed_is_refused(load, corp, cleo, settings):
    settings.VERIFICATION_METHODS = {}
    done = load("cleo@corp.example,mobile_phone,+447700900123")
    assert done.rows[2].message == "is not installed here"


def test_no_number_or_address_is_told_back(load, corp, cleo, phones, tmp_path):
    """The file of results may travel further than the file itself."""
    done = load(
        "cleo@corp.example,mobile_phone,+447700900123",
        "cleo@corp.example,mobile_phone,+44 7700 900123",
        "cleo@corp.example,alternate_email,cleo@x.corp.example",
        "cleo@corp.example,mobile_phone,+44 7700 9001",
    )
    told = done.out + (tmp_path / "factors.results.csv").read_text("utf-8")
    assert len(done.refused) == 3
    assert not any(value in told for value in ("9001", "x.corp.example"))
