"""The tables of the board: stars, who went from which star to which, movement to the cent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from holdfast.common import formats, labels
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries import Board
from holdfast.insight.scores.views.shown import movement_word, set_url

STARS = (5, 4, 3, 2, 1)
Row = dict[str, Any]


def star_rows(run: Run, board: Board, sees_profit: bool) -> list[Row]:
    """One row a star; bars to one scale over all three columns. The unrated come last."""
    people = sum(row["n"] for row in board.stars)
    revenue = sum(row["revenue_minor"] for row in board.stars)
    profit = sum(row["profit_minor"] or 0 for row in board.stars) if sees_profit else 0
    rows = [_star_row(run, row, people, revenue, profit) for row in board.stars if row["stars"] or row["n"]]
    largest = max((share for row in rows for share in (row["people"], row["revenue"], row["profit"] or 0)), default=0)
    return [{**row, "largest": largest or 1} for row in rows]


def _star_row(run: Run, row: Row, people: int, revenue: int, profit: int) -> Row:
    stars, code = row["stars"], row["stars"] or "none"
    share = row["profit_minor"] / profit if profit > 0 and row["profit_minor"] is not None else None
    return {
        **row,
        "is_hollow": bool(row["n_provisional"]) and not row["n_firm"],
        "people": row["n"] / people if people else 0,
        "revenue": row["revenue_minor"] / revenue if revenue > 0 else 0,
        "profit": share,
        "url": set_url(run, stars=code),
        "firm_url": set_url(run, stars=code, sure="firm"),
        "hollow_url": set_url(run, stars=code, sure="hollow"),
        "tone": f"star-{stars}" if stars else "s",
        "people_text": formats.percent(row["n"] / people if people else 0),
        "revenue_text": formats.percent(row["revenue_minor"] / revenue if revenue > 0 else None),
        "profit_text": formats.percent(share),
    }


def star_finding(board: Board, sees_profit: bool) -> str:
    """The finding beside the title: what the best star brings."""
    people = sum(row["n"] for row in board.stars)
    for row in board.stars:
        if row["n"] and row["stars"]:
            break
    else:
        return ""
    whole = sum(one["revenue_minor"] for one in board.stars)
    words = {
        "people": formats.percent(row["n"] / people),
        "stars": row["stars"],
        "share": formats.percent(row["revenue_minor"] / whole if whole > 0 else None),
    }
    return _("%(people)s 的客户是 %(stars)s 星，带来 %(share)s 的收入") % words


def star_matrix(run: Run, board: Board) -> Row | None:
    """From (rows) to (columns): firm stars where there are any, else the hollow ones; None without a month before."""
    firm = any(row["before"] or row["after"] for row in board.star_moves)
    moves, sure = (board.star_moves, "firm") if firm else (board.hollow_moves, "hollow")
    counts = {(row["before"], row["after"]): row["n"] for row in moves}
    if not any(before or after for before, after in counts):
        return None
    rows = [_matrix_row(run, before, counts, sure) for before in (*STARS, None)]
    return {
        "is_hollow": not firm,
        "columns": [_("%(stars)s 星") % {"stars": stars} for stars in STARS],
        "rows": rows,
        "up": sum(n for (a, b), n in counts.items() if a and b and b > a),
        "down": sum(n for (a, b), n in counts.items() if a and b and b < a),
        "fresh": sum(n for (a, b), n in counts.items() if not a and b),
    }


def _matrix_row(run: Run, before: int | None, counts: dict[tuple[int | None, int | None], int], sure: str) -> Row:
    cells = []
    for after in STARS:
        tone = "n" if before is None else "s" if after == before else "u" if after > before else "d"
        value = counts.get((before, after), 0)
        url = set_url(run, before=before or "none", after=after, sure=sure)
        title = labels.stars_label(after)
        cells.append({"value": value, "text": formats.number(value), "tone": tone if value else "", "url": url,
                      "title": title})  # fmt: skip
    return {"title": _("%(stars)s 星") % {"stars": before} if before else _("新评"), "cells": cells}


def movement_rows(run: Run, board: Board, compare: str) -> list[Row]:
    """The movement table, exact to the cent; the not-bought line is split by the customers' own rhythm."""
    found = []
    for row in board.movement.rows:
        code = row["code"]
        is_total = code == "total"
        if not row["n"] and code == "irregular":
            continue
        url = "" if is_total or not row["n"] else set_url(run, movement=code, compare=compare)
        word = _("合计") if is_total else movement_word(code, compare)
        found.append({**row, "word": word, "url": url, "is_total": is_total, "is_part": False})
        if code == "lost":
            found += [_due_row(run, due, part, compare) for due, part in board.movement.not_bought.items()]
    return found


def _due_row(run: Run, due: str, part: Row, compare: str) -> Row:
    return {
        "code": due,
        "word": str(labels.BRIDGE_STEPS[due]),
        "n": part["n"],
        "previous_minor": part["previous_minor"],
        "current_minor": 0,
        "delta_minor": -part["previous_minor"],
        "url": set_url(run, movement="lost", due=due, compare=compare) if part["n"] else "",
        "is_total": False,
        "is_part": True,
    }
