"""Nobody looks like somebody of the same directory, today and tomorrow (S-C01, P-C26)."""

import pytest

from accounts.people import groups
from accounts.policy.models import Policy
from registration.models import Factor
from reset import checks, decoys
from reset.outcomes import Standing
from tests.cast import add_app, add_mailbox, add_pass, make_policy, make_user
from tests.reset.scene import STRANGER, begun, fresh

pytestmark = pytest.mark.django_db

STRANGERS = [f"stranger{number}@corp.example" for number in range(30)]


@pytest.fixture
def people(corp):
    """Twenty people with one mailbox each."""
    made = [make_user(f"person{number}", directory=corp) for number in range(20)]
    for user in made:
        add_mailbox(user)
    decoys.recompute()
    return made


def methods_of(attempt):
    return [offer["method"] for offer in attempt.offers]


def test_a_decoy_never_has_what_nobody_under_its_policy_has(corp):
    """P-C26: an app under the policy of those who only have mailboxes would tell it apart."""
    sales = make_policy(corp, "Sales", position=0, unlock_without_reset=True)
    Policy.objects.in_directory(corp).filter(name="Everyone").update(position=1)
    group = groups.create(corp, "Sales")
    sales.groups.add(group)
    for number in range(6):
        user = make_user(f"person{number}", directory=corp)
        if number % 2:
            groups.add_member(group, user)
        (add_mailbox if number % 2 else add_app)(user)
    decoys.recompute()
    seen = {(str(a.policy), *methods_of(a)) for a in map(begun, STRANGERS)}
    assert seen == {("Sales", "alternate_email"), ("Everyone", "authenticator_app")}


def test_a_decoy_loses_a_method_when_the_policy_does(corp):
    """S-C01: not only the next night, or everybody who still has it would be nobody."""
    for number in range(6):
        user = make_user(f"person{number}", directory=corp)
        add_mailbox(user)
        add_app(user)
    decoys.recompute()
    Policy.objects.in_directory(corp).update(methods=["alternate_email"])
    assert {tuple(methods_of(begun(name))) for name in STRANGERS} == {("alternate_email",)}


def test_decoys_have_two_mailboxes_where_people_have(corp):
    for number in range(6):
        user = make_user(f"person{number}", directory=corp)
        add_mailbox(user)
        add_mailbox(user, f"second{number}@post.example")
    decoys.recompute()
    assert methods_of(begun(STRANGERS[0])) == ["alternate_email", "alternate_email"]


def test_the_chosen_one_of_two_mailboxes_is_shown_to_nobody_as_well(corp, people):
    attempt = begun(STRANGERS[0])
    attempt.offers = [
        {"method": "alternate_email", "hint": hint, "factor": None} for hint in ("first", "second")
    ]
    attempt.save(update_fields=["offers"])
    for number, hint in enumerate(("first", "second")):
        checks.choose(attempt, number, client=STRANGER)
        assert checks.chosen_offer(fresh(attempt))["hint"] == hint


def looks():
    return [begun(name).offers for name in STRANGERS]


def test_decoys_stay_as_they_are_when_somebody_joins(corp, people):
    """S-C01: what changes overnight in many names at once would be the decoys."""
    before = looks()
    add_mailbox(make_user("newcomer", directory=corp), "newcomer@elsewhere.example")
    decoys.recompute()
    assert looks() == before


def test_decoys_follow_when_the_directory_has_changed(corp, people):
    for factor in Factor.objects.in_directory(corp):
        factor.address = factor.address.replace("home.example", "moved.example")
        factor.save()
    decoys.recompute()
    hints = {offer["hint"].partition("@")[2] for offers in looks() for offer in offers}
    assert hints == {"moved.example"}


def test_role_holders_are_not_told_by_methods_that_policy_has_not(corp):
    """P-C26: they may use them, so some of those who are nobody seem to have them as well."""
    Policy.objects.in_directory(corp).update(methods=["alternate_email"])
    for number in range(6):
        user = make_user(f"person{number}", directory=corp, roles=("helpdesk",) * (number % 2))
        add_mailbox(user)
        add_app(user)
    decoys.recompute()
    seen = {frozenset(methods_of(begun(name))) for name in STRANGERS}
    assert seen == {frozenset(methods_of(begun(f"person{n}@corp.example"))) for n in range(2)}
    assert len(seen) == 2


def test_a_role_holder_under_no_policy_is_asked_what_everybody_is(corp, ben):
    """I9: the general policy says what the pages are like for who is under none, as for nobody."""
    policy = Policy.objects.in_directory(corp)
    policy.get().groups.add(groups.create(corp, "Others"))
    policy.update(unlock_without_reset=True)
    ben.role_grants.create(directory=corp, role="helpdesk")
    somebody, nobody = (begun(f"{name}@corp.example", goal="") for name in ("ben", "nobody"))
    assert somebody.standing == Standing.READY
    for field in ("may_unlock", "goal", "policy"):
        assert getattr(somebody, field) == getattr(nobody, field)


def test_a_method_that_is_not_installed_any_more_shows_nobody(corp, ada):
    """I9: what is left of it opens nothing, and its owner's attempt begins like nobody's."""
    ada.factors.update(method="carrier_pigeon")
    Policy.objects.in_directory(corp).update(self_service_reset=False)
    assert [offer["factor"] for offer in begun("ada@corp.example").offers] == [None]


def test_a_role_holder_is_not_told_by_a_pass_that_policy_has_not(corp, ben):
    """I9, P-C26: nobody under such a policy is offered one."""
    ben.role_grants.create(directory=corp, role="helpdesk")
    add_pass(ben)
    assert "temporary_pass" not in methods_of(begun("ben@corp.example"))
    Policy.objects.in_directory(corp).update(methods=["alternate_email", "temporary_pass"])
    for name in ("ben", "nobody"):
        assert "temporary_pass" in methods_of(begun(f"{name}@corp.example"))
