"""The example environment tells an operator of every variable, and of no other."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READERS = {"text", "flag", "number", "listed"}
SECRETS = {"SECRET_KEY", "CODE_PEPPER"}


def read_by_settings() -> set[str]:
    tree = ast.parse((ROOT / "sspr" / "settings.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in READERS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
    }


def example() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text("utf-8")
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE))


def test_the_example_names_every_variable_that_is_read_and_no_other():
    assert set(example()) == read_by_settings()


def test_the_example_holds_no_secret():
    assert {name: example()[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")
