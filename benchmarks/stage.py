"""What the benchmarks run on: a database of their own, people in it, and the web processes."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Stage:
    """Where things are, for the time of one run."""

    folder: Path
    environment: dict[str, str]
    port: int
    web: "subprocess.Popen[bytes] | None" = None
    people: list[str] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def cpu_of_web(self) -> float:
        """Seconds of processor time that the web processes have used."""
        assert self.web
        return sum(_cpu(pid) for pid in _family(self.web.pid))


def environment(database_url: str, mail_port: int, port: int) -> dict[str, str]:
    """A production-like environment, but for the names."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "sspr.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CODE_PEPPER": secrets.token_urlsafe(48),
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "DATABASE_URL": database_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "LOG_LEVEL": "INFO",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # as in the image
    }


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a throw-away PostgreSQL."""
    script = str(ROOT / "script" / "services" / "postgres")
    told = subprocess.run([script, folder, "start"], check=True, capture_output=True, text=True)
    try:
        yield told.stdout.strip().removeprefix("DATABASE_URL=")
    finally:
        subprocess.run([script, folder, "stop"], check=True)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder that unprivileged servers can enter."""
    with tempfile.TemporaryDirectory(prefix="sspr-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def serving(stage: Stage, workers: int) -> Iterator[None]:
    """gunicorn, up and answering."""
    log = (stage.folder / "gunicorn.log").open("wb")
    command = [
        str(Path(PYTHON).parent / "gunicorn"),
        "sspr.wsgi",
        f"--bind=127.0.0.1:{stage.port}",
        f"--workers={workers}",
        "--worker-class=gthread",
        "--threads=8",
        "--keep-alive=30",
        "--no-control-socket",
    ]
    stage.web = subprocess.Popen(command, cwd=ROOT, env=stage.environment, stdout=log, stderr=log)
    try:
        _await_life(stage)
        yield
    finally:
        stage.web.send_signal(signal.SIGTERM)
        stage.web.wait(timeout=20)
        log.close()


def _await_life(stage: Stage) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{stage.port}/livez", headers={"Host": "localhost"}
    )
    for _ in range(150):
        try:
            with urllib.request.urlopen(request, timeout=1):  # noqa: S310  our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit((stage.folder / "gunicorn.log").read_text()[-2000:])


def _family(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(grown for child in listing for grown in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
