"""The agent stands alone."""

import subprocess
import sys

from django.conf import settings

from writeback.agent.__main__ import main

MODULES = (
    *("work", "sealing", "settings", "drivers.active_directory", "drivers.openldap"),
    *("home", "notes", "broker", "boxes", "post", "pulse", "__main__"),
)


def test_the_agent_needs_neither_django_nor_an_app():
    """Where there is a Django, kombu looks at it: here there is none."""
    code = (
        "import importlib, sys\n"
        "sys.modules['django'] = None\n"
        f"for name in {MODULES!r}: importlib.import_module(f'writeback.agent.{{name}}')\n"
        "apps = {'accounts', 'registration', 'reset', 'change', 'reports', 'sspr'}\n"
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


def test_the_process_of_the_agent_says_what_it_misses(tmp_path):
    """Celery's own command, in an environment without any of ours."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "writeback.agent", "worker"],
        cwd=settings.BASE_DIR,
        env={"AGENT_STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode
    assert "The agent cannot start" in done.stderr
    assert "python -m writeback.agent enrol" in done.stderr


def test_commands_of_the_agent_say_what_is_wrong(tmp_path, capsys):
    environment = {"AGENT_STATE_DIR": str(tmp_path / "agent")}
    assert main([], environment) == 2
    assert main(["conquer"], environment) == 2
    assert main(["fingerprint"], environment) == 1
    assert "keygen" in capsys.readouterr().err
    assert main(["keygen"], environment) == 0
    shown = capsys.readouterr().out
    assert main(["keygen"], environment) == 1
    assert main(["fingerprint"], environment) == 0
    assert capsys.readouterr().out == shown
    assert main(["enrol"], environment) == 1
    assert "AGENT_BROKER_URL" in capsys.readouterr().err
    assert main(["keygen"], {}) == 1
