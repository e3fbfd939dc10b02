"""What the pages of one import show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.common import sheets
from holdfast.doors.intake import queries
from holdfast.doors.intake.forms import ColumnsForm, OptionsForm
from holdfast.doors.intake.models import Import, WorkFile
from holdfast.doors.intake.readers import look
from holdfast.doors.intake.rules.known import SYSTEMS
from holdfast.doors.intake.rules.problems import Problem
from holdfast.doors.intake.rules.rows import FLAGS, Row
from holdfast.foundation.accounts.models import User

PAGE_ROWS = 20
SHOWN_COLUMNS = 6
FIRST_COLUMNS = {
    "customers": ("name", "contact_name", "contact_phone", "phone", "owner", "first_seen_on"),
    "products": ("code", "name", "category", "price"),
    "orders": ("number", "customer_code", "customer_name", "ordered_on", "product_name", "quantity", "price"),
    "contacts": ("name", "customer_name", "customer_code", "title", "phone", "email"),
    "interactions": ("customer_name", "summary", "customer_code", "at", "channel", "author"),
    "comments": ("customer_name", "text", "customer_code", "said_at", "channel", "csat"),
    "needs": ("customer_name", "text", "customer_code", "said_on", "kind"),
    "invoices": ("number", "customer_name", "customer_code", "issued_on", "due_on", "amount"),
    "payments": ("customer_name", "amount", "customer_code", "received_on", "invoice", "method"),
}
STEPS = (_("上传"), _("对应列"), _("检查与预览"), _("写入"))
STEP_OF = {"uploaded": 2, "mapped": 3, "checked": 3}
QUIRKS: dict[str, Promise] = {
    "no_customer": _("没有客户"),
    "cancelled": _("取消单（C 开头）"),
    "negative_quantity": _("数量为负"),
    "nonpositive_price": _("单价 ≤ 0"),
    "duplicates": _("重复的行"),
}
TALLIES: tuple[tuple[str, Promise, str], ...] = (
    ("new", _("新建"), ""),
    ("update", _("更新已有"), ""),
    ("skip", _("跳过（已有）"), "muted"),
    ("duplicate", _("文件内重复"), "muted"),
    ("rejected", _("有错，不会写入"), "act"),
)
TITLES: dict[str, Promise] = {
    "look": _("要您看一眼的行"),
    "new": _("将新建的行"),
    "update": _("将更新的行"),
    "skip": _("跳过的行"),
    "duplicate": _("文件内重复的行"),
    "rejected": _("有错的行"),
    "all": _("全部行"),
} | QUIRKS


@dataclass
class Cell:
    """One cell of the preview: its text, its place among the columns, and what is wrong with it."""

    text: str
    position: int
    numeric: bool
    heading: str = ""
    tone: str = ""


@dataclass
class Line:
    """One row of the preview; `said` are its remarks, the gravest first."""

    number: int
    title: str
    cells: list[Cell]
    said: list[dict[str, str]] = field(default_factory=list)
    tone: str = ""


def limit_mb() -> int:
    return int(settings.UPLOAD_LIMIT_BYTES >> 20)


def wizard(now: int, *, done: bool = False) -> list[dict[str, Any]]:
    """The numbered line; with `done` the last step is behind us too."""
    return [
        {"title": title, "number": number, "is_done": number < now or done, "is_now": number == now and not done}
        for number, title in enumerate(STEPS, 1)
    ]


def columns_context(imp: Import, form: ColumnsForm, viewer: User) -> dict[str, Any]:
    """One line a column: heading, first cells, what it stands for and how that was told."""
    looked = look(imp.source, imp.kind, by=imp.by, sheet_name=imp.sheet_name)
    fields = {heading: name for name, heading in imp.columns.items()}
    lines = []
    for position, heading in enumerate(imp.headings):
        examples = [row.get(heading, "") for row in looked.sample]
        how = "saved" if imp.facts.get("remembered") else imp.facts.get("how", {}).get(fields.get(heading, ""), "")
        lines.append({"heading": heading, "examples": [text for text in examples if text][:3],
                      "field": form[f"column-{position}"], "how": how if heading in fields else ""})  # fmt: skip
    return {
        "imp": imp, "form": form, "lines": lines, "steps": wizard(2), "unclear": imp.unclear.items(),
        "matched": len(imp.columns), "earlier": queries.earlier_same(imp), "missing": imp.spec.missing(imp.columns),
        "known": SYSTEMS.get(imp.facts.get("known", "")), "named": queries.named_mappings(imp.kind),
        "chosen": imp.facts.get("mapping") or str(SYSTEMS.get(imp.facts.get("known", ""), "")),
        "sheets": imp.facts.get("sheets", []),
        "dates": any(f.reads in ("date", "moment") and f.name in imp.columns for f in imp.spec.fields),
    }  # fmt: skip


def import_context(imp: Import, *, show: str = "", after: int = 0, keep: int = 0) -> dict[str, Any]:
    """The page of one import by its state."""
    over = imp.state in ("applied", "undone", "cancelled")
    context: dict[str, Any] = {
        "imp": imp, "steps": wizard(STEP_OF.get(imp.state, 4), done=over),
        "is_stuck": imp.is_stuck,
        "unused": len(imp.headings) - len(imp.columns),
    }  # fmt: skip
    if imp.state in ("checked", "applied", "failed") and (imp.path / "rows.sqlite3").exists() and imp.counts:
        context |= _rows_context(imp, show, after, keep)
    if imp.state == "checked":
        context |= {"options": OptionsForm(imp=imp), "earlier": queries.earlier_same(imp), "phones": _phones(imp)}
    if imp.error:
        context["error"] = Problem("", imp.error[0], imp.error[1]).sentence()
    return context


def _phones(imp: Import) -> int:
    """Rows that bring a phone number of a person along."""
    has_phone = imp.kind in ("customers", "contacts") and {"contact_phone", "phone"} & set(imp.columns)
    return imp.to_write if has_phone else 0


def _rows_context(imp: Import, show: str, after: int, keep: int) -> dict[str, Any]:
    counts = {**imp.counts, "rejected": imp.rejected}
    if imp.kind == "orders":
        counts["duplicate"] = counts.get("repeated", 0)
    show = show if show in TITLES else _first_look(imp, counts)
    with WorkFile(imp.path) as work:
        rows = work.page(show, after=after, size=PAGE_ROWS + 1)
        total = work.count(show)
        kept = work.row(keep) if keep else None
    if kept is not None and kept.number not in [row.number for row in rows]:
        rows = sorted([kept, *rows[:PAGE_ROWS]], key=lambda row: row.number)
    lines, headings = _lines(imp, rows[:PAGE_ROWS])
    return {
        "show": show, "title": TITLES[show], "lines": lines, "headings": headings, "total": total,
        "next_after": rows[PAGE_ROWS - 1].number if len(rows) > PAGE_ROWS else None, "after": after,
        "tallies": [
            {"code": code, "title": title, "count": counts.get(code, 0), "tone": tone, "active": show == code}
            for code, title, tone in TALLIES
        ],
        "quirks": [
            {"code": code, "title": QUIRKS[code], "count": imp.quirks[code], "active": show == code}
            for code in FLAGS
            if imp.quirks.get(code)
        ] if imp.quirks else [],
        "warned": counts.get("warned", 0),
    }  # fmt: skip


def _first_look(imp: Import, counts: dict[str, int]) -> str:
    if imp.state != "checked":
        return "rejected" if imp.rejected else "all"
    return "look" if counts["rejected"] or counts.get("warned") else "new" if counts.get("new") else "all"


def _lines(imp: Import, rows: list[Row]) -> tuple[list[Line], list[dict[str, Any]]]:
    positions = _shown_positions(imp, rows)
    numeric = {
        imp.headings.index(imp.columns[known.name])
        for known in imp.spec.fields
        if known.reads in ("quantity", "price", "rate", "percent") and known.name in imp.columns
    }
    headings = [{"title": imp.headings[position], "numeric": position in numeric} for position in positions]
    return [_line(imp, row, positions, numeric) for row in rows], headings


def _shown_positions(imp: Import, rows: list[Row]) -> list[int]:
    """Columns worth their width: those with something wrong, then those that tell the row."""
    wrong = [name for row in rows for problem in row.problems if problem.level in "ew" for name in problem.fields]
    ranked = [*FIRST_COLUMNS[imp.kind][:2], *wrong, *FIRST_COLUMNS[imp.kind], *(f.name for f in imp.spec.fields)]
    names = [name for name in dict.fromkeys(ranked) if name in imp.columns][:SHOWN_COLUMNS]
    return sorted(imp.headings.index(imp.columns[name]) for name in names)


def _line(imp: Import, row: Row, positions: list[int], numeric: set[int]) -> Line:
    tones = {}
    for problem in sorted(row.problems, key=lambda problem: problem.is_error):
        for name in problem.fields if problem.level in "ew" else ():
            if name in imp.columns:
                tones[imp.headings.index(imp.columns[name])] = "bad" if problem.is_error else "warn"
    texts = [sheets.text_of(cell) or "" for cell in row.cells]
    texts += [""] * (len(imp.headings) - len(texts))
    cells = [Cell(texts[at], at, at in numeric, imp.headings[at], tones.get(at, "")) for at in positions]
    title = next((str(row.fields[name]) for name in FIRST_COLUMNS[imp.kind] if row.fields.get(name)), "")
    line = Line(row.number, title, cells)
    line.said = [
        {"level": problem.level, "text": problem.sentence()}
        for problem in sorted(row.problems, key=lambda problem: "ewi".index(problem.level))
    ]
    return line
