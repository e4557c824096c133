"""A PostgreSQL of the tests' own: a folder, a free port of the loopback, no password, no trace."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

SEARCHED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
NAME = "paylens"


def program(name: str) -> str | None:
    """Return where PostgreSQL's ``name`` is; Debian keeps it off the PATH."""
    return next((str(d / name) for d in SEARCHED if (d / name).exists()), shutil.which(name))


def found() -> bool:
    return program("initdb") is not None and program("pg_ctl") is not None


class Cluster:
    """A cluster that can be stopped and started, on the same port."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="paylens-postgres-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # PostgreSQL does not run as root.
        self._as: dict[str, str] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_name}

    def __enter__(self) -> Self:
        self._run("initdb", "--auth=trust", f"--username={NAME}", "--no-sync", "--encoding=UTF8")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{NAME}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k '' -F"
        self._run("pg_ctl", "start", "-w", "-l", str(self.home / "log"), "-o", options)

    def stop(self) -> None:
        """Stop at once, as a machine does that goes away; committed work is kept."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Have it neither answer nor go away: its connections stay, and nothing comes."""
        pids = [int((self.home / "data" / "postmaster.pid").read_text().split()[0])]
        os.kill(pids[0], signal.SIGSTOP)  # first, or it would start others
        children = Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text()
        pids += map(int, children.split())
        try:
            for pid in pids:
                # A process for one connection may end at any moment.
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def make(self, database: str) -> str:
        """Make an empty database; return its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.url(database)

    def _run(self, name: str, *words: str) -> None:
        command = [str(program(name)), "-D", str(self.home / "data"), *words]
        done = subprocess.run(
            command,
            cwd=self.home,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,  # the server would hold a pipe open
            stderr=subprocess.DEVNULL,
            check=False,
            user=self._as.get("user"),
            group=self._as.get("user"),
            extra_groups=[] if self._as else None,
        )
        assert done.returncode == 0, f"{name} failed: see {self.home}"
