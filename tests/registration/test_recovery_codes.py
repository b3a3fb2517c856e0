"""Saved recovery codes: shown once, each good for one use."""

import math
import re

import pytest
from argon2 import low_level
from django.urls import reverse

from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from registration import saved_codes
from registration.challenges import Verdict
from registration.models import Coverage, Factor, FactorPiece, Purpose
from tests import cast
from tests.journeys import ResetJourney, words_of
from tests.registration.conftest import kinds
from tests.registration.provers import answer, issue
from tests.support import canary

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r"(?<![\w-])[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}(?![\w-])")
SLUG = "recovery_codes"


@pytest.fixture(autouse=True)
def _allowed(corp):
    Policy.objects.in_directory(corp).update(methods=["alternate_email", SLUG])


@pytest.fixture
def coded(cleo):
    return cast.add_codes(cleo)


def begun(browser):
    """The page that shows new codes, and what stands on it."""
    page = browser.post(reverse("registration:add", args=[SLUG]), follow=True)
    codes = SHOWN.findall(page.content.decode())
    for code in codes:
        canary.watch(code)
    return page.request["PATH_INFO"], codes


def test_a_code_is_long_enough_and_easy_to_read():
    """S-A20: at least 64 bits, and no letters that look like others."""
    made = {saved_codes.new(3) for _each in range(200)}
    assert len(made) == 200
    assert saved_codes.SECRET_SYMBOLS * math.log2(len(saved_codes.ALPHABET)) >= 64
    assert not set(saved_codes.ALPHABET) & set("01OILU")
    assert set("".join(code[1:] for code in made)) == set(saved_codes.ALPHABET)
    assert {code[0] for code in made} == {saved_codes.ALPHABET[3]}


@pytest.mark.parametrize(
    "typed",
    [
        "2BCDEFGHJKMNPQRS",
        "2bcd-efgh-jkmn-pqrs",
        " 2BCD EFGH\N{EN DASH}JKMN\u200bPQRS\n",
        "２bcdefghjkmnpqrs",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert saved_codes.read(typed) == "2BCDEFGHJKMNPQRS"


@pytest.mark.parametrize(
    "typed", ["", "2BCDEFGHJKMNPQR", "2BCDEFGHJKMNPQRSS", "2" * 61, "0BCDEFGHJKMNPQRS"]
)
def test_anything_else_is_no_code(typed):
    assert saved_codes.read(typed) == ""


def test_codes_are_shown_until_one_is_typed_and_never_again(cleo, signed_in, no_secret_kept):
    browser = signed_in(cleo)
    page, codes = begun(browser)
    text = reverse("registration:codes_text", args=[page.split("/")[-2]])
    kept = browser.get(text)
    assert SHOWN.findall(kept.content.decode()) == codes
    assert "attachment" in kept["Content-Disposition"]
    assert "no-store" in kept["Cache-Control"]
    assert "not one of your unused" in words_of(browser.post(page, {"code": "x"}))
    assert not Coverage.objects.in_directory(cleo.directory_id).filter(registered=True).exists()
    done = browser.post(page, {"code": codes[9].lower()}, follow=True)
    assert "10 codes left" in words_of(done)
    assert Factor.objects.in_directory(cleo.directory_id).get().secret == b""
    assert browser.get(text).status_code == 404
    assert not SHOWN.search(browser.get(page, follow=True).content.decode())


def test_only_slow_hashes_are_kept(cleo, signed_in):
    begun(signed_in(cleo))
    pieces = FactorPiece.objects.in_directory(cleo.directory_id)
    assert [len({getattr(p, field) for p in pieces}) for field in ("name", "hashed")] == [10, 10]
    assert all(piece.hashed.startswith("argon2$argon2id$") for piece in pieces)


def test_nobody_elses_codes_can_be_fetched(cleo, ada, signed_in):
    page, _codes = begun(signed_in(cleo))
    text = reverse("registration:codes_text", args=[page.split("/")[-2]])
    assert signed_in(ada).get(text).status_code == 404


def test_a_code_opens_one_check_and_everybody_hears_of_it(cleo, coded):
    """S-A22."""
    code, other, *_rest = cast.codes()
    assert answer(issue(coded, SLUG), code).verdict is Verdict.PASSED
    assert answer(issue(coded, SLUG), code).verdict is Verdict.WRONG
    assert answer(issue(coded, SLUG), other).verdict is Verdict.PASSED
    assert kinds() == ["registration.recovery_code_used"] * 2
    payloads = [parcel.payload for parcel in Parcel.objects.filter(kind="notice")]
    assert sorted(load["context"]["left"] for load in payloads) == ["8", "9"]
    assert {load["notice"] for load in payloads} == {"recovery_code_used"}


@pytest.mark.parametrize("wrong", ["3BCDEFGHJKMNPQRS", "2BCDEFGHJKMNPQRT", "CBCDEFGHJKMNPQRS"])
def test_a_code_counts_in_its_own_slot_only(coded, wrong):
    if wrong[0] == "3":
        FactorPiece.objects.in_directory(coded.directory_id).filter(name="3").delete()
    assert answer(issue(coded, SLUG), wrong).verdict is Verdict.WRONG


def test_to_show_that_a_code_was_kept_does_not_use_it(coded):
    [code, *_rest] = cast.codes()
    assert answer(issue(coded, SLUG, purpose=Purpose.REGISTER), code).passed
    assert answer(issue(coded, SLUG), code).passed


def test_few_codes_are_a_warning_and_none_is_no_cover(cleo, coded, signed_in):
    browser = signed_in(cleo)
    pieces = FactorPiece.objects.in_directory(cleo.directory_id).order_by("pk")
    for piece in pieces[:6]:
        piece.used_at = coded.confirmed_at
        piece.save()
    overview = browser.get("/register/").content.decode()
    assert 'class="badge">4 codes left' in overview
    for number, told in enumerate(["3 codes left", "2 codes left", "1 code left"], start=6):
        assert answer(issue(coded, SLUG), cast.codes()[number]).passed
        overview = browser.get("/register/").content.decode()
        assert f'class="badge is-warn">{told}' in overview
    assert Coverage.objects.in_directory(cleo.directory_id).get().registered
    assert answer(issue(coded, SLUG), cast.codes()[9]).passed
    assert not Coverage.objects.in_directory(cleo.directory_id).get().registered
    words = words_of(browser.get("/register/"))
    assert "all used: make new codes" in words
    assert "Not covered yet" in words
    coded.refresh_from_db()
    assert not coded.is_usable()
    assert coded.stands()


def test_the_last_code_still_resets_a_password(cleo, coded):
    pieces = FactorPiece.objects.in_directory(cleo.directory_id).order_by("pk")
    for piece in pieces[1:]:
        piece.used_at = coded.confirmed_at
        piece.save()
    journey = ResetJourney().start("cleo@corp.example").choose().answer(cast.codes()[0])
    journey.save()
    assert journey.step == "reset:done"


def test_new_codes_replace_the_old_once_one_is_typed(cleo, coded, signed_in):
    browser = signed_in(cleo)
    assert "Make new codes" in words_of(browser.get("/register/"))
    page, codes = begun(browser)
    assert answer(issue(coded, SLUG), cast.codes()[0]).passed
    browser.post(page, {"code": codes[0]})
    [factor] = Factor.objects.in_directory(cleo.directory_id)
    assert factor.pk != coded.pk
    assert answer(issue(factor, SLUG), cast.codes()[1]).verdict is Verdict.WRONG
    assert answer(issue(factor, SLUG), codes[0]).passed


@pytest.mark.parametrize("text", ["", "2BCDEFGHJKMNPQRT", "x" * 100])
def test_somebodys_answer_and_nobodys_cost_one_slow_hash(corp, coded, monkeypatch, text):
    """S-A15."""
    hashes: list[object] = []
    for function in ("hash_secret", "verify_secret"):
        real = getattr(low_level, function)
        monkeypatch.setattr(low_level, function, _counting(real, hashes))
    for factor in (coded, None):
        hashes.clear()
        answer(issue(factor, SLUG, directory=corp), text)
        assert len(hashes) == 1


def _counting(real, hashes):
    def counted(*args, **kwargs):
        hashes.append(real)
        return real(*args, **kwargs)

    return counted
