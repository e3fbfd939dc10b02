"""What names mean, in both languages."""

from __future__ import annotations

from typing import Any

TITLES: dict[str, str] = {}
MEANINGS: dict[str, tuple[str, str]] = {}
EXAMPLES: dict[str, dict[str, Any]] = {}
