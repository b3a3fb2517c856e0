"""Catalogues: what stands in them can be shown, and a complete one stays complete."""

from functools import cache

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.policy.questions import PREDEFINED
from sspr.languages import catalogue, work
from sspr.languages.spoken import COMPLETE, LANGUAGES


@pytest.fixture(scope="module")
def state_of():
    """Looks at a language, once."""
    wanted = work.everything()
    return cache(lambda language: work.state(language, wanted))


def test_every_language_that_can_be_chosen_has_a_catalogue():
    assert {code for code, _name in settings.LANGUAGES} == {"en", *LANGUAGES}
    assert all(work.file_of(language).is_file() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_translated_can_be_shown(language, state_of):
    """Placeholders, tags, blanks, plural forms: whatever else is still missing."""
    wrong = state_of(language).wrong
    assert not {key.text: found for key, found in wrong.items()}


@pytest.mark.parametrize("language", sorted(COMPLETE))
def test_a_complete_language_stays_complete(language, state_of):
    """S-D56. Run script/messages, then translate what ``script/messages --todo`` prints."""
    state = state_of(language)
    assert state.is_complete, f"{language}: {state}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_as_the_script_writes_it(language):
    """So that two people's changes differ in what they changed only."""
    text = work.file_of(language).read_text("utf-8")
    messages = catalogue.parsed(text).values()
    assert text == catalogue.written(messages, language, LANGUAGES[language].plural)


@pytest.mark.parametrize("language", sorted(COMPLETE))
def test_the_questions_are_asked_in_every_language(language):
    assert len(PREDEFINED) == 35
    english = {str(text) for text in PREDEFINED.values()}
    with override(language):
        assert not english & {str(text) for text in PREDEFINED.values()}
        assert len({str(text) for text in PREDEFINED.values()}) == 35
