"""A PostgreSQL of one's own: a cluster in a temporary folder, on a free port.

It runs as the user `postgres` if we are root, as which PostgreSQL does not run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minted_async.trades.journal.postgres_schema import SCHEMA
from tests.external import program
from tests.servers import free_port


class PostgresServer:
    """The server and what can happen to it.

    Args:
        programs: The folder of its programs.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self.port = free_port()
        self._run(
            "initdb",
            "--pgdata",
            "data",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--username",
            "minted",
            "--no-sync",
        )

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://minted@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, on the same port and with the same data if it ran before."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        )
        self._run("pg_ctl", "start", "--wait", "--pgdata", "data", "--log", "log", "--options", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is a crash, `fast` breaks all connections in good order."""
        self._run("pg_ctl", "stop", "--wait", "--pgdata", "data", "--mode", mode)

    def make_tables(self, database: str = "postgres") -> None:
        """Make those of the journal."""
        import psycopg

        with psycopg.connect(self.url(database)) as connection:
            connection.execute(SCHEMA)

    def remove(self) -> None:
        shutil.rmtree(self._folder)

    def _run(self, name: str, *arguments: str) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        done = subprocess.run(
            [self._programs / name, *arguments],
            cwd=self._folder,
            user=self._user.pw_uid,
            group=self._user.pw_gid,
            extra_groups=[],
            env=environment | {"HOME": str(self._folder), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr}")


@contextmanager
def running_postgres() -> Generator[PostgresServer]:
    """A server while a block lasts; without psycopg the test is skipped, except in CI."""
    postgres_is_needed()
    server = PostgresServer(postgres_programs())
    try:
        server.start()
        yield server
        server.stop()
    finally:
        server.remove()


def age(url: str, seconds: float) -> None:
    """Let time pass for the journal: its clock is the database's, so everything in it gets older."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(url) as connection:
        for table, columns in {
            "minted_orders": ("recorded_at", "certain_at", "leased_until"),
            "minted_quotes": ("created_at", "expires_at", "ends_at"),
        }.items():
            for name in columns:
                statement = "UPDATE {} SET {} = {} - make_interval(secs => %s)"
                identifiers = (sql.Identifier(word) for word in (table, name, name))
                connection.execute(sql.SQL(statement).format(*identifiers), [seconds])


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, which Debian does not put on the path."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    if versions:
        return versions[-1].parent
    return Path(program("initdb", "postgresql")).resolve().parent


def postgres_is_needed() -> None:
    """Skip without psycopg, except in CI."""
    if not os.environ.get("CI"):
        pytest.importorskip("psycopg_pool", reason="psycopg is not installed (extra postgres)")
