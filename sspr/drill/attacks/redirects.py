"""No address of this server leads to a place that a stranger names."""

import re
from urllib.parse import quote, urljoin, urlsplit

from sspr.drill.places import EVIL, SIGN_IN, START
from sspr.drill.stranger import Answer, Stranger, Target

_TARGETS = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"///{EVIL}",
    f"https:{EVIL}",
    f"/%09/{EVIL}",
    f"javascript://{EVIL}/%0aalert(1)",
    f"https://localhost@{EVIL}/",
]
_PLACES = [
    "/",
    SIGN_IN,
    START,
    "/account/",
    "/register/",
    "/change/",
    "/.well-known/change-password",
]
_FIELDS = ["next", "url", "return", "redirect", "redirect_uri", "continue", "RelayState"]
_LINK = re.compile(r"""(?:href|action|content)=["']?([^"'>\s]*)""", re.IGNORECASE)


def open_redirects(target: Target) -> list[str]:
    """Does an answer lead, or link, to the place that its address names?"""
    stranger, found = Stranger(target), []
    for place in _PLACES:
        for number, aim in enumerate(_TARGETS):
            fields = _FIELDS if number == 0 else _FIELDS[:1]
            query = "&".join(f"{field}={quote(aim, safe='')}" for field in fields)
            if leads_away(target, stranger.get(f"{place}?{query}")):
                found.append(f"{place} leads to {aim}")
    for path in (f"//{EVIL}/reset", f"//{EVIL}/%2e%2e", f"/%5c{EVIL}/sign-in"):
        if leads_away(target, stranger.get(path)):
            found.append(f"the path {path} leads away")
    return found


def leads_away(target: Target, answer: Answer) -> bool:
    """To the stranger's place, as a browser would understand the address."""
    links = _LINK.findall(answer.text)
    refresh = answer.header("Refresh").partition("=")[2]
    return any(_goes_there(target, link) for link in (answer.header("Location"), refresh, *links))


def _goes_there(target: Target, link: str) -> bool:
    """Browsers take a backslash for a slash, and drop tabs and line ends (WHATWG URL, 4.4)."""
    plain = re.sub(r"[\t\r\n]", "", link).strip().replace("\\", "/")
    plain = re.sub(r"^(https?):/*", r"\1://", re.sub(r"^/{2,}", "//", plain))
    host = urlsplit(urljoin(target.url, plain)).hostname or ""
    return host == EVIL or host.endswith(f".{EVIL}") or plain.lower().startswith("javascript:")
