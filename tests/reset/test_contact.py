"""Writing to those who help: throttled, in our words only, the same for somebody and nobody."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.outbox.models import Parcel
from accounts.people import helpers
from accounts.people.models import Directory, Role
from accounts.policy.models import Policy
from accounts.signin import browsers
from accounts.tenancy import across_directories
from reset import contact, steps
from reset.contact import Why
from reset.models import Attempt
from tests import cast
from tests.journeys import Journey, ResetJourney
from tests.reset.test_effort import work_on
from tests.support.postbox import page_of, text_of

pytestmark = pytest.mark.django_db

ADA, NOBODY = "ada@corp.example", "nobody.here@corp.example"
HUGO = "hugo@mail.example"
SENT = "Your message is on its way"
OTHERS = (Role.USER_ADMINISTRATOR, Role.DIRECTORY_ADMINISTRATOR)


@pytest.fixture
def hugo(make_user):
    return make_user("hugo", roles=(Role.HELPDESK,))


def ask(name=ADA, *, why=Why.NOTHING_ARRIVES, journey=None, **fields):
    journey = journey or Journey()
    return journey.post("reset:contact", username=name, why=why, **fields)


def told(postbox):
    """Whom the mails went to, of those who help."""
    return sorted({m["To"] for m in postbox.messages if "asks for help" in str(m["Subject"])})


def records(kind):
    with across_directories("a test looks"):
        return list(AuditRecord.objects.filter(kind=kind).order_by("pk"))


def test_help_is_asked_for_by_those_who_give_it(ada, hugo, run_outbox, postbox):
    """Acceptance: helpdesk, else user administrators, else directory administrators; all are
    told in our words, with a reference, and that anybody may have asked (S-C45)."""
    journey = ask()
    assert journey.heading == SENT
    run_outbox()
    (mail,) = [m for m in postbox.messages if m["To"] == HUGO]
    reference = re.search(r"Reference ([0-9A-Z]{4}-[0-9A-Z]{4})", journey.words)
    assert reference
    for words in (ADA, "no code or call arrives", reference[1], "192.0.2.0/24", "make sure"):
        assert words in " ".join(text_of(mail).split()), words
    assert "/admin/" not in page_of(mail)  # the helpdesk has no page there


@pytest.mark.parametrize("roles", [[*OTHERS, Role.HELPDESK], OTHERS, OTHERS[1:]])
def test_the_nearest_help_is_told(ada, make_user, run_outbox, postbox, roles):
    """Acceptance example 21."""
    make_user("olga", roles=(Role.POLICY_ADMINISTRATOR,))
    for role in roles:
        make_user(f"a-{role.replace('_', '-')}", roles=(role,))
    nearest = Role.HELPDESK if Role.HELPDESK in roles else roles[0]
    ask()
    run_outbox()
    assert told(postbox) == [f"a-{nearest.replace('_', '-')}@mail.example"]


def test_a_hundred_are_told_at_most(ada, make_user, run_outbox, postbox, monkeypatch):
    """Acceptance example 21."""
    assert helpers.MOST_TOLD == 100
    monkeypatch.setattr(helpers, "MOST_TOLD", 2)
    for number in range(3):
        make_user(f"agent{number}", roles=(Role.HELPDESK,))
    ask()
    run_outbox()
    assert told(postbox) == ["agent0@mail.example", "agent1@mail.example"]


def test_administrators_find_the_person_by_our_own_address(ada, make_user, run_outbox, postbox):
    make_user("uma", roles=(Role.USER_ADMINISTRATOR,))
    ask()
    run_outbox()
    (mail,) = [m for m in postbox.messages if m["To"] == "uma@mail.example"]
    address = f"{django_settings.PUBLIC_BASE_URL}/admin/accounts/user/{ada.pk}/change/"
    assert address in text_of(mail)
    assert address in page_of(mail)


def test_nobody_is_told_of_nobody(ada, hugo, run_outbox, postbox):
    """P-C59, S-C31: no mail to an address that was typed, and none to everybody."""
    ask(NOBODY)
    ask("somebody@elsewhere.example")
    assert run_outbox() == 2
    assert postbox.messages == []


def test_another_directory_hears_nothing(ada, hugo, other, run_outbox, postbox):
    """I10."""
    cast.make_user("otto", directory=other, roles=(Role.HELPDESK,))
    ask()
    run_outbox()
    assert told(postbox) == [HUGO]


def test_whose_name_it_is_hears_of_it_where_the_policy_notifies(ada, hugo, run_outbox, postbox):
    ask()
    run_outbox()
    subjects = {str(m["Subject"]) for m in postbox.to("ada@mail.example")}
    assert subjects == {"The helpdesk was asked to help with your account"}
    postbox.clear()
    Policy.objects.in_directory(ada.directory).update(notify_users=False)
    ask()
    run_outbox()
    assert postbox.to("ada@mail.example") == []
    assert told(postbox) == [HUGO]


def test_those_who_cannot_reset_are_helped_as_well(corp, hugo, make_user, run_outbox, postbox):
    make_user("dora", enabled=False)
    ask("dora@corp.example")
    run_outbox()
    assert told(postbox) == [HUGO]


def test_it_is_written_down_with_its_attempt(ada, hugo):
    journey = ResetJourney().start(ADA)
    ask(journey=journey, why=Why.NONE_IS_MINE)
    ask(NOBODY)
    own, nobodys = records("reset.administrator_contacted")
    assert (own.subject_id, bool(own.attempt)) == (ada.pk, True)
    assert (nobodys.subject_id, nobodys.attempt) == (None, None)
    assert "none_is_mine" in bytes(own.body).decode()


def test_an_attempt_vouches_for_no_other_name(ada, ben, hugo):
    journey = ResetJourney().start(ADA)
    ask("ben@corp.example", journey=journey)
    (record,) = records("reset.administrator_contacted")
    assert (record.subject_id, record.attempt) == (ben.pk, None)


def test_what_was_typed_before_stands_there(ada, hugo):
    """S-D41: WCAG 2.2, 3.3.7."""
    journey = ResetJourney().start(ADA)
    assert f'value="{ADA}"' in journey.get("reset:contact").page.content.decode()
    journey.post("reset:stop")
    assert ADA not in journey.get("reset:contact").page.content.decode()


@pytest.mark.parametrize(("ending", "is_kept"), [("denied", True), ("succeeded", False)])
def test_what_was_typed_is_forgotten_when_the_flow_ends(ada, hugo, ending, is_kept):
    """Who was denied is led to the helpdesk and need not type it again; then it is over."""
    journey = ResetJourney().start(ADA)
    attempts = Attempt.objects.in_directory(ada.directory)
    attempts.update(closed_at=timezone.now(), ending=ending)
    is_there = f'value="{ADA}"' in journey.get("reset:contact").page.content.decode()
    assert is_there is is_kept
    attempts.update(expires_at=timezone.now())
    assert ADA not in journey.get("reset:contact").page.content.decode()
    assert steps.TYPED not in journey.client.session


@pytest.mark.parametrize("limit", ["PER_NAME", "PER_NETWORK", "PER_DIRECTORY"])
def test_it_is_throttled_openly_and_alike(ada, hugo, monkeypatch, run_outbox, postbox, limit):
    """S-C22: three an hour for a name; so many for a network, and for a directory."""
    assert contact.PER_NAME.times == 3
    monkeypatch.setattr(contact, limit, replace(getattr(contact, limit), times=1))
    seen = []
    for name in (ADA, NOBODY):
        if limit != "PER_NAME":
            Tally.objects.all().delete()
        assert ask(name).heading == SENT
        journey = ask(name)
        assert (journey.heading, journey.page.status_code) == ("No more messages for now", 429)
        seen.append((journey.words.partition("Works again")[0], "Retry-After" in journey.page))
    assert seen[0] == seen[1]
    run_outbox()
    assert len(told(postbox)) == 1
    assert len(records("reset.blocked")) == 2


def test_a_stranger_does_not_keep_the_owner_from_asking(ada, hugo, monkeypatch, settings):
    monkeypatch.setattr(contact, "PER_NAME", replace(contact.PER_NAME, times=1))
    ask()
    assert ask().heading == "No more messages for now"
    own = Journey()
    own.client.cookies[settings.BROWSER_COOKIE_NAME] = browsers.remember(ada, "")
    assert ask(journey=own).heading == SENT


def test_everybody_who_asks_leaves_the_same_traces(ada, cleo, hugo):
    """I9."""
    seen = []
    ask("somebody.else@corp.example")  # what is the same for all is there by now
    for name in (ADA, NOBODY, "cleo@corp.example"):
        Tally.objects.all().delete()
        before = Parcel.objects.count(), len(records("reset.administrator_contacted"))
        with CaptureQueriesContext(connection) as captured:
            journey = ask(name)
        after = Parcel.objects.count(), len(records("reset.administrator_contacted"))
        written = [late - early for early, late in zip(before, after, strict=True)]
        words = journey.words.partition("Reference")[0]
        seen.append((words, journey.page.status_code, len(captured), written))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][3] == [1, 1]


@pytest.mark.parametrize("name", [ADA, NOBODY])
def test_where_nobody_helps_the_page_says_so(ada, name, run_outbox, postbox):
    Directory.objects.update(helpdesk_phone="01632 960150")
    journey = ask(name)
    assert journey.heading == "Nobody can be written to here"
    assert "01632 960150" in journey.words
    assert run_outbox() == 0


@pytest.mark.parametrize("name", [ADA, NOBODY])
def test_a_policy_that_names_a_place_of_its_own_sends_people_there(ada, hugo, name):
    url = "https://help.corp.example/"
    Policy.objects.in_directory(ada.directory).update(helpdesk_kind="link", helpdesk_link=url)
    for journey in (Journey(), ResetJourney().start(name)):
        assert journey.get("reset:contact").step == "reset:help"
        page = journey.page.content.decode()
        assert f'href="{url}"' in page
        assert "/reset/contact/" not in page
    journey = ask(name)
    assert f'href="{url}"' in journey.page.content.decode()
    assert records("reset.administrator_contacted") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"username": ADA},
        {"username": ADA, "why": "call me on 01632 960150"},
        {"username": "", "why": "other"},
        {"username": "a" * 400, "why": "other"},
    ],
)
def test_no_words_of_a_stranger_reach_anybody(ada, hugo, run_outbox, fields):
    """S-C22: no text that an attacker chose in a mail."""
    journey = Journey().post("reset:contact", **fields)
    assert "There is a problem" in journey.words
    assert run_outbox() == 0


@pytest.mark.parametrize("extra", [{}, {"message": "CALL ME"}])
def test_other_fields_are_left_aside(ada, hugo, run_outbox, postbox, extra):
    ask(why=Why.OTHER, **extra)
    run_outbox()
    assert "CALL ME" not in "".join(text_of(mail) for mail in postbox.messages)


def test_the_page_after_shows_itself_only_after(corp, hugo):
    assert Journey().get("reset:contacted").step == "reset:contact"


def test_a_strangers_browser_works_for_it_first(ada, hugo, settings):
    settings.BOT_CHALLENGE_NUMBERS = 20
    Directory.objects.update(bot_challenge="always")
    journey = ask()
    assert journey.heading == "One moment"
    assert not Parcel.objects.exists()
    assert ask(journey=journey, effort=work_on(journey)).heading == SENT
    journey = Journey().get("reset:start")
    assert ask(journey=journey, effort=work_on(journey)).heading == "One moment"


def test_those_who_help_get_so_many_mails_an_hour_and_the_rest_later(
    ada, ben, hugo, make_user, run_outbox, postbox, monkeypatch
):
    """S-C22: from however many networks and in however many names; nothing is lost by it."""
    make_user("hilde", roles=(Role.HELPDESK,))
    monkeypatch.setattr(contact, "MAILS", replace(contact.MAILS, times=3))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for name in (ADA, "ben@corp.example"):
            ask(name)
        run_outbox()
        assert sum("asks for help" in mail["Subject"] for mail in postbox.messages) == 2
        clock.shift(timedelta(hours=1))
        run_outbox()
    assert sum("asks for help" in mail["Subject"] for mail in postbox.messages) == 4
