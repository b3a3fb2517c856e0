"""Where a request comes from, as far as it can be trusted."""

import hashlib
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PREFIX = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class Client:
    """The other end of a request.

    ``address`` is the client's own, behind as many proxies as settings.TRUSTED_PROXIES names;
    ``network`` its /24 (IPv4) or /48 (IPv6); ``browser`` the hashed token of a browser that has
    signed somebody in before, empty otherwise.
    """

    address: str = ""
    network: str = ""
    device: str = "unknown"
    language: str = "en"
    user_agent: str = ""
    request_id: str = ""
    browser: str = ""

    @classmethod
    def nowhere(cls) -> "Client":
        """For commands and background jobs."""
        return cls(device="system")


def address_of(request: HttpRequest) -> str:
    """The nearest address that is not one of our own proxies.

    X-Forwarded-For is read from the right, and only as far as listed proxies vouch for it; a
    malformed entry ends the walk at the last address that was vouched for.
    """
    trusted = [ipaddress.ip_network(net) for net in settings.TRUSTED_PROXIES]
    current = _parsed(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if trusted else []
    while hops and current and any(current in net for net in trusted):
        previous = _parsed(hops.pop())
        if previous is None:
            break
        current = previous
    return str(current) if current else ""


def network_of(address: str) -> str:
    """The network an address is counted under; empty for no address."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    return str(ipaddress.ip_network(f"{parsed}/{_PREFIX[parsed.version]}", strict=False))


def device_of(user_agent: str) -> str:
    """phone, tablet, computer or unknown: enough for a report, too little to follow anybody."""
    agent = user_agent.lower()
    if "ipad" in agent or "tablet" in agent:
        return "tablet"
    if "mobi" in agent or "iphone" in agent:
        return "phone"
    return "computer" if "mozilla" in agent else "unknown"


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def browser_hash(token: str) -> str:
    """What is kept of a known browser's token; empty for no token, or for one we never made."""
    return hashlib.sha256(token.encode()).hexdigest() if 20 <= len(token) <= 64 else ""
