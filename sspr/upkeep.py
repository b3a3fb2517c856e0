"""Work that people and policies leave for the parts above them."""

from accounts.outbox.models import Parcel
from accounts.people.models import Directory
from registration import coverage


def rebuild_coverage(parcel: Parcel) -> None:
    """Find out again who of a directory could get back in; after policies or groups changed."""
    directory = Directory.objects.filter(pk=parcel.payload["directory"]).first()
    if directory:
        coverage.rebuild(directory)
