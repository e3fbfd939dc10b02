"""The customer × product pairs of a month, made from the snapshot and kept beside the month's file; and the policies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.analysis.matrix import MatrixParams, PolicyParams, customer_product_matrix
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.scores.models import MatrixPolicy, Run
from holdfast.insight.scores.readers import read_month
from holdfast.insight.scores.writers import remove_pairs, write_pairs

LINE_COLUMNS = ["customer_id", "day", "product_id", "net_minor", "cost_minor"]
PAIR_COLUMNS = [
    "customer_id", "product_id", "customer_class", "product_grade", "profit_minor", "revenue_minor", "lines",
    "uncosted_minor",
]  # fmt: skip
AT_ONCE = 1_000_000  # with more lines in the snapshot the pairs are made in the background


def has_pairs(run: Run) -> bool:
    """Whether the pairs of exactly this scoring are there."""
    return bool(run.matrix) and run.matrix["of"] == run.sha256 and (Path(settings.DATA) / run.matrix["path"]).is_file()


def is_quick(run: Run) -> bool:
    """Whether the pairs can be made while somebody waits."""
    folder = snapshot_folder(run)
    return folder is not None and pq.read_metadata(folder / "lines.parquet").num_rows <= AT_ONCE


def keep_pairs(run: Run) -> bool:
    """Make the pairs of a run from its snapshot, or from the newest one, and keep them. Safe to run twice.

    A customer's class is that of the month's file; a product's grade is the one the company gave it, else follows its
    profit. False when no snapshot is there or no line names a product.
    """
    folder = snapshot_folder(run)
    if folder is None:
        return False
    params = AnalyzeParams.from_dict(run.definition.params)
    lines = _lines(folder, run.as_of, params.grading.window_days)
    if lines["product_id"].null_count == lines.num_rows:
        return False
    pairs = _pairs(run, lines, folder, MatrixParams(params.grading.window_days, params.pareto))
    path, digest = write_pairs(pairs, run.month)
    with transaction.atomic():
        kept = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        kept.matrix = run.matrix = {"path": path, "sha256": digest, "of": run.sha256}
        kept.save(update_fields=["matrix", "updated_at"])
        transaction.on_commit(lambda: remove_pairs(run.month, path))
    return True


def snapshot_folder(run: Run) -> Path | None:
    """The snapshot that the run was made from; once that is pruned the newest, which knows the same days."""
    home = Path(settings.DATA) / "snapshots"
    own = home / str(run.snapshot.get("id", ""))
    if run.snapshot.get("id") and (own / "lines.parquet").is_file():
        return own
    found = [path for path in home.glob("*") if not path.name.startswith(".") and (path / "lines.parquet").is_file()]
    return max(found, key=lambda path: path.name, default=None)


def _lines(folder: Path, as_of: date, window_days: int) -> pa.Table:
    """The lines of the window, their cost with the share of the order's direct costs; unknown stays unknown."""
    names = set(pq.read_schema(folder / "lines.parquet").names)
    days = [("day", ">", as_of - timedelta(days=window_days)), ("day", "<=", as_of)]
    wanted = [*LINE_COLUMNS, *({"direct_cost_minor"} & names)]
    table = pq.read_table(folder / "lines.parquet", columns=wanted, filters=days)
    if "direct_cost_minor" in table.column_names:
        whole = pc.add(table["cost_minor"], pc.fill_null(table["direct_cost_minor"], 0))
        table = table.set_column(table.column_names.index("cost_minor"), "cost_minor", whole).select(LINE_COLUMNS)
    return table.rename_columns(["customer_id", "day", "product_id", "amount_minor", "cost_minor"])


def _pairs(run: Run, lines: pa.Table, folder: Path, params: MatrixParams) -> pa.Table:
    classes = read_month(run, ["customer_id", "profit_class"]).rename_columns(["customer_id", "abcd"])
    found = customer_product_matrix(lines, as_of=run.as_of, customers=classes, params=params)
    given = _given_grades(folder)
    if given.num_rows:
        place = pc.index_in(found.products["product_id"], value_set=given["product_id"].combine_chunks())
        grade = pc.coalesce(given["grade"].combine_chunks().take(place), found.products["grade"])
        grades = pa.table({"product_id": found.products["product_id"], "grade": grade})
        found = customer_product_matrix(lines, as_of=run.as_of, customers=classes, products=grades, params=params)
    return found.pairs.select(PAIR_COLUMNS)


def _given_grades(folder: Path) -> pa.Table:
    """What the company itself says of its products."""
    table = pq.read_table(folder / "products.parquet", columns=["product_id", "grade"])
    table = table.filter(pc.is_valid(table["grade"]))
    return pa.table({"product_id": table["product_id"], "grade": table["grade"].cast(pa.int8())})


@transaction.atomic
def change_policies(*, params: dict[str, Any], note: str = "", by: User) -> MatrixPolicy:
    """A new version of how the cells are served; it is in force at once.

    Errors: Refusal when a policy makes no sense, or nothing is changed.
    """
    try:
        whole = PolicyParams.from_dict(params).to_dict()
    except (TypeError, ValueError) as error:
        raise Refusal(_("这些策略不能用：%(error)s") % {"error": error}) from error
    newest = MatrixPolicy.objects.order_by("-version").first()
    before = newest.params if newest else PolicyParams().to_dict()
    if before == whole:
        raise Refusal(_("没有改动。"))
    made = MatrixPolicy.objects.create(version=(newest.version if newest else 0) + 1, params=whole, note=note, by=by)
    audit.record(actor=by, verb="add", target=made, after=audit.snapshot(made))
    return made
