"""Read settings from the environment, and from a `.env` file beside the code.

Every name read here stands in `.env.example`; `tests/test_house.py` keeps the two equal.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]


def load(path: Path = ROOT / ".env") -> None:
    """Put KEY=VALUE lines of a file into the environment; what is set already wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    return value in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.lstrip("-").isdigit():
        raise SystemExit(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def numbers(name: str) -> dict[str, int]:
    """`sales=10,analyst=0` as names with whole numbers."""
    found = {}
    for pair in words(name):
        code, equals, value = pair.partition("=")
        if not equals or not value.strip().isdigit():
            raise SystemExit(f"{name} must be like sales=10,analyst=0, not {pair!r}.")
        found[code.strip()] = int(value)
    return found


def data_folder() -> Path:
    """The folder of the database and of all files; made when missing, for its owner only."""
    folder = Path(text("HOLDFAST_DATA") or ROOT / "data").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def company_name(folder: Path) -> str:
    """The company's name: from the environment, else the one that the demo company left."""
    left = folder / "company_name"
    return text("HOLDFAST_COMPANY") or (left.read_text(encoding="utf-8").strip() if left.is_file() else "")


def secret_key(folder: Path) -> str:
    """The signing key: from the environment, else a file that is made once and readable by its owner only."""
    given = text("HOLDFAST_SECRET_KEY")
    return given or _kept_key(folder / "secret_key")


def _kept_key(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


# scheme → (port unless said, how the connection is encrypted)
MAIL_SCHEMES = {"smtp": (587, "start"), "smtps": (465, "whole"), "smtp-plain": (25, "")}


def smtp() -> dict[str, Any] | None:
    """The mail server as host, port, user, password and tls (start, whole or none); None when none is named."""
    url = text("HOLDFAST_SMTP_URL")
    return _server(url) if url else None


def _server(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port, tls = MAIL_SCHEMES[parts.scheme]
        if not parts.hostname:
            raise ValueError
        port = parts.port or port
    except (KeyError, ValueError):
        raise SystemExit(
            "HOLDFAST_SMTP_URL must read like smtps://user:password@smtp.example.cn:465 (smtp:// for STARTTLS,"
            " smtp-plain:// without encryption); write @ : / # in the password as %40 %3A %2F %23."
        ) from None
    return {
        "host": parts.hostname, "port": port, "tls": tls,
        "user": unquote(parts.username or ""), "password": unquote(parts.password or ""),
    }  # fmt: skip


def sender(server: dict[str, Any] | None) -> str:
    """The sender of letters: as set, else the account at the mail server."""
    user = server["user"] if server else ""
    return text("HOLDFAST_MAIL_FROM", user if "@" in user else "holdfast@localhost")
