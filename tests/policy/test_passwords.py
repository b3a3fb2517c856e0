"""The rules of a new password, each from both sides."""

import string

import pytest

from accounts.policy.models import Policy
from accounts.policy.passwords import PersonWords, refusals, rules_for
from accounts.policy.passwords.blocklist import common
from accounts.policy.passwords.length import Length
from accounts.policy.passwords.patterns import is_pattern

ADA = PersonWords("ada.marlow@harbour.example", "Ada Marlow", "Harbour & Vale")
GOOD = "kettle orbit maple tuesday"


def broken(password: str, person: PersonWords = ADA, **settings: object) -> list[str]:
    """The codes of the rules that a password breaks."""
    policy = Policy(**settings) if settings else None
    return [error.code or "" for error in refusals(password, rules_for(policy, person))]


def with_length(size: int) -> str:
    return (GOOD * 12)[: size - 1] + "x"


@pytest.mark.parametrize("size", [15, 16, 64, 65, 128, 255, 256])
def test_from_15_to_256_characters_are_accepted(size: int):
    """S-A01, S-A03."""
    assert broken(with_length(size)) == []


@pytest.mark.parametrize("size", [0, 1, 7, 8, 14, 257, 258, 1_000_000])
def test_shorter_and_longer_ones_are_refused_for_their_length(size: int):
    assert broken(with_length(size) if size else "")[0] == "length"


@pytest.mark.parametrize(("size", "codes"), [(7, ["length"]), (8, []), (14, []), (15, [])])
def test_a_policy_may_go_down_to_8(size: int, codes: list[str]):
    assert broken("kyo#w7ptzq vmx!"[:size], password_min_length=8) == codes


def test_no_policy_goes_below_8_whatever_its_row_says():
    assert broken("kyo#w7p", password_min_length=1) == ["length"]


def test_a_policy_may_ask_for_more():
    assert broken(with_length(19), password_min_length=20) == ["length"]


@pytest.mark.parametrize(
    "alphabet",
    [
        "\N{GRINNING FACE}\N{ROCKET}\N{OCTOPUS}\N{HOT BEVERAGE}\N{SNOWMAN}",
        "".join(chr(code) for code in range(0x10428, 0x10437)),  # Deseret
        "x\u0323m\u0302",  # no single code point exists for these
    ],
)
def test_each_code_point_counts_as_one(alphabet: str):
    """S-A02: neither bytes nor UTF-16 units nor what looks like one sign."""
    text = alphabet * 15
    assert "length" not in broken(text[:15])
    assert "length" in broken(text[:14])


def test_the_refusal_of_a_short_password_says_how_many_characters_are_needed():
    (refusal,) = refusals("kettle orbit", rules_for(None, ADA))
    assert "15 characters or more" in refusal.message
    assert "has 12" in refusal.message


def test_the_refusal_of_a_long_password_says_that_nothing_is_cut():
    (refusal,) = refusals("x" * 257, rules_for(None, ADA))
    assert "at most 256" in refusal.message
    assert Length().check("x" * 257) == refusal.message


def test_every_printable_sign_is_accepted_at_every_place():
    """S-A05: spaces and signs too, first, in the middle and last."""
    for char in string.printable[:95]:
        for password in (char + GOOD, GOOD[:9] + char + GOOD[9:], GOOD + char):
            assert broken(password) == [], password


@pytest.mark.parametrize("char", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\u2028", "\ud800"])
def test_control_characters_are_refused_by_name(char: str):
    assert broken(GOOD[:9] + char + GOOD[9:]) == ["characters"]


def test_a_letter_made_of_two_signs_is_refused_rather_than_changed():
    """S-A14: the bytes a directory gets are the bytes it must get again."""
    assert broken("cafe\u0301 orbit maple tuesday") == ["characters"]
    assert broken("caf\u00e9 orbit maple tuesday") == []


def test_a_stack_of_accents_cannot_slow_the_rules_down():
    """S-C34: what is too long is not normalised, walked or weighed."""
    assert broken("a" + "\u0301\u0316" * 500_000) == ["length"]


@pytest.mark.parametrize(
    "known",
    [
        "123456789123456789",
        "1q2w3e4r5t6y7u8i9o0p",
        "MANCHESTERUNITED",
        "Manchester United",
        "may the force be with you",
        "May-The-Force-Be-With-You",
        "passwordpassword",
        "P@ssw0rd P@ssw0rd",
        "dragondragondragon",
        "password12345678",
        "!!!!password!!!!",
        "Welcome 2026!!!!",
        "P@ssw0rd-2026!!!",
        "butterfly1990-07",
    ],
)
def test_a_well_known_password_and_its_variants_are_refused(known: str):
    """S-A07, S-B-6.2.4."""
    assert broken(known) == ["common"]


@pytest.mark.parametrize(
    "pattern",
    [
        "aaaaaaaaaaaaaaa",
        "               ",
        "- - - . . . , , ,",
        "123456789012345",
        "098765432109876",
        "abcabcabcabcabc",
        "abcdefghijklmno",
        "zyxwvutsrqponml",
        "qwertyuiopasdfg",
        "QWERTYUIOPasdfg",
        "1qaz2wsx3edc4rfv",
        "qwerty123456789",
        "aaaaabbbbbccccc",
        "asdfghjkl1234567",
    ],
)
def test_repeats_and_walks_over_the_keyboard_are_refused(pattern: str):
    assert broken(pattern) == ["common"]


@pytest.mark.parametrize(
    "fine",
    [
        "my password is a kettle",
        "dragon eats tuesday maple",
        "sunflower-butterfly-anvil",
        "correct horse battery staple",
        "dragon 847192740013",
        "xk2 9vq 7hd 4mz 1bt",
        "aaaa bbbb and a kettle",
        "qwerty is not my only word",
        "abc123xyz789qwe",
    ],
)
def test_a_common_word_within_a_longer_password_is_no_reason_to_refuse(fine: str):
    """S-A07: the whole password is compared, not its parts."""
    assert broken(fine) == []


def test_three_letters_and_some_digits_are_no_variant_of_a_common_password():
    assert broken("abc-4917-2", password_min_length=8) == []


def test_the_shipped_list_is_there_and_of_use():
    assert len(common()) > 19_000
    assert {"password", "thequickbrownfox", "12345678"} <= common()


def test_at_8_characters_the_list_holds_thousands():
    assert sum(len(entry) >= 8 for entry in common()) > 8_000


@pytest.mark.parametrize("entry", ["iloveyou", "trustno1", "Sunshine1", "princess"])
def test_short_common_passwords_are_refused_under_a_short_policy(entry: str):
    assert "common" in broken(entry, password_min_length=8)


@pytest.mark.parametrize("text", ["", "a", "ab", "k7", "kettle", "abcxyzw9", "aab"])
def test_not_everything_is_a_pattern(text: str):
    assert not is_pattern(text)


@pytest.mark.parametrize(
    "derived",
    [
        "adamarlowadamarlow",
        "Ada.Marlow@Harbour",
        "marlow ada 1984-06-12",
        "Harbour Vale 2026!",
        "HarbourWinter2026!",
        "4d4.m4rl0w.h4rb0ur",
        "Harbour password 1",
        "ada.marlow@harbour.example1"[:18],
    ],
)
def test_a_password_made_of_names_is_refused(derived: str):
    """S-B-6.1.2: the person, the organisation, the product, seasons and years."""
    assert "names" in broken(derived, banned_words=False)


@pytest.mark.parametrize(
    "fine",
    [
        "marlow likes strawberries",
        "harbour lights at dawn",
        "ada 19 kettle orbit",
        "ada 98234 77213 99",
    ],
)
def test_a_name_within_a_longer_password_is_accepted(fine: str):
    assert broken(fine) == []


def test_somebody_elses_name_is_an_ordinary_word():
    assert broken("marlowmarlow kettle", PersonWords("ben@corp.example", "Ben Okafor", "")) == []


def test_a_person_without_names_can_choose_a_password():
    assert broken(GOOD, PersonWords()) == []


def test_every_rule_says_what_it_wants_before_anybody_types():
    rules = rules_for(None, ADA)
    assert [rule.code for rule in rules] == [
        "length",
        "names",
        "common",
        "characters",
        "breached",
        "banned_words",
    ]
    assert all(rule.text for rule in rules)


def test_the_checklist_gets_what_it_can_tell_by_itself():
    live = {rule.code: rule.live for rule in rules_for(None, ADA)}
    assert live["length"] == {"rule": "length", "min": "15"}
    assert live["names"]["rule"] == "without"
    assert set(live["names"]["words"].split()) == {"ada", "marlow", "harbour", "vale"}
    assert live["common"] == live["characters"] == live["banned_words"] == {}


def test_without_names_the_checklist_leaves_the_rule_to_the_server():
    (names,) = (
        rule for rule in rules_for(None, PersonWords("x@y.z", "Xy")) if rule.code == "names"
    )
    assert names.live == {}


def test_two_broken_rules_are_both_named():
    assert broken("password\n") == ["length", "common", "characters"]


@pytest.mark.parametrize("word", ["please", "invalid", "sorry", "illegal"])
def test_no_text_blames_or_begs(word: str):
    rules = rules_for(None, ADA)
    spoken = [rule.text for rule in rules]
    for password in ("", "x" * 257, "aaaaaaaaaaaaaaa", "a\nb", "e\u0301", "adamarlow", "ada"):
        spoken += [str(error.message) for error in refusals(password, rules)]
    assert not [text for text in spoken if word in text.lower()]
