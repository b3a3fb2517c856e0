"""The example environment tells an operator of every variable, and of no other."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READERS = {"text", "flag", "number", "listed"}
READING = ("settings.py", "telephones.py")
SECRETS = {"SECRET_KEY", "CODE_PEPPER", "TWILIO_AUTH_TOKEN"}


def read_by_settings() -> set[str]:
    trees = [ast.parse((ROOT / "sspr" / name).read_text("utf-8")) for name in READING]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
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
