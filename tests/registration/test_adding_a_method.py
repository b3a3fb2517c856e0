"""docs/adding-a-method.md is followed to the letter: what it says must work."""

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from accounts.policy.models import Policy
from registration import methods
from registration.models import Factor
from tests.journeys import words_of
from tests.registration import test_contract, test_sameness

pytestmark = pytest.mark.django_db
PAGE = (Path(django_settings.BASE_DIR) / "docs" / "adding-a-method.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture
def pager(tmp_path, monkeypatch, settings):
    """The page's own method, installed as the page says, in a module elsewhere."""
    source, line = BLOCKS
    (tmp_path / "pager.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    installed = ast.literal_eval(line.partition("=")[2].strip())
    moved = {
        slug: path.replace("registration.methods.pager", "pager")
        for slug, path in installed.items()
    }
    settings.VERIFICATION_METHODS = moved
    yield "pager"
    sys.modules.pop("pager", None)


def test_the_page_names_every_method_that_is_installed():
    named = ast.literal_eval(BLOCKS[1].partition("=")[2].strip())
    assert named.pop("pager")
    assert named == django_settings.VERIFICATION_METHODS


def test_the_new_method_passes_the_contract(pager, cleo, make_user, corp):
    test_contract.test_a_method_says_what_pages_need(pager)
    test_contract.test_nobodys_challenge_is_always_wrong(pager, corp)
    test_contract.test_a_decoys_hint_has_the_form_of_a_real_one(pager, make_user)
    test_contract.test_a_right_answer_passes_only_once(pager, cleo)


@pytest.mark.parametrize("text", test_contract.NONSENSE)
def test_nonsense_is_nothing_to_the_new_method(pager, cleo, text):
    test_contract.test_nonsense_is_wrong_and_counted(pager, text, cleo)


def test_somebody_and_nobody_are_alike_to_the_new_method(pager, cleo, corp):
    test_sameness.test_asking_leaves_the_same_rows(pager, cleo, corp)


def test_people_can_add_it_once_a_policy_offers_it(pager, cleo, signed_in):
    policy = cleo.directory
    browser = signed_in(cleo)
    assert "Pager" not in words_of(browser.get("/register/"))
    _offer(policy)
    assert "Beeps and shows a code" in words_of(browser.get("/register/"))
    refused = browser.post("/register/add/pager/", {"number": "no digits"})
    assert refused.context["form"].errors.as_data()["number"][0].code == "digits"
    browser.post("/register/add/pager/", {"number": "5550142"})
    assert Factor.objects.in_directory(cleo.directory_id).get().address == "5550142"


def test_the_registry_forgets_it_afterwards():
    assert "pager" not in methods.all_methods()


def _offer(directory):
    for policy in Policy.objects.in_directory(directory):
        policy.methods = [*policy.methods, "pager"]
        policy.save()
