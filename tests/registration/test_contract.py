"""What every method must do. A new one in settings is tested here by itself."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from accounts.people.models import Directory, User
from registration import methods
from registration.challenges import Verdict
from tests.registration.provers import answer, issue, make_factor, right_answer

pytestmark = pytest.mark.django_db
SLUGS = list(methods.all_methods())
NONSENSE = ["", "12345", "abcdef", "1" * 5000, "\N{ARABIC-INDIC DIGIT ZERO}", "\x00", "00000a"]


class Draw:
    def choice(self, name: str, options: Sequence[str]) -> str:
        return options[0]

    def letters(self, count: int) -> str:
        return "xyzxyz"[:count]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_right_answer_passes(slug: str, cleo: User) -> None:
    challenge = issue(make_factor(cleo, slug), slug)
    assert answer(challenge, right_answer(challenge)).verdict is Verdict.PASSED


@pytest.mark.parametrize("slug", SLUGS)
def test_a_right_answer_passes_only_once(slug: str, cleo: User) -> None:
    challenge = issue(make_factor(cleo, slug), slug)
    text = right_answer(challenge)
    answer(challenge, text)
    assert answer(challenge, text).verdict is Verdict.CLOSED


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    "text", ["", "12345", "abcdef", "1" * 5000, "\N{ARABIC-INDIC DIGIT ZERO}", "\x00", "00000a"]
)
def test_nonsense_is_wrong_and_counted(slug: str, text: str, cleo: User) -> None:
    challenge = issue(make_factor(cleo, slug), slug)
    right_answer(challenge)
    result = answer(challenge, text)
    assert (result.verdict, result.tries_left) == (Verdict.WRONG, 4)


@pytest.mark.parametrize("slug", SLUGS)
def test_nobodys_challenge_is_always_wrong(slug: str, corp: Directory) -> None:
    challenge = issue(None, slug, directory=corp)
    assert answer(challenge, right_answer(challenge)).verdict is Verdict.WRONG


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_shown_of_a_factor_hides_most_of_it(slug: str, cleo: User) -> None:
    factor = make_factor(cleo, slug)
    shown = methods.get(slug).mask(factor)
    assert not factor.address or factor.address not in shown


@pytest.mark.parametrize("slug", SLUGS)
def test_a_decoys_hint_has_the_form_of_a_real_one(
    slug: str, make_user: Callable[..., User]
) -> None:
    real = methods.get(slug).mask(make_factor(make_user("dora-long-name"), slug))
    decoy = methods.get(slug).decoy_hint(Draw())
    assert _form(real) == _form(decoy)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_method_says_what_pages_need(slug: str) -> None:
    method = methods.get(slug)
    assert method.slug == slug
    assert all(str(text) for text in (method.name, method.label, method.hint))
    drawings = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text()
    assert f'id="{method.icon}"' in drawings


def _form(hint: str) -> tuple[int, bool]:
    return hint.count("•"), "@" in hint
