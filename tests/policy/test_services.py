"""Which rules hold for whom."""

import dataclasses

import pytest

from accounts.people import groups
from accounts.people.models import Directory, Group, Membership, User
from accounts.policy import services
from accounts.policy.models import Policy
from tests import cast
from tests.support import tenancy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(settings) -> None:
    settings.VERIFICATION_METHODS = dict.fromkeys(
        ["alternate_email", "security_questions", "authenticator_app"], "not.loaded"
    )


def policy_for(group: Group, position: int = 0, **fields: object) -> Policy:
    """A policy for one group, before the one for everybody."""
    Policy.objects.in_directory(group.directory_id).filter(name="Everyone").update(position=90)
    made = cast.make_policy(group.directory, f"For {group.name} {position}", position=position)
    Policy.objects.in_directory(group.directory_id).filter(pk=made.pk).update(**fields)
    made.groups.add(group)
    return made


def everyone(directory: Directory) -> Policy:
    return Policy.objects.in_directory(directory).get(name="Everyone")


def unsaved(**fields: object) -> Policy:
    values = {"pk": 7, "self_service_reset": True, "methods_required": 1, **fields}
    return Policy(directory_id=1, name="Trial", **values)


def test_a_policy_without_groups_holds_everybody(ada: User, corp: Directory):
    assert services.for_user(ada) == everyone(corp)


def test_a_policy_for_a_group_holds_its_members_and_nobody_else(ada: User, ben: User, corp):
    staff = groups.create(corp, "Staff")
    groups.add_member(staff, ada)
    policy = policy_for(staff)
    assert services.for_user(ada) == policy
    assert services.for_user(ben) == everyone(corp)


def test_a_group_within_a_group_within_a_group_counts(ada: User, corp: Directory):
    company, branch, team = (groups.create(corp, name) for name in ("A", "B", "C"))
    groups.nest(company, branch)
    groups.nest(branch, team)
    groups.add_member(team, ada)
    policy = policy_for(company)
    assert services.for_user(ada) == policy


def test_a_group_below_ones_own_does_not_count(ada: User, corp: Directory):
    company, team = groups.create(corp, "A"), groups.create(corp, "B")
    groups.nest(company, team)
    groups.add_member(company, ada)
    policy_for(team)
    assert services.for_user(ada) == everyone(corp)


@pytest.mark.parametrize(("first", "second", "wins"), [(1, 2, 0), (2, 1, 1), (1, 1, 0)])
def test_the_first_that_matches_wins(ada: User, corp, first: int, second: int, wins: int):
    group = groups.create(corp, "Staff")
    groups.add_member(group, ada)
    made = [policy_for(group, first)]
    made.append(policy_for(group, second) if first != second else policy_for_again(group, second))
    assert services.for_user(ada) == made[wins]


def policy_for_again(group: Group, position: int) -> Policy:
    made = cast.make_policy(group.directory, "Later", position=position)
    made.groups.add(group)
    return made


def test_a_policy_for_everybody_that_comes_first_hides_the_rest(ada: User, corp: Directory):
    group = groups.create(corp, "Staff")
    groups.add_member(group, ada)
    policy_for(group, 5)
    Policy.objects.in_directory(corp).filter(name="Everyone").update(position=1)
    assert services.for_user(ada) == everyone(corp)


def test_somebody_who_left_the_group_is_no_longer_held(ada: User, corp: Directory):
    group = groups.create(corp, "Staff")
    groups.add_member(group, ada)
    policy_for(group)
    groups.remove_member(group, ada)
    assert services.for_user(ada) == everyone(corp)


def test_a_directory_without_policies_has_no_rules_for_anybody(ada: User, corp: Directory):
    Policy.objects.in_directory(corp).delete()
    assert services.for_user(ada) is None
    assert not services.effective(ada).enabled


def test_the_policies_of_another_directory_hold_nobody_here(ada: User, corp, other: Directory):
    everyone(corp).delete()
    assert services.for_user(ada) is None
    assert services.for_user(cast.make_user("eve", directory=other)) == everyone(other)


def test_a_group_of_another_directory_opens_no_policy_here(ada: User, corp, other: Directory):
    """Such rows cannot be made through the product; if they exist, they count for nothing."""
    foreign = groups.create(other, "Staff")
    Membership.objects.create(directory=other, user=ada, group=foreign)
    made = cast.make_policy(corp, "Crossed")
    made.groups.add(foreign)
    everyone(corp).delete()
    assert services.for_user(ada) is None


def test_a_policy_is_found_with_one_query_that_names_its_directory(
    ada: User, django_assert_num_queries
):
    with django_assert_num_queries(1), tenancy.guarded():
        assert services.for_user(ada)


def test_nobody_costs_the_query_that_somebody_costs(
    ada: User, corp: Directory, django_assert_num_queries
):
    staff = groups.create(corp, "Staff")
    groups.add_member(staff, ada)
    policy_for(staff)
    asked = []
    for key in (ada.pk, 0):
        with django_assert_num_queries(1) as queries, tenancy.guarded():
            found = services.candidates(corp, key)
        asked.append(queries.captured_queries[0]["sql"].replace(f'user_id" = {key}', "user"))
        assert [getattr(policy, "applies", None) for policy in found] == [key == ada.pk, True]
    assert asked[0] == asked[1]


def test_candidates_come_in_order_and_the_first_that_applies_is_taken(ada: User, corp: Directory):
    staff, board = groups.create(corp, "Staff"), groups.create(corp, "Board")
    groups.add_member(staff, ada)
    policy_for(board, 1)
    wanted = policy_for(staff, 2)
    found = services.candidates(corp, ada.pk)
    assert [policy.position for policy in found] == [1, 2, 90]
    rules = services.effective_among(found, None, (), administrators_may_reset=True)
    assert rules.policy == wanted


def test_a_policy_chosen_for_nobody_is_taken_whether_or_not_it_applies(corp: Directory):
    drawn = policy_for(groups.create(corp, "Board"))
    found = services.candidates(corp, 0)
    rules = services.effective_among(found, drawn, (), administrators_may_reset=False)
    assert rules.policy == drawn


def test_methods_are_those_installed_in_the_order_of_the_settings():
    rules = services.rules_of(unsaved(methods=["passkey", "authenticator_app", "alternate_email"]))
    assert rules.methods == ("alternate_email", "authenticator_app")
    assert rules.enabled


@pytest.mark.parametrize(
    "fields",
    [
        {"self_service_reset": False, "methods": ["alternate_email"]},
        {"methods": []},
        {"methods": ["passkey"]},
        {"methods": ["alternate_email"], "methods_required": 2},
        {"methods": ["alternate_email", "passkey"], "methods_required": 2},
        {"methods": ["security_questions"]},
        {"methods": ["security_questions", "passkey"]},
    ],
)
def test_a_reset_that_cannot_be_won_is_not_offered(fields: dict[str, object]):
    assert not services.rules_of(unsaved(**fields)).enabled


def test_questions_alone_open_an_account_only_where_that_is_accepted():
    policy = unsaved(methods=["security_questions"], questions_alone_accepted=True)
    assert services.rules_of(policy).methods == ("security_questions",)


def test_without_a_policy_nothing_is_allowed():
    rules = services.rules_of(None)
    assert (rules.enabled, rules.methods, rules.policy) == (False, (), None)


@pytest.mark.parametrize(
    "policy",
    [
        None,
        unsaved(methods=["security_questions"], methods_required=1),
        unsaved(self_service_reset=False, methods=["alternate_email"]),
    ],
)
def test_role_holders_pass_two_checks_whatever_the_policy_says(policy: Policy | None):
    rules = services.rules_of(policy, {"helpdesk"}, Directory(administrators_may_reset=True))
    assert (rules.enabled, rules.gates, rules.administrators) == (True, 2, True)
    assert rules.methods == ("alternate_email", "authenticator_app")


@pytest.mark.parametrize("directory", [None, Directory(administrators_may_reset=False)])
def test_only_the_directory_switches_role_holders_off(directory: Directory | None):
    rules = services.rules_of(unsaved(methods=["alternate_email"]), {"operator"}, directory)
    assert not rules.enabled


def test_role_holders_cannot_reset_with_one_method_installed(settings):
    settings.VERIFICATION_METHODS = dict.fromkeys(["alternate_email", "security_questions"], "")
    rules = services.rules_of(None, {"auditor"}, Directory(administrators_may_reset=True))
    assert not rules.enabled


def test_a_role_changes_the_rules_of_a_person(corp: Directory, make_user):
    plain, staff = make_user("plain"), make_user("staff", roles=("helpdesk",))
    assert (services.effective(plain).gates, services.effective(plain).administrators) == (1, False)
    assert (services.effective(staff).gates, services.effective(staff).administrators) == (2, True)


@pytest.mark.parametrize(
    "change",
    [
        {"pk": 8},
        {"self_service_reset": False},
        {"methods": ["alternate_email"]},
        {"methods_required": 2},
        {"questions_to_reset": 4},
        {"factor_rest_hours": 0},
        {"unconfirmed_data_accepted": True},
        {"unlock_without_reset": True},
        {"writeback_enabled": False},
        {"password_min_length": 16},
        {"banned_words": False},
        {"history_length": 2},
        {"history_on_reset": True},
    ],
)
def test_the_fingerprint_changes_with_what_matters(change: dict[str, object]):
    before, after = unsaved(), unsaved(**change)
    assert services.rules_of(before).fingerprint != services.rules_of(after).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Renamed"},
        {"position": 3},
        {"methods": ["authenticator_app", "alternate_email"]},
        {"methods": ["alternate_email", "authenticator_app", "passkey"]},
        {"helpdesk_link": "mailto:help@corp.example"},
        {"notify_users": False},
        {"registration_required": False},
        {"reconfirm_after_days": 90},
        {"talkative": True},
    ],
)
def test_the_fingerprint_stays_with_what_does_not(change: dict[str, object]):
    after = unsaved()
    for name, value in change.items():
        setattr(after, name, value)
    assert services.rules_of(unsaved()).fingerprint == services.rules_of(after).fingerprint


def test_a_role_changes_the_fingerprint():
    directory = Directory(administrators_may_reset=True)
    plain = services.rules_of(unsaved())
    staff = services.rules_of(unsaved(), {"helpdesk"}, directory)
    assert plain.fingerprint != staff.fingerprint


def test_a_fingerprint_fits_its_column_and_needs_the_pepper(settings):
    first = services.rules_of(unsaved()).fingerprint
    settings.CODE_PEPPER = "another pepper, at least as long as it must be"
    assert len(first) == 64
    assert services.rules_of(unsaved()).fingerprint != first


def test_rules_cannot_be_changed_by_those_who_read_them():
    with pytest.raises(dataclasses.FrozenInstanceError):
        services.rules_of(None).enabled = True  # type: ignore[misc]
