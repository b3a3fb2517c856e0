"""As in 21 نوفمبر 2026، 08:12; digits are those of codes and telephone numbers."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y، H:i"
MONTH_DAY_FORMAT = "j M"
