"""Limits count before anything is compared, whoever asks and however many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sspr.drill.places import CODE, START, nobody, to_the_code, wrong_code
from sspr.drill.stranger import Answer, Headers, Stranger, Target, Unjudged

AT_ONCE = 30
MOST_TRIES = 5  # of one code
NAMES = 130  # from one network, within an hour; the product opens 100 attempts
_CLAIMS: list[Headers] = [
    (("X-Forwarded-For", "198.51.100.7"),),
    (("X-Forwarded-For", "198.51.100.8, 203.0.113.9"),),
    (("X_Forwarded_For", "198.51.100.10"),),
    (("X-Real-IP", "198.51.100.11"),),
    (("True-Client-IP", "198.51.100.12"), ("CF-Connecting-IP", "198.51.100.12")),
    (("Client-IP", "198.51.100.13"), ("X-Client-IP", "198.51.100.13")),
    (("Forwarded", "for=198.51.100.14"),),
]


def parallel_guessing(target: Target) -> list[str]:
    """Are more wrong codes looked at than a code has tries, when all come at once?"""
    stranger = Stranger(target)
    page = to_the_code(stranger, target.name or nobody())
    gate = threading.Barrier(AT_ONCE)

    def guess(browser: Stranger) -> int:
        gate.wait(timeout=30)
        fields = {"csrfmiddlewaretoken": page.token, "code": wrong_code()}
        try:
            return browser.post(CODE, fields).status
        except Unjudged:  # so many connections at once are more than some servers take
            return 503

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(guess, [stranger.twin() for _ in range(AT_ONCE)]))
    if statuses.count(200) > MOST_TRIES:
        return [f"{statuses.count(200)} of {AT_ONCE} wrong codes were looked at, not {MOST_TRIES}"]
    if sum(status >= 500 for status in statuses) > AT_ONCE // 2:
        raise Unjudged("the server did not answer so many requests at once")
    return []


def spraying(target: Target) -> list[str]:
    """Can one network begin a reset for as many names as it likes?"""
    opened = _opened_until_stopped(target)
    if not opened:
        raise Unjudged("not one attempt could be begun")
    return [f"{NAMES} names were let in from one network"] if opened == NAMES else []


def spoofed_addresses(target: Target) -> list[str]:
    """Does a paused network get on by claiming to be another?"""
    stranger = Stranger(target)
    if _opening(stranger).status != 429:
        raise Unjudged("this network is not paused, so that there is nothing to get round")
    return [
        f"{claim[0][0]} is believed"
        for claim in _CLAIMS
        if _opening(Stranger(target), claim).status != 429
    ]


def _opened_until_stopped(target: Target) -> int:
    """So many attempts begin, each for another unknown name, before one is refused."""
    stranger = Stranger(target)
    token = stranger.get(START).token
    for opened in range(NAMES):
        answer = stranger.post(START, {"csrfmiddlewaretoken": token, "username": nobody()})
        if not answer.leads_to:
            return opened
    return NAMES


def _opening(stranger: Stranger, claim: Headers = ()) -> Answer:
    token = stranger.get(START).token
    fields = {"csrfmiddlewaretoken": token, "username": nobody()}
    return stranger.post(START, fields, more=claim)
