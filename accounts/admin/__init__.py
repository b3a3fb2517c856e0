"""The pages of the configuration portal for what accounts keeps."""

from accounts.admin import (
    applications,
    blocks,
    directories,
    groups,
    people,
    policies,
    tokens,
    words,
)

__all__ = [
    "applications",
    "blocks",
    "directories",
    "groups",
    "people",
    "policies",
    "tokens",
    "words",
]
