"""The product does not start with a key that anybody could know."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.docs.test_documents import ROOT


@pytest.mark.parametrize("name", ["SECRET_KEY", "CODE_PEPPER"])
@pytest.mark.parametrize("value", [None, "", "x" * 31])
def test_nothing_starts_without_keys_of_its_own(monkeypatch, name, value):
    """P-C38."""
    monkeypatch.delenv(f"{name}_FILE", raising=False)
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="at least 32 characters"):
        runpy.run_path(str(ROOT / "sspr" / "settings.py"))
