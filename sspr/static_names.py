"""Static files under names that change with what is in them, each name found out once."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class OnceNamed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Every page asks for the addresses of the same few files: they stay as long as a process."""

    def __init__(self) -> None:
        super().__init__()
        self.url = cache(super().url)
