"""Real parts that a test may break: a database server of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = ROOT / "script" / "services" / "postgres"
_CLEAN, _USED = "clean", "used"


class Server:
    """A PostgreSQL that may be stopped, as a power cut does it, and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port, self._is_filled = folder, "", False
        self.start()

    def start(self) -> None:
        environment = os.environ | ({"PORT": self._port} if self._port else {})
        told = self._run("start", environment)
        parts = urlsplit(told.strip().removeprefix("DATABASE_URL="))
        self._port = str(parts.port)
        self.address = {
            "HOST": parts.hostname,
            "PORT": parts.port,
            "USER": parts.username,
            "PASSWORD": parts.password,
        }

    def stop(self) -> None:
        self._run("stop", dict(os.environ))

    def restart(self) -> None:
        self.stop()
        self.start()

    def renew(self, of: dict[str, Any]) -> None:
        """Begin with the tables of another database, and no rows."""
        if not self._is_filled:
            self._copy_tables(of)
        self.say(f"DROP DATABASE IF EXISTS {_USED} WITH (FORCE)")
        self.say(f"CREATE DATABASE {_USED} TEMPLATE {_CLEAN}")
        self.say(f"ALTER DATABASE {_USED} SET synchronous_commit = on")  # as in production

    def _copy_tables(self, of: dict[str, Any]) -> None:
        self.say(f"CREATE DATABASE {_CLEAN}")
        schema = subprocess.run(
            [tool("pg_dump"), "--schema-only", "--no-owner", _url(of)],
            check=True,
            capture_output=True,
        ).stdout
        clean = _url(self.address | {"NAME": _CLEAN})
        quiet = [tool("psql"), "-q", "-v", "ON_ERROR_STOP=1", clean]
        subprocess.run(quiet, input=schema, check=True, capture_output=True)
        self._is_filled = True

    def say(self, sql: str, name: str = "postgres") -> None:
        """Do something by a connection of one's own."""
        with closing(self.connect(name)) as other, other.cursor() as cursor:
            other.autocommit = True
            cursor.execute(sql)

    def connect(self, name: str = _USED) -> Any:
        return psycopg2.connect(_url(self.address | {"NAME": name}))

    def cut(self) -> None:
        """End the product's connection from the server's side."""
        pid = connection.connection.info.backend_pid
        self.say(f"SELECT pg_terminate_backend({pid}, 2000)")

    def _run(self, what: str, environment: dict[str, str]) -> str:
        done = subprocess.run(
            [_SCRIPT, self._folder, what],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        return done.stdout


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with TemporaryDirectory(prefix="sspr-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as somebody else
        server = Server(folder)
        yield server
        server.stop()


@pytest.fixture
def server(transactional_db: None, _server: Server) -> Iterator[Server]:
    """A PostgreSQL of its own, which the product works on, connected as in production."""
    usual = dict(connection.settings_dict)
    connection.close()
    _server.renew(usual)
    lasting = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    connection.settings_dict.update(_server.address | {"NAME": _USED} | lasting)
    yield _server
    connection.close()
    connection.settings_dict.update(usual)


def _url(of: dict[str, Any]) -> str:
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**of)


def tool(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name
