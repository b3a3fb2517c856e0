"""What no translation may do to the text it translates."""

import pytest

from sspr.languages.catalogue import Key, Message
from sspr.languages.rules import COUNTRIES, problems
from sspr.languages.spoken import LANGUAGES

GERMAN, ARABIC = LANGUAGES["de"], LANGUAGES["ar"]
DAYS = Message(Key("%(days)d day left"), plural="%(days)d days left")


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Continue", "Weiter"),
        ("Code", "Code"),
        ("For %(name)s.", "Für %(name)s."),
        ("%(a)s of %(b)s", "%(b)s: %(a)s"),
        ("wait {n} seconds", "{n} Sekunden warten"),
        ("For <b>%(name)s</b> & co", "Für <b>%(name)s</b> & Co."),
        ("100%% sure", "zu 100\u00a0%% sicher"),
        ("\n two lines\nof it\n", "\n zwei Zeilen\ndavon\n"),
        ("Who is it?", "Wer ist es?"),
        ("%(a)s (%(b)s)", "%(a)s (%(b)s)"),
    ],
)
def test_a_good_translation_is_taken(english, german):
    assert problems(Message(Key(english)), (german,), GERMAN) == []


@pytest.mark.parametrize(
    ("english", "german", "why"),
    [
        ("For %(name)s.", "Für alle.", "missing: %(name)s"),
        ("For %(name)s.", "Für %(namen)s.", "placeholders of its own"),
        ("For %(name)s.", "Für %(name)s, %(age)d.", "placeholders of its own"),
        ("All of it", "100 % davon", "percent"),
        ("100%% sure", "zu 100 %% und 3 % sicher", "percent"),
        ("All of it", "100 %% davon", "doubled"),
        ("wait {n} seconds", "{m} Sekunden warten", "braces"),
        ("<b>Stop</b> now", "Jetzt <b>aufhören", "tags"),
        ("Stop now", 'Jetzt <img src="x"> aufhören', "tags"),
        ("<b>Stop</b> now", "Jetzt <b onclick='x()'>aufhören</b>", "tags"),
        ("Stop now", "Jetzt < aufhören", "bare <"),
        ("Stop now", "Halt & aus", "bare &"),
        ("Stop now", "Jetzt&nbsp;aufhören", "entities"),
        (" and more", "und mehr", "blanks"),
        ("and more", "und mehr\n", "blanks"),
        ("and more", "und\nmehr", "lines"),
        ("and more", "und \u202emehr", "U+202E"),
        ("and more", "und \u200bmehr", "U+200B"),
        ("Who is it?", "Wer ist es", "does not end with ?"),
        ("Asked from:", "Gefragt von", "does not end with :"),
        ("and more", "and more", "as in English"),
        ("and more", "", "empty"),
    ],
)
def test_a_bad_one_is_refused(english, german, why):
    found = problems(Message(Key(english)), (german,), GERMAN)
    assert any(why in one for one in found), found


@pytest.mark.parametrize(
    ("forms", "why"),
    [
        (("noch ein Tag", "noch %(days)d Tage"), None),
        (("noch %(days)d Tag", "noch Tage"), "form 1 misses %(days)d"),
        (("noch %(days)d Tag",), "1 forms instead of 2"),
        (("noch %(days)d Tag", ""), "empty"),
        (("noch %(days)d Tag", "noch %(n)d Tage"), "placeholders of its own"),
    ],
)
def test_forms_for_numbers_say_the_number(forms, why):
    found = problems(DAYS, forms, GERMAN)
    assert any(why in one for one in found) if why else found == []


def test_arabic_has_six_forms_of_which_three_may_leave_the_number_to_a_word():
    forms = ("لا أيام", "يوم واحد", "يومان", "%(days)d أيام", "%(days)d يومًا", "%(days)d يوم")
    assert problems(DAYS, forms, ARABIC) == []
    assert problems(DAYS, (*forms[:3], "أيام", *forms[4:]), ARABIC)
    assert [ARABIC.form_of(n) for n in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("english", ["Continue", "User ID", "Two words"])
def test_arabic_is_not_written_in_latin_letters(english):
    assert problems(Message(Key(english)), ("Istimrar",), ARABIC)


def test_countries_may_be_called_as_in_english():
    message = Message(Key("Costa Rica"), places=(COUNTRIES,))
    assert problems(message, ("Costa Rica",), GERMAN) == []
    assert problems(message, ("Costa Rica",), ARABIC)
