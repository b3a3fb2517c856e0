"""The page about limits says what the code does."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.conf import settings

from accounts.limits.services import ONCE, Limit
from accounts.policy.models import Policy
from registration import challenges, codes, failures
from reset import limits
from reset.models import LIFE
from tests.docs.test_documents import APPS

NAME = re.compile(r"[a-z]+\.[a-z_]+")
PAGE = Path(settings.BASE_DIR) / "docs" / "limits.md"


def limits_of_the_house() -> dict[str, Limit]:
    """Every limit that a module of the product holds, by name."""
    root = Path(settings.BASE_DIR)
    files = [path for app in APPS for path in (root / app).rglob("*.py")]
    holding = [path.relative_to(root) for path in files if "Limit(" in path.read_text("utf-8")]
    modules = [import_module(".".join(path.with_suffix("").parts)) for path in holding]
    found = [held for one in modules for held in vars(one).values() if isinstance(held, Limit)]
    return {limit.name: limit for limit in found if not limit.name.startswith(ONCE)}


def said(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, word in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {word}" + "s" * (count != 1)
    raise AssertionError


def rows() -> dict[str, list[str]]:
    lines = [line.strip("|").split("|") for line in PAGE.read_text("utf-8").splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines]
    return {row[0]: row for row in cells if NAME.fullmatch(row[0])}


def test_the_page_has_every_limit_as_it_is():
    expected = {
        limit.name: (f"{limit.times} in {said(limit.within)}", said(limit.rest))
        for limit in limits_of_the_house().values()
    }
    told = {name: (row[3], row[4].partition(",")[0]) for name, row in rows().items()}
    assert told == expected


def test_limits_are_named_in_one_way():
    assert not [name for name in limits_of_the_house() if not NAME.fullmatch(name)]


def test_what_a_policy_decides_is_the_same_by_default():
    policy = Policy()
    assert policy.answers_allowed == limits.WRONG.times == limits.COMPLETIONS.times
    assert policy.messages_allowed == limits.SENDS.times
    assert timedelta(hours=policy.block_hours) == limits.WRONG.rest == limits.SENDS.rest


def test_what_is_said_beside_is_true():
    text = PAGE.read_text("utf-8")
    assert f"question | {challenges.TRIES} |" in text
    assert f"challenge | {challenges.SENDS}, at first after {challenges.FIRST_WAIT} sec" in text
    assert f"code | {said(codes.LIFE)} |" in text
    assert f"attempt | {said(LIFE)} |" in text
    assert f"guessed | {failures.HARD_CAP} |" in text
    assert f"hears of {failures.WARNED_AT} |" in text
    assert f"at most {said(limits.LONGEST_PACE)}" in text
