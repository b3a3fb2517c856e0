"""All parts of docker-compose.yml as plain processes on this machine, with services of the run."""

import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
import yaml

from tests.support import agent_process
from tests.support.postbox import free_port

ROOT = Path(__file__).parents[2]
CONFIGURATION = """
directories:
  - name: Corp
    domains: [corp.example]
    store: {kind: openldap}
    policies:
      - name: Everyone
        groups: []
        self_service_reset: true
        methods: [alternate_email]
        methods_required: 1
        registration: {factor_rest_hours: 0}
        writeback: {enabled: true, unlock_without_reset: false}
"""


class Deployment:
    """An installation of its own: a database, and processes that are ended with it."""

    def __init__(self, place: Path, smtp_port: int) -> None:
        url = os.environ.get("TEST_DATABASE_URL")
        if not url:
            pytest.skip("needs PostgreSQL: run script/test")
        self.place, self.server, self.database = place, url, f"processes_{uuid.uuid4().hex[:8]}"
        self._sql(f"CREATE DATABASE {self.database}", url)
        self.port, self.running = free_port(), list[subprocess.Popen[bytes]]()
        secret = uuid.uuid4().hex * 2
        redis = agent_process.broker_url().rpartition("/")[0]
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PUBLIC_BASE_URL": f"http://localhost:{self.port}",
            "SECRET_KEY": secret,
            "CODE_PEPPER": secret[::-1],
            "DATABASE_URL": urlsplit(url)._replace(path=f"/{self.database}").geturl(),
            "REDIS_URL": f"{redis}/5",
            "BROKER_URL": f"{redis}/6",
            "AGENT_BROKER_URL": agent_process.portal_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "ARGON2_MEMORY_KIB": "64",
        }

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code)

    def file(self, name: str, content: str) -> None:
        (self.place / name).write_text(content)

    def start(self, *names: str) -> None:
        """Start parts by the commands that the composition gives them."""
        for name in names:
            command = [self._here(word) for word in _command_of(name)]
            with (self.place / f"{name}.log").open("wb") as log:
                self.running.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=self.environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                )

    def is_ready(self) -> bool:
        try:
            return requests.get(f"http://localhost:{self.port}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    def end(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._sql(f"DROP DATABASE {self.database} WITH (FORCE)", self.server)

    def _here(self, word: str) -> str:
        if word == "0.0.0.0:8000":
            return f"127.0.0.1:{self.port}"
        return str(self.place / "beat") if word.endswith("/beat") else word

    def has_heard_an_agent(self) -> bool:
        heard = "SELECT 1 FROM writeback_agent WHERE is_well AND seen_at IS NOT NULL"
        return bool(self._sql(heard, self.environment["DATABASE_URL"]))

    def _sql(self, statement: str, database: str) -> int:
        connection = psycopg2.connect(database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: int = cursor.rowcount
        connection.close()
        return max(rows, 0)


def _command_of(name: str) -> list[str]:
    """What the composition, or else the image, starts a part with."""
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    if "command" in compose["services"][name]:
        return list(compose["services"][name]["command"])
    images = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    return list(yaml.safe_load(re.findall(r"^CMD (\[.*\])", images, re.M)[-1]))


class Browser:
    """Fills in forms over HTTP and follows where it is led; keeps cookies."""

    def __init__(self, base: str) -> None:
        self._base, self._session = base, requests.Session()
        self.text, self.address = "", ""

    def get(self, path: str) -> "Browser":
        return self._stands_on(self._session.get(self._base + path, timeout=20))

    def post(self, **fields: str) -> "Browser":
        """Send the form of the page it stands on."""
        (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text))
        fields = {"csrfmiddlewaretoken": token, **fields}
        headers = {"Origin": self._base}
        return self._stands_on(
            self._session.post(self.address, fields, headers=headers, timeout=20)
        )

    def close(self) -> None:
        self._session.close()

    def _stands_on(self, page: requests.Response) -> "Browser":
        assert page.status_code == 200, (page.url, page.status_code)
        self.text, self.address = page.text, page.url
        return self

    def waits_for(self, path: str, seconds: float = 30) -> "Browser":
        """Look again, as the page says, until it is led on."""
        end = time.monotonic() + seconds
        while path not in self.address and time.monotonic() < end:
            time.sleep(0.5)
            self.get(urlsplit(self.address).path)
        assert path in self.address, self.address
        return self
