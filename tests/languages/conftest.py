"""The made languages, and what a walk through the portals needs."""

import pytest

from tests.languages import pseudo


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(folder)
    return folder


@pytest.fixture
def made_languages(_made, settings, monkeypatch):
    """``xl`` and ``xr`` are installed."""
    with pseudo.installed(_made, settings, monkeypatch):
        yield
