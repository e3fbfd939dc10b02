"""A mail server on this machine that keeps what it is sent; for tests here and in the rooms above."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import threading
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, Session

USER, PASSWORD = "crm@example.com", "right-password"


class Postbox:
    """`letters` as they came in; `answer` = what the server says after a letter's content, `refuse` = unknown addresses.

    `hold` = RCPT or DATA: keep the sender waiting there; `held` is set once it waits.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"
        self.refuse: set[str] = set()
        self.hold, self.held = "", threading.Event()

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._keep_waiting("RCPT")
        if address in self.refuse:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        await self._keep_waiting("DATA")
        if self.answer.startswith("250"):
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            self.letters.append(email.message_from_bytes(raw, policy=email.policy.default))  # type: ignore[arg-type]
        return self.answer

    async def _keep_waiting(self, step: str) -> None:
        while self.hold == step:
            self.held.set()
            await asyncio.sleep(0.05)

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in letter["To"]]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return re.sub(r"[ \t]+", " ", body.get_content())


def authenticate(server: Server, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def opened(port: int = 0, *, with_login: bool = False) -> tuple[Controller, Postbox]:
    """A running mail server and its box; end it with `.stop()`."""
    box = Postbox()
    more: dict[str, Any] = {}
    if with_login:
        more = {"authenticator": authenticate, "auth_require_tls": False}
    controller = Controller(box, hostname="127.0.0.1", port=port or _free_port(), **more)
    controller.start()
    return controller, box


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_settings(port: int, user: str = "", password: str = "") -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "tls": "", "user": user, "password": password}


@pytest.fixture
def postbox(settings):
    """Letters go to a box on this machine."""
    controller, box = opened()
    settings.SMTP = server_settings(controller.port)
    settings.DEFAULT_FROM_EMAIL = "守客 <crm@example.com>"
    settings.ADDRESS = "https://crm.example.com"
    yield box
    controller.stop()
