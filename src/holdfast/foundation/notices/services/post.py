"""Speak SMTP to the mail server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from django.conf import settings

TIMEOUT_SECONDS = 20


class PostError(Exception):
    """A letter was not handed over. `code` as `auth:535`.

    `is_final`: trying again is no use. `is_server`: the others would fare alike. `may_have_arrived`: nobody knows.
    """

    def __init__(self, name: str, number: int = 0, *, is_final: bool = False, may_have_arrived: bool = False) -> None:
        self.code = f"{name}:{number}" if number else name
        self.is_final, self.may_have_arrived = is_final, may_have_arrived
        self.is_server = name in ("auth", "tls", "connect")
        super().__init__(self.code)


class Post:
    """An open connection to the mail server, as a context; encrypted unless the address says plain."""

    def __init__(self) -> None:
        self.server: dict[str, Any] = settings.SMTP or {}
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        try:
            self.smtp = self._opened()
            self._log_in(self.smtp)
        except smtplib.SMTPAuthenticationError as error:
            raise self._given_up("auth", error.smtp_code) from error
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
            raise self._given_up("tls") from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._given_up("connect") from error
        return self

    def _opened(self) -> smtplib.SMTP:
        host, port = self.server["host"], self.server["port"]
        if self.server["tls"] == "whole":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.server["tls"] == "start":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self.server["user"]:
            smtp.login(self.server["user"], self.server["password"])

    def _given_up(self, name: str, number: int = 0) -> PostError:
        self._close()
        return PostError(name, number)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self.smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.quit()
            self.smtp.close()
            self.smtp = None

    def hand_over(self, sender: str, to: str, letter: bytes, *, before_data: Callable[[], object]) -> None:
        """Hand one letter over; `before_data` is called when the next step may make it arrive."""
        assert self.smtp is not None
        self._envelope(self.smtp, sender, to)
        before_data()
        try:
            number, _said = self.smtp.data(letter)
        except smtplib.SMTPDataError as error:
            _forget(self.smtp)
            raise PostError("data", error.smtp_code, is_final=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            raise PostError("unknown_end", may_have_arrived=True) from error
        if number != 250:
            raise PostError("data", number, is_final=number >= 500)

    def _envelope(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        try:
            number, _said = smtp.mail(sender)
            if number == 250:
                name, (number, _said) = "recipient", smtp.rcpt(to)
            else:
                name = "sender"
        except (OSError, smtplib.SMTPException) as error:
            raise PostError("connect") from error
        if number not in (250, 251):
            _forget(smtp)
            raise PostError(name, number, is_final=name == "recipient" and number >= 500)


def _forget(smtp: smtplib.SMTP) -> None:
    """Begin anew on the same connection; if it is gone, the next letter will notice."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.rset()
