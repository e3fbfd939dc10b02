"""A real Holdfast for a journey: own data folder, own port, web server and worker, as a user would start it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

HOLDFAST = [sys.executable, "-c", "import sys; from holdfast.doors.cli.main import main; sys.exit(main())"]
OURS = ("HOLDFAST_", "DATABASE_URL")


class House:
    """`holdfast serve` on a folder; `base` is its address, `said` what it printed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, _free_port()
        plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = {**plain, "HOLDFAST_DATA": str(folder), "LANG": "zh_CN.UTF-8", **settings}
        self.base = f"http://127.0.0.1:{self.port}"
        self.said = ""
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        """A command of `holdfast` on this folder; its output."""
        done = subprocess.run([*HOLDFAST, *words], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> House:
        log = self.folder / "journey.log"
        with log.open("wb") as output:
            command = [*HOLDFAST, "serve", "--port", str(self.port), "--workers", "1"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
        limit = time.monotonic() + 180
        while time.monotonic() < limit and self.base not in self.said:
            assert self.process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.2)
            self.said = log.read_text(encoding="utf-8")
        assert self.base in self.said, self.said
        return self

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    @property
    def setup_link(self) -> str:
        """The one-time link for the first administrator, as printed."""
        found = re.search(r"http://\S*/setup/\S+", self.said)
        assert found, self.said
        return found.group(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
