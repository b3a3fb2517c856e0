import pytest
import yaml
from django.core.management import CommandError

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory, Group, GroupClosure
from accounts.policy.models import BannedTerm, Policy
from registration.telephony.budgets import budget_of
from tests.commands.configuration import FULL, SMALL, policy_with, settings_of, told

pytestmark = pytest.mark.django_db


def test_a_file_makes_a_directory_with_everything_in_it(directory_file):
    told("apply", directory_file(FULL))
    corp = Directory.objects.get(name="Corp")
    assert (corp.alias, corp.organization, corp.lockout_threshold) == ("CORP", "Corp Ltd", 8)
    budget = budget_of(corp)
    assert (budget.countries, budget.per_directory, budget.pause_countries) == (
        ["GB", "IE"],
        500,
        False,
    )
    assert bytes(corp.logo).startswith(b"\x89PNG")
    assert corp.is_default
    assert set(corp.domains.values_list("name", flat=True)) == {"corp.example", "second.example"}
    assert BannedTerm.objects.in_directory(corp).count() == 2


def test_policies_stand_in_the_order_of_the_file(directory_file):
    told("apply", directory_file(FULL))
    corp = Directory.objects.get(name="Corp")
    policies = list(Policy.objects.in_directory(corp))
    assert [policy.name for policy in policies] == ["Sales", "Everyone"]
    assert list(policies[0].groups.values_list("name", flat=True)) == ["Sales"]
    everyone = policies[1]
    assert (everyone.helpdesk_kind, everyone.password_min_length) == ("link", 12)
    assert everyone.reconfirm_after_days == 90
    assert (everyone.refuse_voip_numbers, everyone.refuse_landlines_for_text) == (True, False)
    assert (corp.default_region, policies[0].refuse_landlines_for_text) == ("GB", True)


def test_groups_are_nested(directory_file):
    told("apply", directory_file(FULL))
    corp = Directory.objects.get(name="Corp")
    sales, north = (Group.objects.in_directory(corp).get(name=n) for n in ("Sales", "Sales North"))
    above = GroupClosure.objects.in_directory(corp).filter(descendant=north)
    assert above.filter(ancestor=sales).exists()


def test_applying_twice_changes_nothing(directory_file):
    told("apply", directory_file(FULL))
    before = AuditRecord.objects.count()
    assert "0 changes" in told("apply", directory_file(FULL))
    assert AuditRecord.objects.count() == before


def test_a_plan_says_what_apply_will_do_and_does_nothing(directory_file):
    text = told("plan", directory_file(FULL))
    assert "+ Corp: nothing -> new directory" in text
    assert "Corp / policy Everyone / methods_required: 2 -> 1" in text
    assert not Directory.objects.exists()
    assert not AuditRecord.objects.exists()


def test_an_export_changes_nothing_when_applied(directory_file):
    told("apply", directory_file(FULL))
    exported = told("export", "Corp")
    assert "Nothing would change" in told("plan", directory_file(exported))


def test_an_export_into_an_empty_place_gives_the_same_export(directory_file):
    told("apply", directory_file(FULL))
    exported = told("export")
    content = yaml.safe_load(exported)
    content["directories"][0] |= {"name": "Copy", "domains": ["copy.example"], "alias": "COPY"}
    content["directories"][0]["default"] = False
    told("apply", directory_file(yaml.safe_dump(content)))
    copy = yaml.safe_load(told("export", "Copy"))
    assert copy == content


def test_what_the_file_does_not_say_stays(directory_file):
    told("apply", directory_file(FULL))
    told("apply", directory_file(SMALL.replace("]", ", second.example]")))
    corp = Directory.objects.get(name="Corp")
    assert corp.organization == "Corp Ltd"
    assert Policy.objects.in_directory(corp).count() == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("directory: []", "the file.directory: unknown key"),
        ("", "the file: must hold some of: directories"),
        ("directories: []", "directories: name at least one directory"),
        ("directories: {}", "directories: must be a list"),
        ("directories: [{}]", "directories[0].name: give it a name"),
        ("directories: [{name: Corp}]", "directories[0].domains"),
        ("directories: [{name: Corp, domains: [a b]}]", "a b is not a domain name"),
        (settings_of("colour: red"), "directories[0].colour: unknown key"),
        (settings_of("store: {kind: carrier pigeon}"), "carrier pigeon"),
        (settings_of("store: {sort: cloud}"), "directories[0].store.sort: unknown key"),
        (settings_of("telephony: {countries: [UK]}"), "countries: UK is no country"),
        (settings_of("telephony: {countries: [GB, GB]}"), "A country is listed twice"),
        (settings_of("telephony: {countries: ['*', GB]}"), "countries: * is no country"),
        (settings_of("telephony: {per_person: -1}"), "per_person"),
        (settings_of("telephony: {alarm_percent: 96}"), "alarm_percent"),
        (settings_of("telephony: {per_day: 5}"), "telephony.per_day: unknown key"),
        (settings_of("default_region: UK"), "UK is no country"),
        (settings_of("default_region: gb"), "gb is no country"),
        (settings_of("store: cloud"), "directories[0].store: must hold some of: kind"),
        (settings_of("branding: {primary_color: blue}"), "primary_color: Write a colour"),
        (settings_of("branding: {logo: nowhere.png}"), "nowhere.png cannot be read"),
        (settings_of("branding: {logo: directories.yaml}"), "The logo must be a PNG"),
        (settings_of("banned_words: [abc]"), "A banned word has 4 to 16 characters"),
        (settings_of("sign_in: {lockout_threshold: 1000}"), "lockout_threshold"),
        (settings_of("sign_in: {lockout_threshold: true}"), "must be a whole number, not True"),
        (settings_of("groups: [{name: A, contains: [A]}]"), "groups cannot contain each other"),
        (policy_with("methods: [carrier_pigeon]"), "There is no method called carrier_pigeon"),
        (policy_with("methods_required: 3"), "policies[0]: methods_required"),
        (policy_with("methods_required: '2'"), "methods_required: must be a whole number, not '2'"),
        (policy_with("self_service_reset: maybe"), "must be true or false, not 'maybe'"),
        (policy_with("metods: []"), "directories[0].policies[0].metods: unknown key"),
        (policy_with("questions: {required: 3}"), "policies[0].questions.required: unknown key"),
        (policy_with("helpdesk: {link: 'javascript:alert(1)'}"), "policies[0]: helpdesk_link"),
        (SMALL + SMALL.replace("directories:\n", ""), "directories: Corp is there twice"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(directory_file, text, place):
    for action in ("plan", "apply"):
        with pytest.raises(CommandError) as refusal:
            told(action, directory_file(text))
        assert place in str(refusal.value)
    assert not Directory.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        told("plan", tmp_path / "none.yaml")


def test_every_fault_is_told_at_once(directory_file):
    with pytest.raises(CommandError) as refusal:
        told("plan", directory_file(settings_of("colour: red\nsize: 3")))
    assert "colour" in str(refusal.value)
    assert "size" in str(refusal.value)


def test_a_domain_with_people_in_it_cannot_be_taken_away(directory_file, make_user):
    make_user("ada")
    file = directory_file(SMALL.replace("corp.example", "new.example"))
    with pytest.raises(CommandError, match=r"corp\.example cannot be removed"):
        told("apply", file)


def test_a_domain_of_another_directory_is_refused(directory_file, other):
    with pytest.raises(CommandError, match="already exists"):
        told("apply", directory_file(SMALL.replace("corp.example", "other.example")))


def test_changes_are_written_down_with_old_and_new(directory_file):
    told("apply", directory_file(policy_with("methods_required: 2")))
    told("apply", directory_file(policy_with("methods_required: 1")), "--accept-weaker")
    last = AuditRecord.objects.filter(kind="policy.changed").latest("pk")
    assert b"methods_required: 2 -> 1" in bytes(last.body)


def test_an_unknown_directory_cannot_be_exported(corp):
    with pytest.raises(CommandError, match="There is no directory called Nope"):
        told("export", "Nope")


def test_unwise_policies_are_remarked_upon(directory_file):
    text = told("plan", directory_file(policy_with("self_service_reset: true")))
    assert "note: Corp / policy Everyone: A lost phone locks people out" in text
