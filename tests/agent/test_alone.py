"""The agent stands alone."""

import subprocess
import sys

from django.conf import settings

MODULES = ("work", "sealing", "settings", "drivers.active_directory", "drivers.openldap")


def test_the_agent_brings_neither_django_nor_an_app():
    code = (
        "import importlib, sys\n"
        f"for name in {MODULES!r}: importlib.import_module(f'writeback.agent.{{name}}')\n"
        "apps = {'django', 'accounts', 'registration', 'reset', 'change', 'reports', 'sspr'}\n"
        "print(sorted(apps & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
