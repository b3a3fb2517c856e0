"""The fixtures of the whole house: the cast, the post, the clients and the guards."""

import base64
import gc
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

import hypothesis
import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client
from django.test import client as test_client

from accounts import seams
from accounts.audit.purge import unlocked
from accounts.outbox import services as outbox
from accounts.people.models import Directory, User
from registration import methods
from registration.telephony.providers import providers
from sspr.languages import compiled
from sspr.languages.work import LOCALE
from tests import cast
from tests.support import canary, tenancy
from tests.support.postbox import Postbox, serve

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("house")

pytest_plugins = ["tests.support.browser", "tests.support.dealing"]


def pytest_configure() -> None:
    """Tests may run without the scripts, which compile what was translated."""
    compiled.compile_newer(LOCALE)


def pytest_sessionstart() -> None:
    """Thousands of tests are collected, and none is rubbish before the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is there now stays: nobody need look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    """pytest is about to look for rubbish ten times over; once is enough."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test fails that made the product cross directories or let a secret out."""
    tenancy.take_crossings()
    result = yield
    crossed = tenancy.take_crossings()
    if crossed and "crosses_directories" not in item.keywords:
        pytest.fail("Read without a directory:\n" + "\n".join(crossed), pytrace=False)
    leaked = canary.leaks_outside()
    if leaked:
        pytest.fail("A secret got out:\n" + "\n".join(leaked), pytrace=False)
    return result


_record_template = test_client.store_rendered_templates  # type: ignore[attr-defined]  # no stub


def _record_outermost(
    store: dict[str, Any], signal: object, sender: object, template: Any, context: Any, **_: Any
) -> None:
    """A test asks what a page was made from, not each of the hundred pieces it includes."""
    if context.template is template:
        _record_template(store, signal, sender, template, context)


test_client.store_rendered_templates = _record_outermost  # type: ignore[attr-defined]  # no stub


@receiver(setting_changed)
def _forget_what_was_plugged_in(**_: Any) -> None:
    """A test that plugs something else in finds it plugged in."""
    plugged_in = (seams._loaded, seams.outbox_handler, seams.periodic_job)
    for kept in (*plugged_in, methods.all_methods, providers):
        kept.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _recorded_logs() -> Iterator[None]:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the post office's own chatter
    recorder, everything = canary.Recorder(), logging.getLogger()
    everything.addHandler(recorder)
    yield
    everything.removeHandler(recorder)


@pytest.fixture(scope="session", autouse=True)
def _swept_quickly() -> None:
    """Tests that commit are cleaned up by deleting every row, which the audit trail refuses.

    Few rows are deleted sooner than fifty tables are truncated. What Django derives from the
    models stays, and so need not be derived again.
    """
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def delete_rows(
        self: BaseDatabaseOperations, style: object, tables: Iterable[str], **_: object
    ) -> list[str]:
        swept = sorted(set(tables) - {"django_content_type", "auth_permission"})
        return [f"DELETE FROM {self.quote_name(table)}" for table in swept]  # noqa: S608

    def flush_unlocked(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        post_migrate.disconnect(create_contenttypes)
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        with unlocked():
            flush(self, sql_list)

    operations.sql_flush = delete_rows  # type: ignore[method-assign]
    operations.execute_sql_flush = flush_unlocked  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    cache.clear()
    canary.forget()
    canary.watch(cast.PASSWORD)
    canary.watch(cast.APP_SECRET.decode())
    canary.watch(base64.b32encode(cast.APP_SECRET).decode())


@pytest.fixture
def corp(db: None) -> Directory:
    return cast.make_directory("Corp", domain="corp.example", alias="CORP", is_default=True)


@pytest.fixture
def other(db: None) -> Directory:
    return cast.make_directory("Other", domain="other.example", alias="OTHER")


@pytest.fixture
def make_user(corp: Directory) -> Callable[..., User]:
    """Makes a person, in Corp unless another directory is given."""

    def make(name: str, directory: Directory = corp, **fields: Any) -> User:
        return cast.make_user(name, directory=directory, **fields)

    return make


@pytest.fixture
def ada(corp: Directory) -> User:
    """Has confirmed an alternate address."""
    user = cast.make_user("ada", directory=corp)
    cast.add_mailbox(user)
    return user


@pytest.fixture
def ben(corp: Directory) -> User:
    """Has confirmed an alternate address and an authenticator app."""
    user = cast.make_user("ben", directory=corp)
    cast.add_mailbox(user)
    cast.add_app(user)
    return user


@pytest.fixture
def cleo(corp: Directory) -> User:
    """Has registered nothing."""
    return cast.make_user("cleo", directory=corp)


@pytest.fixture
def operator(corp: Directory) -> User:
    return _staff(corp, "operator")


@pytest.fixture
def helpdesk(corp: Directory) -> User:
    return _staff(corp, "helpdesk")


@pytest.fixture
def administrator(corp: Directory) -> User:
    return _staff(corp, "directory_administrator")


@pytest.fixture
def reader(corp: Directory) -> User:
    return _staff(corp, "reports_reader")


def _staff(directory: Directory, role: str) -> User:
    user = cast.make_user(role.replace("_", "-"), directory=directory, roles=(role,))
    cast.add_mailbox(user)
    cast.add_app(user)
    return user


@pytest.fixture(scope="session")
def _post_office() -> Iterator[Postbox]:
    postbox = Postbox()
    controller = serve(postbox)
    yield postbox
    controller.stop()


@pytest.fixture
def postbox(_post_office: Postbox, settings: Any) -> Postbox:
    """A real SMTP server, empty at first, that this test's mail goes to."""
    _post_office.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _post_office.port
    return _post_office


@pytest.fixture
def run_outbox(postbox: Postbox) -> Callable[[], int]:
    """Does what is due in the outbox, as a worker would; returns how many parcels."""

    def run() -> int:
        with tenancy.guarded():
            return outbox.work()

    return run


@pytest.fixture
def client_from() -> Callable[[str], Client]:
    """Makes a browser, with its own cookies, at a network address."""

    def make(address: str = "192.0.2.1", **headers: str) -> Client:
        return Client(REMOTE_ADDR=address, headers=headers)

    return make


@pytest.fixture
def no_secret_kept(db: None, postbox: Postbox) -> Iterator[None]:
    """After the test, no row and no mail holds a password or a code that it used."""
    yield
    assert not canary.leaks_in_rows()
    assert not canary.leaks_in_mails(postbox.messages)
