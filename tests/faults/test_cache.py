"""Redis as a cache goes away: pages are made without it."""

import socket

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.spare_cache import SpareRedisCache
from tests.journeys import ResetJourney
from tests.support.postbox import free_port

pytestmark = pytest.mark.django_db


def use(settings, port):
    options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
    settings.CACHES = {
        "default": {
            "BACKEND": "accounts.spare_cache.SpareRedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
            "OPTIONS": options,
        }
    }


@pytest.fixture(autouse=True)
def _noticed_by_nobody_yet():
    SpareRedisCache._away_until = 0.0
    yield
    SpareRedisCache._away_until = 0.0


@pytest.fixture
def gone(settings):
    """Nothing listens where the cache was."""
    use(settings, free_port())


@pytest.mark.parametrize("address", ["/reset/", "/sign-in/", "/"])
def test_pages_open_without_the_cache(gone, corp, address):
    assert Client().get(address).status_code == 200


def test_a_reset_goes_its_way_without_the_cache(gone, ada):
    assert ResetJourney().start("ada@corp.example").step == "reset:method"


def test_nothing_is_found_and_nothing_kept(gone):
    cache.set("a", 1)
    assert cache.get("a", "made anew") == "made anew"


def test_a_cache_that_never_answers_is_asked_once_and_then_left_alone(settings, corp):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        use(settings, deaf.getsockname()[1])
        assert Client().get("/reset/").status_code == 200
        deaf.settimeout(0.2)
        asked, _ = deaf.accept()
        asked.close()
        assert Client().get("/reset/").status_code == 200
        with pytest.raises(TimeoutError):
            deaf.accept()
