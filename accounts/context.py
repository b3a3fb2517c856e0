"""What every page knows: whose it is, where help is, and what to tell the helpdesk."""

import zlib
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.branding import stylesheet
from accounts.people.models import Directory, User
from accounts.people.roles import Capability, has
from accounts.people.services import directory_or_default
from accounts.reference import reference_of

_KEPT = 5  # seconds


class Page:
    """Lazy: a page that shows none of this costs nothing. ``request.directory`` or
    ``request.directory_id`` decides whose page it is; others are the default directory's."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def branding(self) -> dict[str, Any]:
        directory = getattr(self._request, "directory", None)
        if directory:
            return branding_of(directory)
        return kept_branding(getattr(self._request, "directory_id", 0))

    @property
    def organization(self) -> str:
        return str(self.branding["organization"])

    @property
    def logo_url(self) -> str:
        return str(self.branding["logo_url"])

    @property
    def logo_dark_url(self) -> str:
        return str(self.branding["logo_dark_url"])

    @property
    def brand_css_url(self) -> str:
        return str(self.branding["brand_css_url"])

    @property
    def helpdesk_phone(self) -> str:
        return str(self.branding["helpdesk_phone"])

    @property
    def helpdesk_hours(self) -> str:
        return str(self.branding["helpdesk_hours"])

    @property
    def helpdesk_link(self) -> str:
        """An address to open: what a person's policy says, where a view knows it, else our form.
        Empty in a kiosk where it would lead out: there are ``helpdesk_words``."""
        own = self._own_helpdesk
        return "" if own and self.kiosk else own or reverse("reset:contact")

    @property
    def helpdesk_words(self) -> str:
        """The policy's address as text, for pages that lead nowhere."""
        return self._own_helpdesk.removeprefix("mailto:").partition("?")[0]

    @property
    def _own_helpdesk(self) -> str:
        return str(getattr(self._request, "helpdesk_link", ""))

    @property
    def start_url(self) -> str:
        """Where everything starts; what a kiosk holds is wiped on the way."""
        return reverse("reset:kiosk_wipe" if self.kiosk else "portal")

    @property
    def kiosk(self) -> Any:
        """How a page of a shared computer ends by itself (reset/kiosk.py); None elsewhere."""
        return getattr(self._request, "kiosk", None)

    @property
    def reference(self) -> str:
        """What to read to the helpdesk: the attempt's, else the request's."""
        known = getattr(self._request, "reference", "")
        return str(known or reference_of(getattr(self._request, "request_id", "")))

    @property
    def language(self) -> str:
        """What the page's language calls itself."""
        return dict(settings.LANGUAGES).get(translation.get_language() or "", "")

    @cached_property
    def other_languages(self) -> list[dict[str, Any]]:
        """What else the page could be in, each with the way to the same page in it."""
        query, current = self._request.GET.copy(), translation.get_language()
        found = []
        for code, name in settings.LANGUAGES:
            if code != current:
                query["lang"] = code
                bidi = translation.get_language_info(code)["bidi"]
                link = f"?{query.urlencode()}"
                found.append({"code": code, "name": name, "bidi": bidi, "link": link})
        return found

    @property
    def opens_reports(self) -> bool:
        return self._opens(Capability.REPORTS)

    @property
    def opens_configuration(self) -> bool:
        return self._opens(Capability.ADMIN)

    def _opens(self, capability: Capability) -> bool:
        """May the visitor open this part? No link leads where a refusal waits."""
        user = getattr(self._request, "user", None)
        return isinstance(user, User) and has(user, capability)

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def demo_people(self) -> list[tuple[str, str]]:
        """Who can be tried, in a demonstration; nobody elsewhere."""
        return list(settings.DEMO_PEOPLE)

    @property
    def demo_password(self) -> str:
        """The password of all of them, where only this machine can see the page."""
        return str(settings.DEMO_PASSWORD)


def page(request: HttpRequest) -> dict[str, Page]:
    """The context processor."""
    return {"page": Page(request)}


def branding_of(directory: Directory) -> dict[str, Any]:
    """A directory's looks, as plain values. Addresses change with what they show."""
    version = f"{_version(directory):08x}"

    def brand_url(name: str) -> str:
        return f"{reverse(f'brand_{name}', args=[directory.pk])}?v={version}"

    return {
        "organization": directory.display_name,
        "helpdesk_phone": directory.helpdesk_phone,
        "helpdesk_hours": directory.helpdesk_hours,
        "brand_css_url": brand_url("css") if stylesheet(directory.primary_color) else "",
        "logo_url": brand_url("logo") if directory.logo else "",
        "logo_dark_url": brand_url("logo_dark") if directory.logo_dark else "",
    }


def _version(directory: Directory) -> int:
    """Another for another colour or logo, so that browsers may keep what they have for a year."""
    shown = (directory.primary_color.encode(), directory.logo, directory.logo_dark)
    return zlib.crc32(b"|".join(bytes(part) for part in shown))


def kept_branding(directory: int) -> dict[str, Any]:
    """A directory's looks (0: the default one's), kept for a few seconds: most pages show nothing
    else of it, and so cost no query."""
    key = f"branding-{directory}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        first = directory_or_default(directory)
        found = branding_of(first) if first else _NO_BRANDING
        cache.set(key, found, _KEPT)
    return found


_NO_BRANDING = {
    "organization": "",
    "helpdesk_phone": "",
    "helpdesk_hours": "",
    "brand_css_url": "",
    "logo_url": "",
    "logo_dark_url": "",
}
