"""One contract for every store: a new one is tested by adding it to ``SCENES``."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import PASSWORD, make_user
from tests.support.memory import move_to_memory
from tests.support.on_premises import move_to
from writeback import stores
from writeback.stores.base import Answer, AnswerLost, Job, Refused, Verdict

pytestmark = pytest.mark.django_db

NEW = "seven quiet lanterns under rain"


def cloud(directory):
    return make_user("rosa", directory=directory), PASSWORD


def memory(directory):
    user = make_user("rosa", directory=directory)
    move_to_memory(user)
    return user, PASSWORD


SCENES = {"cloud": cloud, "memory": memory}


@pytest.fixture(params=[*SCENES, "samba", "slapd"])
def scene(request, corp):
    if request.param in SCENES:
        yield SCENES[request.param](corp)
    else:
        server = request.getfixturevalue(request.param)
        server.any_characters()
        request.getfixturevalue("served")(server)
        user = make_user("rosa", directory=corp)
        move_to(server, user)
        yield user, PASSWORD
    stores.forget()


@pytest.fixture
def rosa(scene):
    return scene[0]


@pytest.fixture
def store(rosa):
    return stores.for_user(rosa)


def job(user, minutes=3):
    return Job(
        uuid.uuid4(), user, timezone.now() + timedelta(minutes=minutes), confirm=lambda: True
    )


def test_the_right_password_is_right_and_any_other_wrong(store, rosa):
    assert store.verify(rosa, PASSWORD) is Verdict.RIGHT
    assert store.verify(rosa, PASSWORD + " ") is Verdict.WRONG
    assert store.verify(rosa, "") is Verdict.WRONG


def test_after_a_reset_only_the_new_password_is_right(store, rosa):
    """P-C52: the old one works nowhere we control."""
    store.reset(job(rosa), NEW)
    assert store.verify(rosa, NEW) is Verdict.RIGHT
    assert store.verify(rosa, PASSWORD) is Verdict.WRONG


def test_after_a_change_only_the_new_password_is_right(store, rosa):
    store.change(job(rosa), NEW, current=PASSWORD)
    assert store.verify(rosa, NEW) is Verdict.RIGHT
    assert store.verify(rosa, PASSWORD) is Verdict.WRONG


def test_a_job_whose_time_is_over_is_not_done(store, rosa):
    with pytest.raises((Refused, AnswerLost)):
        store.reset(job(rosa, minutes=-1), NEW)
    assert store.verify(rosa, PASSWORD) is Verdict.RIGHT


def test_an_unlock_keeps_the_password(store, rosa):
    store.unlock(job(rosa))
    assert store.verify(rosa, PASSWORD) is Verdict.RIGHT


def test_a_job_that_never_came_is_open_and_then_never(store, rosa):
    assert store.outcome(job(rosa)) is Answer.UNKNOWN
    assert store.outcome(job(rosa, minutes=-1)) is Answer.NEVER


@pytest.mark.parametrize("length", [72, 127, 255])
def test_no_character_of_a_password_is_cut(store, rosa, length):
    """S-A04: equal beginnings are not equal passwords."""
    store.reset(job(rosa), "p" * length + "a")
    assert store.verify(rosa, "p" * length + "b") is Verdict.WRONG
    assert store.verify(rosa, "p" * length + "a") is Verdict.RIGHT


@pytest.mark.parametrize(
    "password", [' spaces kept "quoted" \\', "пароль-из-слов-и-букв", "🦊" * 15]
)
def test_passwords_go_through_as_they_are(store, rosa, password):
    store.reset(job(rosa), password)
    assert store.verify(rosa, password) is Verdict.RIGHT
    assert store.verify(rosa, password.strip() + "x") is Verdict.WRONG


def test_a_store_knows_its_people(store, rosa):
    assert store.find(rosa)
    assert not store.is_away()
