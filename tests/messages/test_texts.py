"""An organisation's own words: what may be written, what it looks like, and whose it is."""

import pytest
from django.core.exceptions import ValidationError

from accounts import notices
from accounts.client import Client
from accounts.messages import writing
from accounts.messages.kinds import CODE_MAIL, KINDS, TEXT_MESSAGE
from accounts.messages.models import MessageText
from accounts.messages.previews import preview
from accounts.messages.services import chosen
from accounts.notices import Notice
from accounts.people.models import User
from tests.reset.scene import asked, begun
from tests.support.postbox import page_of, text_of

pytestmark = pytest.mark.django_db

SUBJECT, BODY = "News of {account}", "Dear {name},\n\nwhat was done at {when} is told at {portal}"
CODE_BODY = "Moin!\n\n{code}\n\nType this {action}."


def text(directory, kind=Notice.PASSWORD_RESET.value, language="en", subject=SUBJECT, body=BODY):
    own = MessageText(directory=directory, kind=kind, language=language, subject=subject, body=body)
    own.full_clean(exclude=["directory"])
    own.save()
    return own


def refused(**words):
    words = {"kind": "password_reset", "language": "en", "subject": "x", "body": "y", **words}
    with pytest.raises(ValidationError) as refusal:
        writing.check(**words)
    [field] = refusal.value.message_dict
    return field


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("kind", {"kind": "nonsense"}),
        ("language", {"language": "tlh"}),
        ("subject", {"subject": ""}),
        ("subject", {"subject": "Hello\r\nBcc: thief@evil.example"}),
        ("subject", {"subject": "Hello\u2028you"}),
        ("subject", {"subject": "x" * 151}),
        ("subject", {"subject": "Your code {code}", "kind": CODE_MAIL, "body": "{code}"}),
        ("subject", {"subject": "{surname}"}),
        ("body", {"body": " "}),
        ("body", {"body": "x" * 2001}),
        ("body", {"body": "\x00"}),
        ("body", {"body": "{name.password}"}),
        ("body", {"body": "{name!r}"}),
        ("body", {"body": "{0}"}),
        ("body", {"body": "{}"}),
        ("body", {"body": "{name:>99999999}"}),
        ("body", {"body": "{name[0]}"}),
        ("body", {"body": "a { b"}),
        ("body", {"body": "{code}"}),
        ("body", {"kind": CODE_MAIL, "body": "no code in it"}),
        ("body", {"kind": CODE_MAIL, "body": "only {{code}} in braces"}),
        ("body", {"body": "see https://evil.example/"}),
        ("body", {"body": "see HTTP://localhost:8000.evil.example/"}),
        ("body", {"body": "see www.evil.example"}),
        ("body", {"body": "see evil.example/in"}),
        ("body", {"body": "see //evil.example/in"}),
        ("body", {"body": "see https:{helpdesk_phone}//evil.example/"}),
        ("body", {"body": "see {device}://evil.example"}),
        ("body", {"body": "see w{name}ww.evil.example"}),
        ("subject", {"subject": "see https://evil.example/"}),
        ("subject", {"subject": "see https:{reference}//localhost"}),
        ("body", {"kind": TEXT_MESSAGE, "subject": "", "body": "{code} evil.example/in"}),
        ("subject", {"kind": TEXT_MESSAGE, "body": "{code}"}),
        ("body", {"kind": TEXT_MESSAGE, "subject": "", "body": "{code}\nmore"}),
        ("body", {"kind": TEXT_MESSAGE, "subject": "", "body": "{code} {portal}"}),
        ("body", {"kind": TEXT_MESSAGE, "subject": "", "body": "{code}" + "x" * 300}),
        ("body", {"kind": TEXT_MESSAGE, "subject": "", "body": "{code}" + "\u0434" * 110}),
    ],
)
def test_words_that_cannot_be_sent_are_refused_where_they_stand(field, words):
    """S-C32, P-C39: line breaks in subjects; no template language, no links to elsewhere."""
    assert refused(**words) == field


def test_a_text_message_may_take_two_parts(corp):
    """GSM: 153 septets in each of two parts; the last line takes its share."""
    last = len("\n@localhost #123456")
    for length, fits in ((2 * 153 - last, True), (2 * 153 - last + 1, False)):
        body = "{code}" + "x" * (length - 6)
        own = MessageText(directory=corp, kind=TEXT_MESSAGE, language="en", body=body)
        if fits:
            assert preview(own).parts == 2
        else:
            assert refused(kind=TEXT_MESSAGE, subject="", body=body) == "body"


def test_every_kind_can_be_seen_before_it_is_sent(corp):
    for kind in KINDS.values():
        body = " ".join(f"{{{name}}}" for name in kind.placeholders) + " {{as is}}"
        subject = "About your account" if kind.is_mail else ""
        own = MessageText(directory=corp, kind=kind.slug, language="en", subject=subject, body=body)
        looks = preview(own)
        for sample in kind.placeholders:
            assert f"{{{sample}}}" not in looks.text
        assert "{as is}" in looks.text
        assert (looks.parts > 0) is not kind.is_mail
        assert ("We never ask for your password" in looks.page) is kind.is_mail


def test_the_kinds_are_those_of_notices():
    assert set(KINDS) - {CODE_MAIL, TEXT_MESSAGE} <= {notice.value for notice in Notice}


def tell(user, run_outbox, postbox):
    postbox.clear()
    notices.notify(user, Notice.PASSWORD_RESET, client=Client.nowhere())
    run_outbox()
    return postbox.to(user.mail)[0]


def test_the_reader_language_comes_first_then_the_directorys_then_our_words(
    ada, corp, other, run_outbox, postbox
):
    text(other, subject="Elsewhere")
    User.objects.in_directory(corp).update(language="de")
    ada.language = "de"
    ours = tell(ada, run_outbox, postbox)
    assert ours["Content-Language"] == "de"
    text(corp, language="en", subject="In English")
    english = tell(ada, run_outbox, postbox)
    assert (english["Subject"], english["Content-Language"]) == ("In English", "en")
    text(corp, language="de", subject="Auf Deutsch")
    german = tell(ada, run_outbox, postbox)
    assert (german["Subject"], german["Content-Language"]) == ("Auf Deutsch", "de")
    assert chosen(corp, "campaign_remind", "de") == (None, "de")


def test_what_protects_people_stays_in_their_mail(ada, corp, run_outbox, postbox):
    text(corp)
    mail = tell(ada, run_outbox, postbox)
    assert mail["Subject"] == "News of ada@corp.example"
    for part in (text_of(mail), page_of(mail)):
        assert "Dear Ada," in part
        assert "/not-me/" in part
        assert "We never ask for your password" in part
        assert "was reset. If this was you" not in part


def test_a_hostile_name_is_text_and_nothing_else(ada, corp, run_outbox, postbox):
    """S-C32: markup is escaped, placeholders in values are not read, nothing becomes a link."""
    name = "<i>{portal}</i> {account} http://evil.example www.evil.example\r\nBcc: x@evil.example"
    User.objects.in_directory(corp).filter(pk=ada.pk).update(display_name=name)
    text(corp, subject="For {name}")
    mail = tell(ada, run_outbox, postbox)
    assert "Bcc" not in mail
    assert "&lt;i&gt;{portal}&lt;/i&gt; {account}" in page_of(mail)
    for part in (text_of(mail), page_of(mail), mail["Subject"]):
        assert "evil.example" not in part
        assert "http://evil" not in part
    assert '<a href="http://localhost/">http://localhost/</a>' in page_of(mail)


def test_a_code_is_in_the_text_and_never_in_the_subject(
    ada, corp, run_outbox, postbox, no_secret_kept
):
    text(corp, kind=CODE_MAIL, subject="For {organization}", body=CODE_BODY)
    asked(begun("ada@corp.example"), "alternate_email")
    run_outbox()
    code = postbox.code("ada@home.example")
    [mail] = postbox.to("ada@home.example")
    assert code not in mail["Subject"]
    assert f'<p class="code"><bdi dir="ltr">{code}</bdi></p>' in page_of(mail)
    assert "Moin!" in text_of(mail)
    assert "It works for 10 minutes" in text_of(mail)
    assert "/reset/link/" in text_of(mail)
