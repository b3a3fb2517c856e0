"""The pages of the configuration portal for what accounts keeps."""

from accounts.admin import blocks, directories, groups, people, policies, words

__all__ = ["blocks", "directories", "groups", "people", "policies", "words"]
