"""Every action at every step, in any order: no write without its proofs, no page without its step.

P-C01, P-C02, P-C23, S-C12: Hypothesis plays a person who presses everything, twice, empty and
out of turn, and checks what must always be true.
"""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.limits.models import Tally
from accounts.outbox import services as outbox
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from registration.models import Factor
from reset.models import Attempt, Proof
from reset.steps import load, stage_of
from tests import cast
from tests.apps import code_now
from tests.journeys import NEW, Journey
from tests.support.postbox import Postbox
from writeback.models import Outcome, Write

pytestmark = pytest.mark.once

NAMES = ["ben@corp.example", "cleo@corp.example", "nobody@corp.example"]
JUNK = ["", " ", "0", "000000", "999999999999", "\N{ARABIC-INDIC DIGIT ONE}" * 6, "ъ", "\x00"]


class PressEverything(RuleBasedStateMachine):
    """A browser that does what it likes. ``box`` is the SMTP server its codes go to."""

    box: Postbox

    @initialize(gates=st.sampled_from([1, 2]))
    def a_directory(self, gates):
        corp = cast.make_directory("Corp", domain="corp.example", is_default=True)
        Policy.objects.in_directory(corp).update(methods_required=gates)
        self.gates = gates
        ben = cast.make_user("ben", directory=corp)
        cast.add_mailbox(ben)
        cast.add_app(ben)
        cast.make_user("cleo", directory=corp)
        self.corp = corp
        self.box.clear()
        self.journey = Journey(Client(REMOTE_ADDR="192.0.2.1"))

    @rule(name=st.sampled_from([*NAMES, *JUNK]))
    def say_a_name(self, name):
        Tally.objects.all().delete()
        self.journey.post("reset:start", username=name)

    @rule(number=st.sampled_from(["0", "1", "2", "-1", "", "x"]))
    def choose(self, number):
        self.journey.post("reset:method", check=number)

    @rule(code=st.sampled_from(JUNK))
    def answer_junk(self, code):
        self.journey.post("reset:code", code=code)

    @rule()
    def answer_nothing_at_all(self):
        self.journey.post("reset:code")

    @rule()
    def answer_from_the_mail(self):
        outbox.work()
        if self.box.to("ben@home.example"):
            self.journey.post("reset:code", code=self.box.code("ben@home.example"))

    @rule()
    def answer_from_the_app(self):
        Factor.objects.in_directory(self.corp).update(last_step=0)
        self.journey.post("reset:code", code=code_now())

    @rule(password=st.sampled_from([NEW, "", "short", NEW + "!"]))
    def save(self, password):
        self.journey.post("reset:password", new_password=password)

    @rule(goal=st.sampled_from(["reset", "unlock", "", "junk"]))
    def say_why(self, goal):
        self.journey.post("reset:why", goal=goal)

    @rule(page=st.sampled_from(["unlock", "code_again", "other_check", "stop", "waiting", "done"]))
    def press(self, page):
        self.journey.post(f"reset:{page}")

    @rule(page=st.sampled_from(["start", "why", "method", "code", "password", "done", "help"]))
    def look(self, page):
        self.journey.get(f"reset:{page}")

    @invariant()
    def no_page_breaks(self):
        if hasattr(self, "journey"):
            assert self.journey.page.status_code < 500

    @invariant()
    def every_write_has_its_proofs(self):
        if not hasattr(self, "corp"):
            return
        for row in Write.objects.in_directory(self.corp):
            proofs = Proof.objects.in_directory(self.corp).filter(attempt__id=row.evidence_id)
            assert len({proof.method for proof in proofs}) >= self.gates

    @invariant()
    def only_the_owner_s_password_changes(self):
        if not hasattr(self, "corp"):
            return
        done = Write.objects.in_directory(self.corp).filter(outcome=Outcome.DONE)
        writers = set(done.values_list("user__upn_key", flat=True))
        assert writers <= {"ben@corp.example"}

    @invariant()
    def every_stage_is_one_of_the_steps(self):
        if not hasattr(self, "corp"):
            return
        for row in Attempt.objects.in_directory(self.corp):
            attempt = load(row.directory_id, str(row.pk))
            assert attempt
            assert reverse(stage_of(attempt))


PRESSES = settings(
    max_examples=16,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_whatever_is_pressed_in_whatever_order(postbox):
    """One transaction per example, rolled back at its end."""

    class Machine(PressEverything):
        box = postbox

        def __init__(self):
            super().__init__()
            self.savepoint = str(connection.savepoint())

        def teardown(self):
            connection.savepoint_rollback(self.savepoint)

    with across_directories("the machine looks at everything"):
        run_state_machine_as_test(Machine, settings=PRESSES)
