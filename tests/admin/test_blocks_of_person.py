"""What is paused for one person: staff see it, and lift it with a reason."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.limits.services import spend
from accounts.people.models import Role, User
from accounts.people.roles import REACH
from accounts.policy.models import Policy
from accounts.signin import lockout
from accounts.signin.models import Lockout
from registration import challenges, factors, passes, rehearsal, second_factor
from registration.models import Factor
from reset import contact, limits
from tests import cast
from tests.admin.forms import fill
from tests.journeys import words_of

pytestmark = pytest.mark.django_db

WHY = "Rang from her own desk"
LOCKED = "Sign-in locked after wrong passwords"


def page_of(person):
    return reverse("admin:reset_strain_person", args=[person.pk])


def use_up(limit, *who):
    for _time in range(limit.times):
        spend(limit, *who)


def lock(person):
    until = timezone.now() + timedelta(minutes=5)
    Lockout.objects.create(
        key=lockout.key_of(person), known_browser=False, failures=10, locked_until=until
    )


def keys_on(page):
    return [row["key"] for row in page.context["rows"]]


def told(kind="reset.block_lifted"):
    found = AuditRecord.objects.filter(kind=kind).order_by("pk")
    return [json.loads(bytes(record.body))["facts"] for record in found]


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


def test_nothing_is_paused_for_most_people(visitor, ada):
    page = visitor.get(page_of(ada))
    assert keys_on(page) == []
    assert "Nothing is paused" in words_of(page)


def test_the_page_of_the_person_leads_there(visitor, ada):
    page = visitor.get(reverse("admin:accounts_user_change", args=[ada.pk])).content.decode()
    assert f'href="{page_of(ada)}"' in page


def counters_of(person, name):
    """Every counter of a person's, by the key its block has."""
    mine, mailbox = str(person.pk), Factor.objects.in_directory(person.directory_id).get()
    to = challenges.destination_of(mailbox, "")
    known = challenges.destination_of(mailbox, "", known_browser=True)
    sends = f"registration.sends_to_one_address/alternate_email/{mailbox.pk}"
    hourly = f"registration.sends_in_one_hour/alternate_email/{mailbox.pk}"
    by_method = (limits.WRONG, limits.COMPLETIONS, limits.SENDS)
    places = (limits.KNOWN, limits.PROVED, limits.STRANGER)
    mail = "alternate_email"
    return {
        **{f"{one.name}/{mail}/{at}": (one, name, mail, at) for one in by_method for at in places},
        f"reset.pace/{mail}/stranger": (limits.PACE, name, mail, "stranger"),
        f"registration.rehearsal_answers/{mail}": (rehearsal.ANSWERS, mine, mail),
        f"{sends}/stranger": (challenges.SENDS_TO_ONE_ADDRESS, to),
        f"{sends}/known": (challenges.SENDS_TO_ONE_ADDRESS, known),
        f"{hourly}/stranger": (challenges.SENDS_IN_ONE_HOUR, to),
        f"{hourly}/known": (challenges.SENDS_IN_ONE_HOUR, known),
        "reset.openings_per_name/known": (limits.OPENINGS_PER_NAME, name, "known"),
        "reset.tellings": (limits.TELLINGS, name),
        "reset.resets": (limits.RESETS, name),
        "registration.additions": (factors.ADDITIONS, mine),
        "registration.rehearsals": (rehearsal.BEGINNINGS, mine),
        "signin.second_factor": (second_factor.TRIES, mine),
        "registration.passes_for_one_person": (passes.PER_PERSON, mine),
        "registration.passes_by_one_issuer": (passes.PER_ISSUER, mine),
        "contact.messages_per_name/stranger": (contact.PER_NAME, name, "stranger"),
        "contact.messages_per_name/known": (contact.PER_NAME, name, "known"),
    }


def test_everything_is_found_and_lifted_together(visitor, ada, cleo):
    counters = counters_of(ada, lockout.key_of(ada).hex())
    for counter in counters.values():
        use_up(*counter)
    cleos = (limits.RESETS, lockout.key_of(cleo).hex())
    use_up(*cleos)
    lock(ada)
    Factor.objects.update(disabled_at=timezone.now(), failures=100)
    User.objects.filter(pk=ada.pk).update(resets_blocked_at=timezone.now())
    page = visitor.get(page_of(ada))
    out = f"registration.out_of_use/{Factor.objects.in_directory(ada.directory_id).get().pk}"
    assert set(keys_on(page)) == {*counters, "signin.lock", "reset.stopped", out}
    assert "a••••••@home.example" in words_of(page)
    assert "ada@home.example" not in words_of(page)
    after = visitor.post(page_of(ada), {"all": "yes", "reason": WHY}, follow=True)
    assert keys_on(after) == []
    assert {facts["block"] for facts in told()} == set(keys_on(page))
    assert {facts["reason"] for facts in told()} == {WHY}
    assert keys_on(visitor.get(page_of(cleo))) == ["reset.resets"]
    factor = Factor.objects.in_directory(ada.directory_id).get()
    assert (factor.failures, factor.disabled_at) == (0, None)
    for kind in ("limits.lock_lifted", "people.resets_allowed", "registration.factor_put_back"):
        assert len(told(kind)) == 1


def test_only_what_is_chosen_is_lifted(visitor, ada):
    lock(ada)
    use_up(limits.RESETS, lockout.key_of(ada).hex())
    fill(visitor, page_of(ada), block=["reset.resets"], reason=WHY)
    assert keys_on(visitor.get(page_of(ada))) == ["signin.lock"]
    assert not Tally.objects.filter(limit="reset.resets").exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"block": ["signin.lock"], "reason": " "}, "Say why"),
        ({"reason": WHY}, "Choose what shall be lifted"),
        ({"block": ["reset.resets"], "reason": WHY}, "lifted already"),
        ({"block": ["signin.lock", "moon"], "reason": WHY}, "lifted already"),
        ({"block": ["signin.lock"], "reason": "x" * 201}, "at most 200"),
        ({"all": "yes", "reason": ""}, "Say why"),
    ],
)
def test_what_is_missing_lifts_nothing(visitor, ada, given, says):
    lock(ada)
    page = visitor.post(page_of(ada), given)
    assert says in words_of(page)
    assert keys_on(page) == ["signin.lock"]
    assert not told()


def test_a_limit_with_a_try_left_is_no_block(visitor, ada):
    Policy.objects.update(answers_allowed=7)
    who = (lockout.key_of(ada).hex(), "alternate_email", limits.STRANGER)
    limit = limits.ruled(limits.WRONG, Policy.objects.in_directory(ada.directory_id).get())
    for _try in range(6):
        spend(limit, *who)
    assert keys_on(visitor.get(page_of(ada))) == []
    spend(limit, *who)
    assert keys_on(visitor.get(page_of(ada))) == ["reset.wrong_answers/alternate_email/stranger"]


def test_a_method_that_is_put_back_is_told_to_its_owner(visitor, ada, run_outbox, postbox):
    Factor.objects.update(disabled_at=timezone.now(), failures=100)
    visitor.post(page_of(ada), {"all": "yes", "reason": WHY})
    run_outbox()
    heard = {mail["To"] for mail in postbox.messages if "was added" in str(mail["Subject"])}
    assert heard == {"ada@mail.example", "ada@home.example"}


@pytest.mark.parametrize("actor", ["user_administrator", "directory_administrator", "operator"])
def test_the_matrix_decides_whose_are_lifted(as_role, make_user, actor):
    """An administrator's second check is not opened by somebody weaker, nor an equal."""
    visitor, chosen = as_role(actor), {"block": ["signin.second_factor"], "reason": WHY}
    for role in ("", *Role.values):
        target = make_user(f"target-{role}".strip("-_"), roles=(role,) if role else ())
        use_up(second_factor.TRIES, str(target.pk))
        reached = not role or role in REACH[actor]
        page = visitor.get(page_of(target))
        assert ('name="reason"' in page.content.decode()) is reached, role
        answer = visitor.post(page_of(target), chosen)
        assert answer.status_code == (302 if reached else 403), role
        assert keys_on(visitor.get(page_of(target))) == ([] if reached else chosen["block"]), role
    assert len(told()) == 1 + len(REACH[actor])


def test_nobody_lifts_their_own(as_role):
    visitor = as_role("operator")
    me = User.objects.get(user_principal_name="staff-operator@corp.example")
    lock(me)
    assert 'name="reason"' not in visitor.get(page_of(me)).content.decode()
    assert visitor.post(page_of(me), {"all": "yes", "reason": WHY}).status_code == 403
    assert Lockout.objects.exists()


def test_the_page_is_for_those_who_keep_people(as_role, ada):
    lock(ada)
    for actor in ("helpdesk", "policy_administrator", "auditor", ""):
        visitor = as_role(actor)
        assert visitor.get(page_of(ada)).status_code == 403
        assert visitor.post(page_of(ada), {"all": "yes", "reason": WHY}).status_code == 403
    assert Lockout.objects.exists()


def test_somebody_of_another_directory_does_not_exist(visitor, other, make_user):
    """S-C17"""
    eve = make_user("eve", directory=other)
    cast.add_mailbox(eve)
    lock(eve)
    assert visitor.get(page_of(eve)).status_code == 404
    assert visitor.post(page_of(eve), {"all": "yes", "reason": WHY}).status_code == 404
    assert Lockout.objects.exists()
