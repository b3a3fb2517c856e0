"""The weighing of banned words, a rule of its own."""

import pytest

from accounts.policy.models import BannedTerm, Policy
from accounts.policy.passwords import PersonWords, banned, refusals, rules_for, rules_for_user
from accounts.policy.passwords.banned import NEEDED, BannedWords, Words, normalize, score
from tests import cast

DOCUMENTED = Words.of(["contoso", "blank"])


def test_the_documented_example_of_four_points_is_refused():
    """Acceptance example 24, weighed as ADR 13 says. contoso, blank, and two more characters."""
    assert score("C0ntos0Blank12", DOCUMENTED) == 4 < NEEDED


def test_the_documented_example_of_five_points_is_accepted():
    """contoso, blank, and three more characters."""
    assert score("ContoS0Bl@nkf9!", DOCUMENTED) == NEEDED


def test_a_one_is_an_l_on_both_sides():
    assert normalize("B1@nk$0") == "blankso"
    assert score("b1ank", Words.of(["blank"])) == score("blank", Words.of(["b1ank"])) == 1


@pytest.mark.parametrize("near", ["abcdef", "abcdeg", "abcde", "bcdef", "abxcdef", "aBCdef"])
def test_a_word_with_one_letter_changed_lost_or_added_is_that_word(near: str):
    assert score(near, Words.of(["abcdef"])) == 1


@pytest.mark.parametrize("far", ["abcdxx", "abcd", "xabcxdxef", "fedcba"])
def test_two_edits_make_another_word(far: str):
    assert score(far, Words.of(["abcdef"])) == len(far)


def test_words_as_they_are_come_before_words_nearly_so():
    assert score("blankf9!", Words.of(["blank"])) == 4


def test_the_cheapest_way_to_read_a_password_counts():
    assert score("abcdefgh", Words.of(["abcd", "abcdef", "efgh"])) == 2


def test_every_other_character_is_a_point():
    assert score("x-blank-y", DOCUMENTED) == 5


def test_names_count_from_four_letters_and_only_as_they_are():
    words = Words.of([], ["Marlow", "Ada"])
    assert score("marlow", words) == 1
    assert score("marlaw", words) == 6
    assert score("ada", words) == 3


def test_four_words_and_nothing_else_are_refused_by_name():
    rule = BannedWords.of(["contoso"], PersonWords())
    (refusal,) = refusals("contosocontosoContos0", [rule])
    assert refusal.code == "banned_words"
    assert "does not allow" in refusal.message


def test_a_banned_word_in_a_long_password_is_accepted():
    assert not BannedWords.of(["contoso"], PersonWords()).check("contoso kettle orbit")


@pytest.mark.parametrize(("on", "codes"), [(True, ["banned_words"]), (False, [])])
def test_the_rule_can_be_switched_off(on: bool, codes: list[str]):
    rules = rules_for(Policy(banned_words=on), PersonWords(), terms=["zephyr", "quartzite"])
    assert [error.code for error in refusals("zephyr-quartzite1", rules)] == codes


def test_a_password_longer_than_four_words_can_cover_is_good_without_weighing():
    words, near = Words.of(["abcdefghijklmnop"]), "abcdefghxijklmnop"
    assert words.most_covered == len(near * 4)
    assert BannedWords(words).check(near * 4)
    assert score(near * 4 + "y", words) == NEEDED
    assert not BannedWords(words).check(near * 4 + "y")


def test_the_work_is_bounded_by_what_four_words_can_cover(monkeypatch: pytest.MonkeyPatch):
    """256 characters are never weighed: 68 are the most that four words of 16 reach."""
    weighed = []

    def noted(password: str, words: Words) -> int:
        weighed.append(password)
        return NEEDED

    monkeypatch.setattr(banned, "score", noted)
    rule = BannedWords(Words.of([f"{n:04}" * 4 for n in range(1000)]))
    for size in (68, 69, 256):
        rule.check("x" * size)
    assert weighed == ["x" * 68]


@pytest.mark.django_db
def test_only_the_directorys_own_list_counts(corp, other, django_assert_num_queries):
    for directory, term in ((corp, "zephyr"), (other, "quartzite")):
        BannedTerm.objects.create(directory=directory, term=term)
    user = cast.make_user("ada", directory=corp)
    with django_assert_num_queries(1):
        rules = rules_for_user(user, Policy(directory=corp))
    assert [error.code for error in refusals("zephyr1zephyrzephyr", rules)] == ["banned_words"]
    assert refusals("quartzite-quartzite-q", rules) == []
