"""Customer A–D × product 1–4: the cells of a month, the pairs behind them, and the policy in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _

from holdfast.analysis.matrix import CELLS, PolicyParams
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import MatrixPolicy, Run
from holdfast.insight.scores.queries.months import visible_ids
from holdfast.insight.scores.readers import FileMissing, only, rows_where

CLASSES, GRADES = "ABCD", (1, 2, 3, 4)
UNPLACED = "none"
SUMS = ("profit_minor", "revenue_minor", "lines", "uncosted_minor")


@dataclass(frozen=True)
class MatrixCell:
    """Sums of a cell in minor units; customers and products are counted once each."""

    profit_minor: int
    revenue_minor: int
    lines: int
    uncosted_minor: int
    customers: int
    products: int


@dataclass(frozen=True)
class MatrixBoard:
    """The sixteen cells by "A1" … "D4", what stands in none of them, and the whole; exact."""

    cells: Mapping[str, MatrixCell]
    unplaced: MatrixCell
    total: MatrixCell
    classes: Mapping[str, MatrixCell]
    grades: Mapping[int, MatrixCell]


def matrix(run: Run, viewer: User | None = None) -> MatrixBoard:
    """The matrix of a month over the customers that the viewer sees. Errors: FileMissing."""
    pairs = pairs_of(run, viewer)
    named = {cell: matrix_sums(_in_cell(pairs, cell)) for cell in (*CELLS, UNPLACED)}
    placed = pairs.filter(pc.is_valid(pairs["cell"]))
    return MatrixBoard(
        cells={cell: named[cell] for cell in CELLS},
        unplaced=named[UNPLACED],
        total=matrix_sums(pairs),
        classes={name: matrix_sums(placed.filter(pc.equal(placed["customer_class"], name))) for name in CLASSES},
        grades={name: matrix_sums(placed.filter(pc.equal(placed["product_grade"], name))) for name in GRADES},
    )


def pairs_of(run: Run, viewer: User | None = None, *, cell: str = "", customer_id: int | None = None) -> pa.Table:
    """The customer × product pairs with their cell (null where they have none): the largest profit first, or, where
    they lose money together, the largest loss.

    In: cell ("A1" … "D4" or "none") and customer_id narrow them. Errors: FileMissing.
    """
    path = pairs_file(run)
    if customer_id is not None:
        table = rows_where(path, run.matrix["sha256"], "customer_id", customer_id, pq.read_schema(path).names)
    else:
        table = pq.read_table(path)
    ids = visible_ids(viewer)
    table = table if ids is None else only(table, ids)
    letters = pc.binary_join_element_wise(table["customer_class"], table["product_grade"].cast(pa.string()), "")
    table = table.append_column("cell", letters)
    table = _in_cell(table, cell) if cell else table
    order = "descending" if (pc.sum(table["profit_minor"]).as_py() or 0) >= 0 else "ascending"
    return table.sort_by([("profit_minor", order), ("customer_id", "ascending"), ("product_id", "ascending")])


def pairs_file(run: Run) -> Path:
    path = Path(settings.DATA) / str(run.matrix.get("path", ""))
    if not run.matrix or not path.is_file():
        raise FileMissing(_("%(month)s 的客户 × 产品数据不在了，请重新计算。") % {"month": run.month})
    return path


def _in_cell(pairs: pa.Table, cell: str) -> pa.Table:
    return pairs.filter(pc.is_null(pairs["cell"]) if cell == UNPLACED else pc.equal(pairs["cell"], cell))


def matrix_sums(pairs: pa.Table) -> MatrixCell:
    """The sums over these pairs."""
    sums = {name: int(pc.sum(pairs[name]).as_py() or 0) for name in SUMS}
    heads = {
        name: int(pc.count_distinct(pairs[key], mode="only_valid").as_py())
        for name, key in (("customers", "customer_id"), ("products", "product_id"))
    }
    return MatrixCell(**sums, **heads)


def grades_of_customer(run: Run, customer_id: int) -> list[dict[str, Any]]:
    """What one customer buys, by product grade: product_grade, cell, profit_minor, revenue_minor, products."""
    pairs = pairs_of(run, customer_id=customer_id)
    found = []
    for grade in (*GRADES, None):
        mine = pairs.filter(
            pc.is_null(pairs["product_grade"]) if grade is None else pc.equal(pairs["product_grade"], grade)
        )
        if mine.num_rows:
            cell = mine["cell"][0].as_py()
            sums = matrix_sums(mine)
            found.append(
                {
                    "product_grade": grade,
                    "cell": cell,
                    "profit_minor": sums.profit_minor,
                    "revenue_minor": sums.revenue_minor,
                    "products": sums.products,
                }
            )
    return found


def policies_in_force() -> PolicyParams:
    """The newest version of the policies; the proposal of the house before the first."""
    newest = MatrixPolicy.objects.order_by("-version").first()
    return PolicyParams.from_dict(newest.params) if newest else PolicyParams()
