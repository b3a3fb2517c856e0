"""Telling people when something happened, in the words of their own place."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import formats, timezone
from django.utils.translation import gettext as _


def told(moment: datetime, time_zone: str) -> str:
    """Like "20 November 2026, 08:58 (GMT)": the day, the time, and whose time it is."""
    local = timezone.localtime(moment, zone_of(time_zone))
    day = formats.date_format(local, "DATE_FORMAT")
    return _("%(day)s, %(time)s (%(zone)s)") % {
        "day": day,
        "time": f"{local:%H:%M}",
        "zone": local.tzname(),
    }


def zone_of(name: str) -> ZoneInfo:
    """A directory's time zone; UTC when its name means nothing here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
