"""What staff mistype is told beside the form, never answered by a fault."""

import pytest
from django.urls import reverse

from accounts.people.models import User
from tests.admin.forms import errors_on, fill

ADD = reverse("admin:accounts_user_add")


@pytest.mark.parametrize("role", ["operator", "user_administrator"])
@pytest.mark.parametrize(
    "name",
    ["nova", "nova@", "nova@unknown.example", "nóva@corp.example", "@"],
)
def test_a_user_id_that_is_none_is_refused_in_words(as_role, role, name):
    """Whichever directory the staff member works in, or in all of them."""
    answer = fill(as_role(role), ADD, user_principal_name=name, display_name="Nova")
    assert answer.status_code == 200
    assert errors_on(answer)
    assert not User.objects.filter(display_name="Nova").exists()
