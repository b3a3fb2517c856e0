"""Catalogues: what stands in them can be shown, and a complete one stays complete."""

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.policy.questions import PREDEFINED
from sspr.languages import catalogue, work
from sspr.languages.spoken import COMPLETE, LANGUAGES


@pytest.fixture(scope="module")
def wanted():
    return work.everything()


def test_every_language_that_can_be_chosen_has_a_catalogue():
    assert {code for code, _name in settings.LANGUAGES} == {"en", *LANGUAGES}
    assert all(work.file_of(language).is_file() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_translated_can_be_shown(language, wanted):
    """Placeholders, tags, blanks, plural forms: whatever else is still missing."""
    wrong = work.state(language, wanted).wrong
    assert not {key.text: found for key, found in wrong.items()}


@pytest.mark.parametrize("language", sorted(COMPLETE))
def test_a_complete_language_stays_complete(language, wanted):
    """S-D56. Run script/messages, then translate what ``script/messages --todo`` prints."""
    state = work.state(language, wanted)
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
