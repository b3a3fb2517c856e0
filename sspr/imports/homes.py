"""Whose rows they are: the domain of the user ID says which directory, as at sign-in."""

from collections import defaultdict
from collections.abc import Set

from django.core.exceptions import ValidationError

from accounts.people import names
from accounts.people.models import Directory, Domain


class Homes:
    """The domains of the deployment, read once; of a single directory where one was asked for."""

    def __init__(self, asked: Directory | None = None) -> None:
        self._asked = asked
        self._by_domain = dict[str, Directory]()
        self._domains = defaultdict[int, set[str]](set)
        same = dict[int, Directory]()
        for domain in Domain.objects.select_related("directory"):
            home = same.setdefault(domain.directory_id, domain.directory)
            self._by_domain[domain.name] = home
            self._domains[home.pk].add(domain.name)

    def of(self, name: str) -> Directory:
        """The directory of a user ID; raises ValidationError with the reason for none."""
        names.validate_upn(name)
        domain = name.rpartition("@")[2].lower()
        found = self._by_domain.get(domain)
        if found is None:
            raise ValidationError(f"no directory has the domain {domain}")
        if self._asked and found.pk != self._asked.pk:
            raise ValidationError(f"{domain} belongs to the directory {found.name}")
        return found

    def domains_of(self, directory: Directory) -> Set[str]:
        """The directory's own domains."""
        return self._domains[directory.pk]
