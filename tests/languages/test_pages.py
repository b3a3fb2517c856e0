"""Every page in a made language: nothing is left in English."""

import re

import pytest
from django.conf import settings

from accounts import mail
from accounts.outbox import services as outbox
from accounts.policy.models import Policy
from registration.models import Factor
from tests.languages import pseudo, walk
from tests.languages.pseudo import LONG
from tests.support import tenancy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.usefixtures("made_languages", "postbox"),
]

DATA = re.compile(
    r"[\w.+•*-]+@[\w.•*-]+|\b(?:[A-Z0-9]{4}-){1,}[A-Z0-9]{4}\b|UTC|Corp|CORP|Ada|Operator|"
    r"(?:[A-Z2-7]{4} )+[A-Z2-7]{4}|https?:\S+|[\w.-]+\.(?:example|test)\b|Everyone|"
    r"Rang.*|Slammed.*|Odd|"
    r"Long|Mirrored|English|Deutsch|Français|Español|True|False|"
    r"Active Directory|OpenLDAP|[a-z_]+\.[a-z_.]+"
)


@pytest.fixture
def everything_on(corp):
    """All methods are offered."""
    Policy.objects.in_directory(corp).update(methods=walk.METHODS_OF_ALL)


def untranslated(pages):
    found = {name: pseudo.strays(html, DATA) for name, html in pages}
    return {name: texts for name, texts in found.items() if texts}


def test_nothing_that_strangers_see_is_left_in_english(corp):
    assert not untranslated(walk.of_strangers(LONG))


def test_nothing_on_the_way_of_a_reset_is_left_in_english(ada, postbox):
    def mailed():
        with tenancy.guarded():
            outbox.work()
        return postbox.code("ada@home.example")

    pages = dict(walk.of_a_reset(LONG, "ada@corp.example", mailed))
    assert not untranslated(pages.items())
    assert '<html lang="xl">' in pages["reset-done"]


def test_nothing_that_people_see_of_themselves_is_left_in_english(ada, everything_on):
    held = dict(Factor.objects.in_directory(ada.directory).values_list("method", "pk"))
    assert not untranslated(walk.of_a_person(LONG, ada, held))


def test_nothing_in_the_configuration_is_left_in_english(operator, everything_on):
    assert not untranslated(walk.of_staff(LONG, operator))


@pytest.fixture
def letters(ada, postbox, corp):
    """Every kind of mail there is, as ``xl`` has it."""
    context = {"name": "Ada", "account": "ada@corp.example"}
    for path in sorted((settings.BASE_DIR / "templates" / "email").glob("*.subject")):
        mail.send("ada@home.example", path.stem, context, LONG, corp)
    return postbox


def test_no_mail_is_left_in_english_or_has_long_lines(letters):
    """S-D56."""
    for letter in letters.messages:
        text = letter.get_body(("plain",)).get_content()
        html = letter.get_body(("html",)).get_content()
        assert not pseudo.strays(html, DATA), letter["Subject"]
        assert not [line for line in text.splitlines() if len(line) > 72]
        assert '<html lang="xl">' in html
