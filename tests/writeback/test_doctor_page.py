"""The page about directory servers in the configuration portal."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.people.models import Role, StoreKind
from tests.admin.conftest import as_role
from writeback.agent.doctor.findings import finding as found
from writeback.agent.doctor.findings import told
from writeback.doctor import way
from writeback.doctor.conditions import Condition
from writeback.doctor.words import finding
from writeback.models import Diagnosis

__all__ = ["as_role"]

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:writeback_diagnosis_changelist")
MISSING = found(
    "right_reset", "missing", mends=("dsacls “OU=<b>”",), where="CN=<script>alert(1)</script>"
)


@pytest.fixture
def kept(corp, other):
    """Both directories have servers; only one was checked."""
    for directory in (corp, other):
        directory.store_kind = StoreKind.OPENLDAP
        directory.save()
    return Diagnosis.objects.create(
        directory=corp,
        checked_at=timezone.now(),
        condition=Condition.MISCONFIGURED,
        findings=[told(finding("agent", "well")), told(MISSING)],
    )


@pytest.fixture
def answers(monkeypatch):
    """What the agent finds from now on; returns what it was asked about."""
    asked = []

    def ask(directory, target):
        asked.append((directory.name, target))
        return [finding("agent", "well"), found("bind", server=1)]

    monkeypatch.setattr(way, "ask", ask)
    return asked


def url_of(view, directory):
    return reverse(f"admin:writeback_diagnosis_{view}", args=[directory.pk])


def test_the_page_says_the_state_its_remedy_and_each_finding(kept, as_role):
    text = as_role(Role.DIRECTORY_ADMINISTRATOR).get(PAGE).content.decode()
    assert "Not set up properly</strong>: Go through the faults below" in text
    assert "Last checked:" in text
    assert text.index("WB-571") < text.index("WB-300")  # what needs somebody comes first
    assert "CN=&lt;script&gt;alert(1)" in text
    assert "OU=&lt;b&gt;" in text
    for condition in Condition:
        assert str(condition.label) in text


def test_an_administrator_sees_their_own_directory_and_an_operator_all(kept, other, as_role):
    assert other.name not in as_role(Role.DIRECTORY_ADMINISTRATOR).get(PAGE).content.decode()
    text = as_role(Role.OPERATOR).get(PAGE).content.decode()
    assert other.name in text
    assert "Not checked yet." in text


def test_a_directory_without_a_server_has_nothing_to_show(corp, as_role):
    text = as_role(Role.DIRECTORY_ADMINISTRATOR).get(PAGE).content.decode()
    assert "No directory keeps its passwords in a directory server of its own." in text


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.USER_ADMINISTRATOR, Role.REPORTS_READER])
def test_others_neither_see_nor_check(kept, corp, as_role, answers, role):
    visitor = as_role(role)
    assert visitor.get(PAGE).status_code == 403
    assert visitor.post(url_of("check", corp)).status_code == 403
    assert visitor.post(url_of("ask", corp), {"target": "ada"}).status_code == 403
    assert answers == []


def test_a_check_is_one_click_and_says_how_it_ended(kept, corp, as_role, answers):
    visitor = as_role(Role.DIRECTORY_ADMINISTRATOR)
    assert visitor.get(url_of("check", corp)).status_code == 302  # looking at it checks nothing
    assert answers == []
    page = visitor.post(url_of("check", corp), follow=True).content.decode()
    assert f"{corp.name} was checked: Running." in page
    assert answers == [(corp.name, "")]
    kept.refresh_from_db(from_queryset=Diagnosis.objects.in_directory(corp))
    assert kept.condition == Condition.RUNNING


def test_a_click_asks_the_real_server(corp, slapd, served, as_role):
    served(slapd)
    visitor = as_role(Role.DIRECTORY_ADMINISTRATOR)
    page = visitor.post(url_of("check", corp), follow=True).content.decode()
    assert f"{corp.name} was checked: Running." in page
    slapd.make("clicked")
    page = visitor.post(url_of("ask", corp), {"target": "clicked"}).content.decode()
    assert "Passwords can be set: uid=clicked," in page


def test_another_directory_is_not_there(kept, other, as_role, answers):
    visitor = as_role(Role.DIRECTORY_ADMINISTRATOR)
    assert visitor.post(url_of("check", other)).status_code == 404
    assert visitor.post(url_of("ask", other), {"target": "ada"}).status_code == 404
    assert answers == []


def test_one_person_or_unit_is_asked_after_and_nothing_is_kept(kept, corp, as_role, answers):
    visitor = as_role(Role.DIRECTORY_ADMINISTRATOR)
    page = visitor.post(url_of("ask", corp), {"target": " ou=<i>,dc=x "}).content.decode()
    assert answers == [(corp.name, "ou=<i>,dc=x")]
    assert "ou=&lt;i&gt;,dc=x" in page
    assert "Server 1 lets the service account in." in page
    assert visitor.post(url_of("ask", corp), {"target": " "}).status_code == 302
    assert len(answers) == 1
    kept.refresh_from_db(from_queryset=Diagnosis.objects.in_directory(corp))
    assert kept.condition == Condition.MISCONFIGURED


def test_findings_are_told_in_the_readers_language(kept, as_role):
    visitor = as_role(Role.DIRECTORY_ADMINISTRATOR)
    visitor.cookies["django_language"] = "de"
    text = visitor.get(PAGE, headers={"Accept-Language": "de"}).content.decode()
    assert "Das Recht, Kennwörter zu setzen, fehlt: CN=&lt;script&gt;" in text
