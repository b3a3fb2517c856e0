from pathlib import Path

from django.utils import translation

from accounts.people.roles_page import page

FILE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
HOW = """docs/roles.md is not what the matrix says. Write it again with
    python manage.py shell -v 0 -c \
"from accounts.people.roles_page import page; print(page(), end='')" > docs/roles.md"""


def test_the_documented_roles_are_those_of_the_matrix():
    with translation.override("en"):
        assert FILE.read_text(encoding="utf-8") == page(), HOW
