"""The post office of the tests takes in what the product would send."""

import smtplib

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from tests.support import canary
from tests.support.postbox import Postbox, text_of


def test_a_mail_arrives_with_its_text(postbox: Postbox):
    send_mail("Hello", "Some text.", "a@corp.example", ["ada@home.example"])
    (mail,) = postbox.to("ada@home.example")
    assert (mail["Subject"], text_of(mail).strip()) == ("Hello", "Some text.")


def test_the_code_is_read_from_the_newest_mail_that_has_one(postbox: Postbox):
    for text in ("111 222 is old", "333 444 is new", "no digits"):
        send_mail("Code", text, "a@corp.example", ["ada@home.example"])
    assert postbox.code("ada@home.example") == "333444"


def test_a_code_of_somebody_else_is_not_taken(postbox: Postbox):
    send_mail("Code", "111 222", "a@corp.example", ["ben@home.example"])
    with pytest.raises(AssertionError, match="No code was sent to ada"):
        postbox.code("ada@home.example")


def test_a_refusing_server_is_felt_by_the_sender(postbox: Postbox):
    postbox.refuse_with = "451 later"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_mail("Code", "111 222", "a@corp.example", ["ada@home.example"])
    assert not postbox.messages


def test_a_code_in_a_link_is_a_leak_and_in_the_text_is_not(postbox: Postbox):
    canary.watch("123456")
    mail = EmailMultiAlternatives("Code", "It is 123456.", "a@corp.example", ["b@home.example"])
    mail.send()
    assert not canary.leaks_in_mails(postbox.messages)
    mail.attach_alternative("<a href='https://x.example/?code=123456'>open</a>", "text/html")
    mail.send()
    assert canary.leaks_in_mails(postbox.messages) == ["mail: Code"]


def test_a_password_in_a_mail_is_a_leak(postbox: Postbox):
    canary.watch("pass phrase of mine")
    send_mail("Welcome", "It is pass phrase of mine", "a@corp.example", ["b@home.example"])
    assert canary.leaks_in_mails(postbox.messages) == ["mail: Welcome"]
