"""Telling people when something happened, in the words of their own place."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _


def told(moment: datetime, time_zone: str) -> str:
    """Like "20 November 2026, 08:58 (GMT)": the day, the time, and whose time it is."""
    local = timezone.localtime(moment, zone_of(time_zone))
    return _("%(day)s, %(time)s (%(zone)s)") % {
        "day": told_day(moment, time_zone),
        "time": f"{local:%H:%M}",
        "zone": local.tzname(),
    }


def told_day(moment: datetime, time_zone: str) -> str:
    """Like "20 November 2026"."""
    return formats.date_format(timezone.localtime(moment, zone_of(time_zone)), "DATE_FORMAT")


def told_end(moment: datetime, time_zone: str) -> str:
    """When a pause is over: the next whole minute, so that nobody comes back too early."""
    return told((moment + timedelta(seconds=59)).replace(second=0, microsecond=0), time_zone)


def told_soon(moment: datetime, time_zone: str) -> str:
    """Like "tomorrow at 14:05 (CET)", within a sentence; the next whole minute. Later days are
    told by their date."""
    minute = (moment + timedelta(seconds=59)).replace(second=0, microsecond=0)
    local = timezone.localtime(minute, zone_of(time_zone))
    days = (local.date() - timezone.localtime(timezone.now(), local.tzinfo).date()).days
    texts = {0: _("today at %(time)s (%(zone)s)"), 1: _("tomorrow at %(time)s (%(zone)s)")}
    if days not in texts:
        return _("from %(when)s on") % {"when": told(minute, time_zone)}
    return texts[days] % {"time": f"{local:%H:%M}", "zone": local.tzname()}


def validate_zone(name: str) -> None:
    """Raise ValidationError for a name that no time zone has."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            _("%(name)s is no time zone. Write one like Europe/Berlin."), "zone", {"name": name}
        ) from None


def zone_of(name: str) -> ZoneInfo:
    """A directory's time zone; UTC when its name means nothing here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
