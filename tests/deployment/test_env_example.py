"""The example environment tells an operator of every variable, and of no other."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READERS = {"text", "flag", "number", "listed", "former"}
READING = ("settings.py", "databases.py", "telephones.py")
BY_THE_C_LIBRARY = {"GLIBC_TUNABLES"}
SECRETS = {
    "SECRET_KEY",
    "SECRET_KEY_PREVIOUS",
    "CODE_PEPPER",
    "CODE_PEPPER_PREVIOUS",
    "TWILIO_AUTH_TOKEN",
    "LDAP_BIND_PASSWORD",
}


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


def read_by_agents() -> set[str]:
    """Their names stand as texts in the agent's files; a secret may be in a file of its own."""
    files = (ROOT / "writeback").glob("**/*.py")
    texts = "".join(path.read_text("utf-8") for path in files)
    return set(re.findall(r'"((?:LDAP|AGENT)_[A-Z_]+[A-Z])"', texts))


def example() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text("utf-8")
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE))


def test_the_example_names_every_variable_that_is_read_and_no_other():
    assert set(example()) == read_by_settings() | read_by_agents() | BY_THE_C_LIBRARY


def test_the_example_holds_no_secret():
    assert {name: example()[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")
