import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.people import groups
from accounts.policy.models import BannedTerm, Policy
from registration.models import Coverage
from tests.admin.forms import errors_on, fields_of, fill

ADD = reverse("admin:accounts_policy_add")
ADD_WORDS = reverse("admin:accounts_bannedterm_add")
WORDS = reverse("admin:accounts_bannedterm_changelist")


@pytest.fixture
def visitor(as_role):
    return as_role("policy_administrator")


@pytest.fixture
def policy(corp):
    return Policy.objects.in_directory(corp).get()


@pytest.fixture
def page(policy):
    return reverse("admin:accounts_policy_change", args=[policy.pk])


def last(kind):
    return bytes(AuditRecord.objects.filter(kind=kind).latest("pk").body).decode()


def test_a_change_is_saved_and_told_with_old_and_new(visitor, policy, page):
    fill(visitor, page, password_min_length="20", methods=["authenticator_app", "alternate_email"])
    policy.refresh_from_db()
    assert policy.password_min_length == 20
    assert "password_min_length: 15 -> 20" in last("policy.changed")


def test_saving_without_a_change_leaves_no_trace(visitor, page):
    fill(visitor, page)
    assert not AuditRecord.objects.filter(kind="policy.changed").exists()


def test_the_groups_of_a_policy_are_saved_and_told(visitor, corp, policy, page):
    sales = groups.create(corp, "Sales")
    fill(visitor, page, groups=[str(sales.pk)])
    assert list(policy.groups.all()) == [sales]
    assert "groups: [] -> [Sales]" in last("policy.changed")


def test_a_change_has_it_counted_again_who_could_get_back_in(visitor, corp, page):
    fill(visitor, page, methods_required="2")
    assert Parcel.objects.filter(kind="coverage", directory=corp).count() == 1


def test_the_counting_is_done_by_the_outbox(visitor, page, ada, run_outbox):
    fill(visitor, page, methods_required="2")
    run_outbox()
    assert not Coverage.objects.in_directory(ada.directory_id).get(user=ada).registered


def test_a_group_of_another_directory_cannot_be_chosen(visitor, policy, page, other):
    theirs = groups.create(other, "Theirs")
    answer = fill(visitor, page, groups=[str(theirs.pk)])
    assert "not one of the available choices" in errors_on(answer)
    assert not policy.groups.exists()


def test_what_is_unwise_is_said_after_saving(visitor, page):
    answer = fill(visitor, page, password_min_length="8")
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "Passwords under 15 characters" in answer.content.decode() + told


def test_whom_a_policy_strands_is_said_after_saving(visitor, page, cleo):
    answer = fill(visitor, page, methods_required="2")
    assert "1 person has not registered enough methods" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"methods": []}, "Choose at least as many methods as a reset needs."),
        ({"methods": ["alternate_email"], "methods_required": "2"}, "Choose at least as many"),
        ({"methods": ["carrier_pigeon"]}, "Select a valid choice"),
        ({"methods_required": "3"}, "less than or equal to 2"),
        ({"questions_to_register": "3", "questions_to_reset": "5"}, "more questions than people"),
        ({"custom_questions": "ab"}, "3 to 200 characters"),
        ({"custom_questions": "\n".join(map(str, range(100, 121)))}, "At most 20 questions"),
        ({"custom_questions": "What?\nWhat?"}, "listed twice"),
        ({"reconfirm_after_days": "731"}, "less than or equal to 730"),
        ({"password_min_length": "7"}, "greater than or equal to 8"),
        ({"history_length": "25"}, "less than or equal to 24"),
        ({"helpdesk_link": "javascript:alert(1)"}, "Write an email address"),
        ({"helpdesk_kind": "link"}, "Say which address the helpdesk link opens."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_a_policy_cannot_say_is_refused(visitor, policy, page, given, reason):
    answer = fill(visitor, page, **given)
    assert reason in errors_on(answer)
    assert not AuditRecord.objects.filter(kind="policy.changed").exists()


def test_a_new_policy_belongs_to_the_directory_of_who_made_it(visitor, corp):
    fill(visitor, ADD, name="Sales", position="1")
    made = Policy.objects.get(name="Sales")
    assert made.directory == corp
    assert not made.self_service_reset


def test_the_directory_cannot_be_chosen_by_whoever_has_one(visitor, corp, other):
    assert "directory" not in fields_of(visitor, ADD)
    fill(visitor, ADD, name="Sales", directory=str(other.pk))
    assert Policy.objects.get(name="Sales").directory == corp


def test_an_operator_chooses_the_directory(as_role, other):
    fill(as_role("operator"), ADD, name="Sales", directory=str(other.pk))
    assert Policy.objects.get(name="Sales").directory == other


def test_two_policies_of_a_directory_cannot_have_one_name(visitor, corp):
    answer = fill(visitor, ADD, name="Everyone")
    assert "already exists" in errors_on(answer)
    assert Policy.objects.in_directory(corp).count() == 1


def test_a_policy_can_be_removed(visitor, policy):
    visitor.post(reverse("admin:accounts_policy_delete", args=[policy.pk]), {"post": "yes"})
    assert not Policy.objects.filter(pk=policy.pk).exists()
    assert "Everyone" in last("policy.removed")


def test_many_words_are_banned_at_once(visitor, corp):
    fill(visitor, ADD_WORDS, words="Tulip\nwindmill\n\ntulip")
    assert set(BannedTerm.objects.in_directory(corp).values_list("term", flat=True)) == {
        "tulip",
        "windmill",
    }
    assert '"added":["tulip","windmill"]' in last("policy.banned_words_changed")


@pytest.mark.parametrize("words", ["abc", "x" * 17, ""])
def test_a_word_of_the_wrong_length_is_refused_with_all_others(visitor, corp, words):
    answer = fill(visitor, ADD_WORDS, words=f"tulip\n{words}" if words else "")
    assert errors_on(answer)
    assert not BannedTerm.objects.in_directory(corp).exists()


def test_a_thousand_words_are_enough(visitor, corp):
    BannedTerm.objects.bulk_create(
        BannedTerm(directory=corp, term=f"word{number}") for number in range(999)
    )
    answer = fill(visitor, ADD_WORDS, words="tulip\nwindmill")
    assert "1000 words" in errors_on(answer)


def test_words_are_allowed_again(visitor, corp):
    word = BannedTerm.objects.create(directory=corp, term="tulip")
    visitor.post(WORDS, {"action": "remove", "_selected_action": [word.pk]})
    assert not BannedTerm.objects.in_directory(corp).exists()
    assert '"removed":["tulip"]' in last("policy.banned_words_changed")


def test_words_of_another_directory_stay(visitor, other):
    word = BannedTerm.objects.create(directory=other, term="tulip")
    visitor.post(WORDS, {"action": "remove", "_selected_action": [word.pk]})
    assert BannedTerm.objects.in_directory(other).exists()
