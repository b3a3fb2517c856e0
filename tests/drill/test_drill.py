"""The drill holds its attacks against this product, and knows a broken one when it meets it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reset.models import Attempt
from sspr.drill.attacks import ATTACKS
from sspr.drill.attacks.redirects import leads_away
from sspr.drill.registry import Verdict, run
from sspr.drill.stranger import Answer, Target, Unjudged
from tests.docs.test_security_map import NUMBERS
from tests.drill.broken import KNOWN, Broken, Claimed, serving

HERE = "http://localhost:1"


def drill(*arguments: str) -> str:
    out = StringIO()
    call_command("drill", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_every_attack_on_this_product_is_held(live_server, ada, postbox):
    """S-C01, S-C03, S-C05, S-C09, S-C12, S-C13, S-C18, S-C19, S-C23, S-C25, S-C48."""
    told = json.loads(drill(live_server.url, "--yes-i-own-this", "--name", KNOWN, "--json"))
    judged = {one["attack"]: (one["verdict"], one["why"]) for one in told["findings"]}
    assert judged == {attack.title: ("held", "") for attack in ATTACKS}
    assert 200 < told["requests"] <= 500
    assert Attempt.objects.in_directory(ada.directory_id).filter(user=ada).exists()


@pytest.fixture
def broken():
    with serving(Broken) as url:
        yield url


def test_every_attack_can_say_that_it_broke_something(broken):
    target = Target(broken, KNOWN)
    judged = {found.attack: found for found in run(ATTACKS, target)}
    claims = judged.pop(ATTACKS[-1].title)
    assert {found.verdict for found in judged.values()} == {Verdict.BROKEN}
    assert all(found.why for found in judged.values())
    assert (claims.verdict, "not paused" in claims.why) == (Verdict.UNJUDGED, True)


def test_a_network_that_is_only_claimed_is_noticed():
    with serving(Claimed) as url:
        *_others, spraying, claims = run(ATTACKS[-2:], Target(url))
    assert (spraying.verdict, claims.verdict) == (Verdict.HELD, Verdict.BROKEN)
    assert "X-Forwarded-For" in claims.why
    assert "X-Real-IP" not in claims.why


def test_what_broke_ends_in_a_failure_and_a_line(broken, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("drill", broken, "--yes-i-own-this")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(ATTACKS) + 1
    assert any(line.startswith("BROKEN") and "(S-C03)" in line for line in lines)
    assert any("could not be judged" in line and "needs --name" in line for line in lines)


def test_nothing_is_sent_before_somebody_says_that_it_is_theirs(broken):
    with pytest.raises(CommandError, match="--yes-i-own-this"):
        drill(broken)


@pytest.mark.parametrize(
    "url", ["", "localhost", "ftp://x.example", "file:///etc", "https://", "http://a@b.example/"]
)
def test_what_is_no_server_is_refused(url):
    with pytest.raises(CommandError, match="address of a server"):
        drill(url, "--yes-i-own-this")


def test_a_path_is_refused():
    with pytest.raises(CommandError, match="without a path"):
        drill("https://password.corp.example/reset/", "--yes-i-own-this")


def test_a_drill_ends_with_its_requests(broken):
    target = Target(broken, KNOWN, most=3)
    assert {found.verdict for found in run(ATTACKS, target)} <= {Verdict.UNJUDGED, Verdict.BROKEN}
    assert target.sent == 3
    with pytest.raises(Unjudged, match="used up"):
        target.count()


def test_a_server_that_is_away_is_not_judged():
    told = list(run(ATTACKS, Target("http://127.0.0.1:9", KNOWN)))
    assert {found.verdict for found in told} == {Verdict.UNJUDGED}


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "///evil.example",
        "https://localhost@evil.example/",
        "HTTPS://EVIL.EXAMPLE",
        "javascript:alert(1)",
    ],
)
def test_every_way_to_lead_away_is_known(place):
    assert leads_away(Target(HERE), Answer(302, (("Location", place),), "", "/"))


@pytest.mark.parametrize("place", ["/sign-in/?next=https://evil.example", "/evil.example", ""])
def test_what_stays_here_leads_nowhere_else(place):
    assert not leads_away(Target(HERE), Answer(302, (("Location", place),), "", "/"))


def test_every_attack_names_numbers_of_the_catalogue():
    assert all(set(attack.numbers) <= set(NUMBERS) for attack in ATTACKS)
    assert len({attack.title for attack in ATTACKS}) == len(ATTACKS)
