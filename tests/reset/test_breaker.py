"""The breaker: what is different while somebody guesses, and who ends it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.people.registry import Act
from reset import breaker
from reset.models import AnswerCount, Strain
from tests.reset.scene import answered, asked, begun

pytestmark = pytest.mark.django_db

ACT = Act(Client.nowhere())


def strain(directory, **fields):
    until = timezone.now() + timedelta(minutes=5)
    return Strain.objects.create(directory=directory, **{"until": until, **fields})


def test_a_directory_is_strained_until_its_strain_runs_out(corp, other):
    assert not breaker.is_strained(corp)
    row = strain(corp)
    assert breaker.is_strained(corp)
    assert breaker.is_strained(corp.pk)
    assert not breaker.is_strained(other)
    row.until = timezone.now()
    row.save()
    assert not breaker.is_strained(corp)


def test_what_the_helpdesk_has_by_hand_does_not_run_out(corp):
    row = strain(corp, helpdesk_only_at=timezone.now())
    assert breaker.state_of(corp).helpdesk_only
    row.until = timezone.now()
    row.save()
    assert not breaker.state_of(corp).helpdesk_only
    assert breaker.leave_to_helpdesk(corp, ACT)
    assert not breaker.leave_to_helpdesk(corp, ACT)
    assert breaker.state_of(corp) == breaker.State(is_strained=False, helpdesk_only=True)


def test_one_click_restores_everything_and_is_written_down(corp):
    strain(corp, helpdesk_only_at=timezone.now(), by_hand=True)
    assert breaker.restore(corp, ACT)
    assert not breaker.restore(corp, ACT)
    assert breaker.state_of(corp) == breaker.CALM
    assert AuditRecord.objects.filter(kind="reset.restored").count() == 1


def test_strangers_answers_are_counted_whoever_they_are_for(ada):
    for name in ("ada@corp.example", "nobody.here@corp.example"):
        answered(asked(begun(name), "alternate_email"), "000000")
    assert sum(AnswerCount.objects.values_list("wrong", flat=True)) == 2
    assert not sum(AnswerCount.objects.values_list("passed", flat=True))
