"""Child processes that are kept alive, and ended together."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger("holdfast.serve")
SECONDS_TO_STOP = 15.0
LOOK_EVERY = 0.25
MOST_RESTARTS = 6
WITHIN_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One child, started again when it dies."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(self.command, env=dict(self.environment), preexec_fn=_die_with_parent)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def keeps_dying(self) -> bool:
        recent = [moment for moment in self.starts if time.monotonic() - moment < WITHIN_SECONDS]
        return len(recent) > MOST_RESTARTS

    def end(self, signum: int) -> None:
        if self.process is not None and self.is_alive:
            self.process.send_signal(signum)


def _die_with_parent() -> None:
    """On Linux the kernel ends the child when the parent is killed outright, so that no orphan holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Family:
    """All children of one server."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.is_ending = False

    def start(self) -> None:
        """Start the first; the others follow when it is ready, so that they do not slow it down."""
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, self._asked_to_end)
        self.children[0].start()

    def start_others(self) -> None:
        for child in self.children[1:]:
            if not self.is_ending:
                child.start()

    def _asked_to_end(self, signum: int, frame: object) -> None:
        self.is_ending = True

    def watch(self) -> bool:
        """Keep the children alive until asked to end; False when one of them keeps dying."""
        while not self.is_ending:
            time.sleep(LOOK_EVERY)
            for child in self.children:
                if not child.is_alive and not self.is_ending and not self._again(child):
                    return False
        return True

    def _again(self, child: Child) -> bool:
        code = child.process.returncode if child.process else None
        if child.keeps_dying:
            log.error("%s ended again (status %s) and keeps ending; giving up", child.name, code)
            return False
        log.warning("%s ended (status %s) and is started again", child.name, code)
        child.start()
        return True

    def end(self) -> None:
        """Ask all to end, and make them end after a while."""
        for child in self.children:
            child.end(signal.SIGTERM)
        limit = time.monotonic() + SECONDS_TO_STOP
        while any(child.is_alive for child in self.children) and time.monotonic() < limit:
            time.sleep(0.05)
        for child in self.children:
            child.end(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
