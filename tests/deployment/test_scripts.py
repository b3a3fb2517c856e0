"""The commands of script/ say what is wrong, and add up what happened."""

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHELL = [
    *("setup", "test", "lint", "demo", "lib"),
    *(f"services/{name}" for name in ("certificates", "postgres", "redis", "samba", "slapd")),
]
REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("name", SHELL)
def test_a_shell_script_is_well_formed(name: str):
    assert run("bash", "-n", f"script/{name}").stderr == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.10", "::"])  # noqa: S104  it refuses them
def test_a_demonstration_is_not_seen_from_elsewhere_unasked(host: str):
    done = run("script/demo", HOST=host)
    assert done.returncode == 1
    assert "add --expose if you mean it" in done.stderr


def test_a_demonstration_refuses_what_it_does_not_know():
    done = run("script/demo", "--now")
    assert (done.returncode, done.stderr[:6]) == (1, "usage:")


def test_a_domain_with_known_passwords_is_not_exposed():
    done = run("script/demo", "--expose", "--with-ad")
    assert done.returncode == 1
    assert "do not go together" in done.stderr


def test_the_closing_line_adds_up_all_runs(tmp_path: Path):
    first, second = tmp_path / "a.xml", tmp_path / "b.xml"
    first.write_text(REPORT.format(10, 0, 0, 2))
    second.write_text(REPORT.format(5, 1, 1, 0))
    done = run("script/closing_line", str(first), str(second))
    assert (done.stdout, done.returncode) == ("11 passed, 2 failed, 2 skipped\n", 1)


def test_a_green_run_ends_well(tmp_path: Path):
    report = tmp_path / "a.xml"
    report.write_text(REPORT.format(10, 0, 0, 0))
    done = run("script/closing_line", str(report))
    assert (done.stdout, done.returncode) == ("10 passed, 0 failed, 0 skipped\n", 0)


def test_a_run_that_left_no_report_has_failed(tmp_path: Path):
    done = run("script/closing_line", str(tmp_path / "none.xml"))
    assert (done.stdout, done.returncode) == ("0 passed, 1 failed, 0 skipped\n", 1)


def test_a_run_of_nothing_has_failed(tmp_path: Path):
    report = tmp_path / "a.xml"
    report.write_text(REPORT.format(0, 0, 0, 0))
    assert run("script/closing_line", str(report)).returncode == 1
