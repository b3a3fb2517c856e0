"""What a session holds, by name. Times are whole seconds since 1970."""

SIGNED_IN_AT = "signed_in_at"
PASSWORD_AT = "password_at"  # noqa: S105  when the password was last given
SECOND_FACTOR_AT = "second_factor_at"
SEEN_AT = "seen_at"
UNSETTLED = "unsettled"  # slugs of the interrupts still before the person
TARGET = "target"  # the page that was asked for
ENDED = "ended_because"
DEVICE = "device"
NETWORK = "network"
