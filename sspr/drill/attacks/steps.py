"""A step opens to the attempt that stands there, in the browser that began it, and only then."""

import secrets

from sspr.drill.places import (
    BEYOND,
    CODE,
    METHOD,
    PASSWORD,
    STOP,
    begin,
    nobody,
    to_the_choice,
)
from sspr.drill.stranger import Answer, Stranger, Target, Unjudged

NEW = "a password that nobody shall get"


def skipped_steps(target: Target) -> list[str]:
    """Does a page behind the checks open before a check is passed?"""
    found = []
    for name in filter(None, (target.name, nobody())):
        stranger = Stranger(target)
        page = to_the_choice(stranger, name)
        for path in BEYOND:
            if _opens(stranger.get(path)):
                found.append(f"{path} opens before the checks")
            fields = {"csrfmiddlewaretoken": page.token, "new_password": NEW, "passed": "1"}
            answer = stranger.post(path, {**fields, "stage": "password", "attempt": "1"})
            if _opens(answer) or answer.leads_to.startswith(BEYOND):
                found.append(f"{path} takes a form before the checks")
    return found


def replay(target: Target) -> list[str]:
    """Does an attempt that was stopped go on with the cookies it had before?"""
    stranger, found = Stranger(target), []
    page = to_the_choice(stranger, nobody())
    before = stranger.twin()
    stranger.post(STOP, {"csrfmiddlewaretoken": page.token})
    for path, fields in ((METHOD, {"check": "0"}), (CODE, {"code": "000000"})):
        answer = before.post(path, {"csrfmiddlewaretoken": page.token, **fields})
        if _opens(answer) or answer.leads_to in {CODE, METHOD, PASSWORD}:
            found.append(f"{path} goes on with an attempt that was stopped")
    return found


def fixed_session(target: Target) -> list[str]:
    """Is a session key kept that somebody else could know?"""
    stranger = Stranger(target)
    begin(stranger, nobody())
    name = _name_of_session(stranger)
    found, given = [], stranger.cookies[name]
    begin(stranger, nobody())
    if stranger.cookies[name] == given:
        found.append("a new attempt keeps the session key of the one before")
    chosen = secrets.token_hex(16)
    victim = Stranger(target, {name: chosen})
    begin(victim, nobody())
    if victim.cookies.get(name) == chosen:
        found.append("a session key that a stranger chose is kept")
    return found


def _name_of_session(stranger: Stranger) -> str:
    names = [name for name in stranger.cookies if "sess" in name.lower()]
    if not names:
        raise Unjudged("no cookie with a session came")
    return names[0]


def _opens(answer: Answer) -> bool:
    return answer.status == 200
