import pytest
from django.core.management import CommandError

from accounts.audit.models import AuditRecord
from accounts.messages.models import MessageText
from accounts.people.models import Directory
from tests.commands.configuration import settings_of, told

pytestmark = pytest.mark.django_db

TEXTS = """texts:
  - message: password_reset
    language: de
    subject: "Neues Passwort für {account}"
    body: |
      Hallo {name},

      am {when} wurde Ihr Passwort gesetzt.
  - {message: text_message, language: en, body: "Corp: {code} {action}"}
"""


def texts():
    corp = Directory.objects.get(name="Corp")
    return MessageText.objects.in_directory(corp).order_by("kind")


def test_own_texts_come_from_the_file_and_go_with_it(directory_file):
    plan = told("plan", directory_file(settings_of(TEXTS)))
    assert "Corp / text password_reset (de)" in plan
    told("apply", directory_file(settings_of(TEXTS)))
    [reset, _sms] = texts()
    assert reset.body.startswith("Hallo {name},\n\nam {when}")
    assert "0 changes" in told("apply", directory_file(settings_of(TEXTS)))
    exported = told("export", "Corp")
    assert "0 changes" in told("apply", directory_file(exported))
    told("apply", directory_file(settings_of(TEXTS.replace("wurde", "wurde hier"))))
    told("apply", directory_file(settings_of("alias: corp\n")))
    assert texts().count() == 2
    told("apply", directory_file(settings_of("texts: []\n")))
    assert not texts()
    kinds = AuditRecord.objects.filter(kind__startswith="messages.").values_list("kind", flat=True)
    assert sorted(kinds) == [*["messages.text_changed"] * 3, *["messages.text_removed"] * 2]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("texts: [{message: nonsense, language: de, subject: a, body: b}]", "no such message"),
        ("texts: [{message: password_reset, language: de, body: b}]", "A mail needs a subject"),
        (
            "texts: [{message: password_reset, language: de, subject: a, body: '{code}'}]",
            "{account}, {device}",
        ),
        ("texts: [{message: code, language: de, subject: a, body: b}]", "{code}"),
        ("texts: [{message: 7}]", "must be a text"),
        ("texts: [{sms: x}]", "unknown key"),
        ("texts: soon", "must be a list"),
        (
            "texts: [{message: code, language: de, subject: a, body: '{code}'},"
            " {message: code, language: de, subject: a, body: '{code}'}]",
            "is there twice",
        ),
    ],
)
def test_words_that_cannot_be_sent_are_refused_with_their_place(directory_file, lines, says):
    with pytest.raises(CommandError) as refusal:
        told("apply", directory_file(settings_of(f"{lines}\n")))
    assert "directories[0].texts" in str(refusal.value)
    assert says in str(refusal.value)
    assert not MessageText.objects.filter(directory__name="Corp").exists()
