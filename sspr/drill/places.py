"""Where things are on a server, and how a stranger gets to a step of a reset."""

import re
import secrets

from sspr.drill.stranger import Answer, Stranger, Unjudged

START, WHY, METHOD, CODE = "/reset/", "/reset/why/", "/reset/method/", "/reset/code/"
ADDRESS, PASSWORD, STOP = "/reset/address/", "/reset/password/", "/reset/stop/"
SIGN_IN = "/sign-in/"
EVIL = "evil.example"
BEYOND = ("/reset/password/", "/reset/unlock/", "/reset/done/")  # behind the checks
_CHOICE = re.compile(r'name="check"[^>]*\bvalue="(\d+)"')
_DIGITS = "0123456789"


def nobody() -> str:
    """A name that belongs to nobody."""
    return f"drill-{secrets.token_hex(6)}"


def like(name: str) -> str:
    """A name that belongs to nobody, of the length and in the domain of one that is known."""
    local, at, domain = name.partition("@")
    return f"{secrets.token_hex(64)[: max(len(local), 6)]}{at}{domain}"


def begin(stranger: Stranger, name: str) -> Answer:
    """Say a name; the answer to that."""
    answer = stranger.send(START, username=name)
    if answer.status == 429:
        raise Unjudged("this network or name is paused; try again in an hour")
    if answer.status == 503:
        raise Unjudged("the server says that it cannot reset anything now")
    return answer


def to_the_choice(stranger: Stranger, name: str) -> Answer:
    """The page on which a check is chosen."""
    answer = begin(stranger, name)
    if answer.leads_to == WHY:
        answer = stranger.send(WHY, goal="reset")
    if answer.leads_to != METHOD:
        raise Unjudged(f"no choice of checks after a name ({answer.status} {answer.leads_to})")
    return stranger.follow(answer)


def choose(stranger: Stranger, page: Answer, number: str) -> Answer:
    """The page after the choice of a check."""
    fields = {"csrfmiddlewaretoken": page.token, "check": number}
    return stranger.follow(stranger.post(METHOD, fields))


def to_the_code(stranger: Stranger, name: str) -> Answer:
    """The page that asks for a code of six digits; whoever must type a number types a wrong one."""
    page = to_the_choice(stranger, name)
    for number in choices(page):
        asked = choose(stranger, page, number)
        if asked.path == ADDRESS:
            asked = stranger.follow(stranger.send(ADDRESS, address="+12025550100"))
        if asked.path == CODE and 'name="code"' in asked.text:
            return asked
        page = stranger.follow(
            stranger.post("/reset/code/other/", {"csrfmiddlewaretoken": asked.token})
        )
    raise Unjudged("no check that asks for a code")


def choices(page: Answer) -> list[str]:
    return _CHOICE.findall(page.text)


def wrong_code() -> str:
    """Six digits. That they are right is one chance in a million."""
    return "".join(secrets.choice(_DIGITS) for _ in range(6))
