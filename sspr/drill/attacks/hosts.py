"""The host of a request is what the client says: nothing may be made of it."""

from sspr.drill.places import EVIL, SIGN_IN, START
from sspr.drill.stranger import Answer, Headers, Stranger, Target

_FORWARDED: list[Headers] = [
    (("X-Forwarded-Host", EVIL),),
    (("X-Host", EVIL),),
    (("X-Original-Host", EVIL),),
    (("X-HTTP-Host-Override", EVIL),),
    (("Forwarded", f"for=192.0.2.1;host={EVIL};proto=https"),),
    (("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", EVIL), ("X-Forwarded-Port", "1")),
    (("Host", EVIL),),  # a second one
]


def poisoned_hosts(target: Target) -> list[str]:
    """Does an answer repeat a host that is not the server's?"""
    stranger, found = Stranger(target), []
    for path in (START, SIGN_IN, "/.well-known/security.txt", "/.well-known/change-password"):
        own = target.url.partition("://")[2].partition(":")[0]
        for host in (EVIL, f"{own}.{EVIL}", f"{own}@{EVIL}", f"{own}:80@{EVIL}"):
            if _repeats(stranger.get(path, host=host)):
                found.append(f"{path} repeats the host {host}")
        for headers in _FORWARDED:
            if _repeats(stranger.get(path, more=headers)):
                found.append(f"{path} repeats the host of {headers[-1][0]}")
    if _repeats(stranger.get(START, whole=f"http://{EVIL}{START}")):
        found.append("an absolute address in the request line is believed")
    return found


def _repeats(answer: Answer) -> bool:
    if answer.status in {400, 421}:  # a refusal may say what it refuses
        return False
    return EVIL in answer.text or any(EVIL in value for _name, value in answer.headers)
