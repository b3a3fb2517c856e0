"""Which links somebody finds on their start page."""

from django.db.models import Exists, OuterRef, Q

from accounts.people.models import Application, User


def for_person(user: User) -> list[Application]:
    """The links for everybody in the person's directory, and those for a group that holds them.

    Groups within groups count; one query.
    """
    links = Application.groups.through._default_manager.filter(application_id=OuterRef("pk"))
    holding = links.filter(
        group__directory_id=user.directory_id,
        group__descendant_rows__descendant__membership__user_id=user.pk,
    )
    found = Application.objects.in_directory(user.directory_id)
    return list(found.filter(~Exists(links) | Q(Exists(holding))).order_by("position", "pk"))
