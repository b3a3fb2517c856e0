"""What a policy may say: each rule from both sides."""

import pytest
from django.core.exceptions import ValidationError

from accounts.policy import validation
from accounts.policy.models import BannedTerm, Policy
from accounts.policy.questions import PREDEFINED

KNOWN = ["alternate_email", "authenticator_app", "mobile_phone", "security_questions"]
SIX = [f"Which kettle was number {n}?" for n in range(6)]


def policy(**fields: object) -> Policy:
    return Policy(name="Trial", **fields)


def faults(**fields: object) -> list[str]:
    """The fields that validation objects to."""
    try:
        validation.validate(policy(**fields), installed=KNOWN)
    except ValidationError as error:
        return sorted(error.message_dict)
    return []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"methods": ["alternate_email"], "methods_required": 1},
        {"methods": ["alternate_email", "mobile_phone"], "methods_required": 2},
        {"methods": KNOWN, "custom_questions": SIX, "methods_required": 2},
        {
            "methods": ["security_questions"],
            "methods_required": 1,
            "custom_questions": SIX,
            "questions_alone_accepted": True,
        },
        {"questions_to_register": 5, "questions_to_reset": 5},
        {"predefined_questions": list(PREDEFINED)[:6], "custom_questions": []},
        {"custom_questions": ["abc", "x" * 200]},
        {"custom_questions": [f"kettle {n}?" for n in range(20)]},
        {"helpdesk_kind": "link", "helpdesk_link": "https://help.corp.example/"},
        {"helpdesk_kind": "built_in", "helpdesk_link": ""},
    ],
)
def test_a_policy_within_the_rules_is_accepted(fields: dict[str, object]):
    assert faults(**fields) == []


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"methods": []}, "methods"),
        ({"methods": ["alternate_email"], "methods_required": 2}, "methods"),
        ({"methods": ["alternate_email", "carrier_pigeon"]}, "methods"),
        ({"methods": ["alternate_email", "alternate_email"]}, "methods"),
        ({"methods": "alternate_email"}, "methods"),
        ({"methods": None}, "methods"),
        ({"methods": {"alternate_email": True, "authenticator_app": True}}, "methods"),
        ({"methods": ["alternate_email", 7]}, "methods"),
        ({"questions_to_register": 3, "questions_to_reset": 4}, "questions_to_reset"),
        ({"custom_questions": ["ab"]}, "custom_questions"),
        ({"custom_questions": ["x" * 201]}, "custom_questions"),
        ({"custom_questions": ["abc", "abc"]}, "custom_questions"),
        ({"custom_questions": "abcdef"}, "custom_questions"),
        ({"custom_questions": [3]}, "custom_questions"),
        ({"predefined_questions": None}, "custom_questions"),
        ({"predefined_questions": ["first_unicorn"]}, "predefined_questions"),
        ({"predefined_questions": ["first_pet", "first_pet"]}, "custom_questions"),
        ({"custom_questions": [f"kettle {n}?" for n in range(21)]}, "custom_questions"),
        ({"methods": KNOWN, "custom_questions": SIX[:4]}, "custom_questions"),
        ({"helpdesk_kind": "link", "helpdesk_link": ""}, "helpdesk_link"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused_at_the_field(fields: dict[str, object], at: str):
    assert faults(**fields) == [at]


def test_questions_alone_are_refused_until_the_risk_is_accepted():
    fields = {
        "methods": ["security_questions"],
        "methods_required": 1,
        "custom_questions": SIX,
    }
    assert faults(**fields) == ["methods"]
    assert faults(**fields, questions_alone_accepted=True) == []


def test_every_broken_rule_is_told_at_once():
    assert faults(methods=[], helpdesk_kind="link", questions_to_register=3) == [
        "helpdesk_link",
        "methods",
    ]


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("methods_required", 1, 2),
        ("questions_to_register", 3, 5),
        ("questions_to_reset", 3, 5),
        ("reconfirm_after_days", 0, 730),
        ("registration_skips", 0, 100),
        ("registration_skip_days", 0, 365),
        ("factor_rest_hours", 0, 720),
        ("password_min_length", 8, 128),
        ("history_length", 0, 24),
    ],
)
def test_every_number_has_its_range(field: str, low: int, high: int):
    for value, fine in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        assert (field not in wrong_fields(**{field: value})) is fine


def wrong_fields(**fields: object) -> set[str]:
    made = policy(**fields)
    try:
        made.clean_fields(exclude=["directory"])
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.parametrize(
    "link",
    [
        "https://help.corp.example/",
        "http://intranet.corp.example/help?from=portal",
        "mailto:help@corp.example",
        "help@corp.example",
    ],
)
def test_a_helpdesk_link_leads_to_a_page_or_a_mailbox(link: str):
    validation.helpdesk_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "javascript:alert(1)//@corp.example",
        "javascript://corp.example/%0aalert(1)",
        "data:text/html,hello",
        "ftp://corp.example/",
        "https://",
        "//corp.example/",
        "corp.example",
        "https://corp.example/<script>",
        "https://corp.example/a b",
        "mailto:",
        "mailto:not an address",
        "help@corp.example\nBcc: all@corp.example",
    ],
)
def test_a_helpdesk_link_is_nothing_a_browser_would_run(link: str):
    with pytest.raises(ValidationError):
        validation.helpdesk_link(link)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"methods": ["authenticator_app", "alternate_email"]}, "lost phone"),
        ({"password_min_length": 14}, "SP 800-63B"),
        ({"talkative": True}, "Strangers"),
        ({"methods": ["security_questions"], "questions_alone_accepted": True}, "Answers alone"),
        ({"self_service_reset": True, "methods_required": 1}, "One check"),
    ],
)
def test_what_is_possible_and_unwise_is_said(fields: dict[str, object], word: str):
    assert [text for text in validation.warnings(policy(**fields), installed=KNOWN) if word in text]


def test_a_careful_policy_has_no_warnings():
    careful = policy(
        self_service_reset=True, methods=["alternate_email", "mobile_phone", "authenticator_app"]
    )
    assert validation.warnings(careful, installed=KNOWN) == []


def test_a_method_that_is_not_installed_is_kept_and_said():
    named = policy(methods=["alternate_email", "mobile_phone"])
    validation.validate(named, installed=["alternate_email"])
    (said,) = validation.warnings(named, installed=["alternate_email"])
    assert "mobile_phone" in said


@pytest.mark.parametrize("size", [4, 16])
def test_a_banned_word_has_4_to_16_characters(size: int):
    validation.validate_term("x" * size, others=0)


@pytest.mark.parametrize("size", [0, 3, 17])
def test_a_banned_word_of_another_length_is_refused(size: int):
    with pytest.raises(ValidationError) as refused:
        validation.validate_term("x" * size, others=0)
    assert refused.value.code == "term_length"


def test_a_directory_bans_at_most_1000_words():
    validation.validate_term("zephyr", others=999)
    with pytest.raises(ValidationError) as refused:
        validation.validate_term("zephyr", others=1000)
    assert refused.value.code == "terms"


@pytest.mark.django_db
def test_banned_words_are_kept_in_small_letters_and_counted_by_directory(corp, other, monkeypatch):
    monkeypatch.setattr(validation, "TERMS", 1)
    BannedTerm.objects.create(directory=other, term="quartzite")
    term = BannedTerm(directory=corp, term="  ZePhyr ")
    term.clean()
    assert term.term == "zephyr"
    term.save()
    term.clean()
    with pytest.raises(ValidationError, match="remove one first"):
        BannedTerm(directory=corp, term="marble").clean()
