"""What administrators read when somebody takes away more than usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.foundation.audit.rules.exports import reason_words


def export_alarm(payload: Mapping[str, Any]) -> str:
    """王芳 导出了 6,200 行：…; `payload` has `name`, `rows` and the register's `reasons`."""
    why = "；".join(reason_words(reason) for reason in payload["reasons"])
    told = {"who": payload.get("name") or "—", "rows": formats.number(payload["rows"]), "why": why}
    return _("%(who)s 导出了 %(rows)s 行，数量异常：%(why)s") % told
