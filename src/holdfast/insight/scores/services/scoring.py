"""Scoring a month: facts in, one immutable file out; signing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.facts.services import Snapshot, take_snapshot
from holdfast.insight.scores.models import Definition, Reference, Run
from holdfast.insight.scores.readers import FileMissing, read_month
from holdfast.insight.scores.rules.columns import METHOD_VERSION
from holdfast.insight.scores.rules.compute import Facts, Sight, month_table, state_of
from holdfast.insight.scores.rules.facts import CUSTOMER_COLUMNS, LINE_COLUMNS, cuts
from holdfast.insight.scores.rules.summary import forecast_summary, summary
from holdfast.insight.scores.rules.word import TABLES, Money
from holdfast.insight.scores.services.definitions import definition_for
from holdfast.insight.scores.services.publishing import publish
from holdfast.insight.scores.services.references import quarter_of, reference_for
from holdfast.insight.scores.writers import remove_others, sha256_of, write_month

FIRST_MONTHS = 12
FORECAST_MONTHS = 3  # of many months scored at once, the newest ones
Tell = Callable[[int, int], None]


def score_month(
    month: Month | str, *, by: User | None = None, snapshot: Snapshot | None = None, facts: Facts | None = None,
    ahead: bool = True,
) -> Run:  # fmt: skip
    """Score one month from the facts of now, write its file, publish the newest month. Safe to run twice.

    A past month is scored at its last day and closed, the running month as of today. Stars go on from the file of the
    month before. Errors: Refusal for a signed month or one that has not begun; SnapshotError.
    """
    month = Month.parse(month) if isinstance(month, str) else month
    _refuse_unless_open(month)
    snapshot = snapshot or take_snapshot()
    definition = definition_for(month)
    params = AnalyzeParams.from_dict(definition.params)
    sight = Sight(facts or read_facts(snapshot), min(month.last, today()), params)
    reference = reference_for(month, sight, definition)
    table, models = month_table(sight, reference, _state_before(month), ahead=ahead)
    told = {**summary(table), "forecast": forecast_summary(models) if models is not None else None}
    return _keep(month, sight, table, told, definition, snapshot, by)


def score_up_to_now(*, by: User | None = None, tell: Tell = lambda done, total: None) -> list[Run]:
    """Bring all scores up to today: the first time the last twelve months one after the other, later what is open."""
    snapshot = take_snapshot()
    facts = read_facts(snapshot)
    return _score_all(months_to_score(facts), snapshot, facts, by, tell)


def score_from(month: Month | str, *, by: User | None = None, tell: Tell = lambda done, total: None) -> list[Run]:
    """Score a month, and after it every later month that has scores: their stars go on from it.

    Errors: Refusal when the month or a later one is signed, before anything is computed.
    """
    month = Month.parse(month) if isinstance(month, str) else month
    later = Run.objects.filter(month__gt=str(month)).order_by("month").values_list("month", flat=True)
    wanted = [month, *map(Month.parse, later)]
    for one in wanted:
        _refuse_unless_open(one)
    snapshot = take_snapshot()
    return _score_all(wanted, snapshot, read_facts(snapshot), by, tell)


def _score_all(wanted: list[Month], snapshot: Snapshot, facts: Facts, by: User | None, tell: Tell) -> list[Run]:
    found = []
    for done, month in enumerate(wanted):
        tell(done, len(wanted))
        ahead = len(wanted) - done <= FORECAST_MONTHS
        found.append(score_month(month, by=by, snapshot=snapshot, facts=facts, ahead=ahead))
    tell(len(wanted), len(wanted))
    return found


def months_to_score(facts: Facts) -> list[Month]:
    """Every month since the last closed one; at first the last twelve, though none before the first line."""
    now = Month.of(today())
    closed = Run.objects.exclude(state="open").order_by("-month").first()
    if closed is not None:
        start = min(Month.parse(closed.month).next, now)
    else:
        first = facts.first_day or today()
        start = max(now.plus(1 - FIRST_MONTHS), min(Month.of(first), now))
    found = []
    while start <= now:
        found.append(start)
        start = start.next
    return [month for month in found if not Run.objects.filter(month=str(month), state="signed").exists()]


def read_facts(snapshot: Snapshot) -> Facts:
    """The customer days of a snapshot in memory, its lines part after part, and its other tables."""
    path = snapshot.path("lines")
    names = [name for name in LINE_COLUMNS if name in pq.read_schema(path).names]
    keys = pq.read_table(path, columns=["customer_id"])["customer_id"].to_numpy()
    lines = [partial(_read_lines, path, names, *cut) for cut in cuts(keys)]
    del keys
    customers = pq.read_table(snapshot.path("customers"), columns=list(CUSTOMER_COLUMNS))
    money = Money(**{name: pq.read_table(snapshot.path(name)) for name in TABLES if snapshot.has(name)})
    return Facts.of(lines, customers, settings.TIME_ZONE, money)


def _read_lines(path: Path, names: list[str], begin: int, end: int) -> pa.Table:
    """Some rows of the lines, by reading only the row groups that they stand in."""
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
        starts = np.cumsum([0, *sizes])
        first, last = int(np.searchsorted(starts, begin, side="right")) - 1, int(np.searchsorted(starts, end))
        found = file.read_row_groups(list(range(first, last)), columns=names, use_threads=False)
    return found.slice(begin - int(starts[first]), end - begin)


@transaction.atomic
def freeze(month: Month | str, *, by: User) -> Run:
    """Sign a closed month: its file, figures and hash never change again.

    Errors: Refusal when there are no scores, the month is still running, it is signed already, or its file was changed.
    """
    run = Run.objects.select_for_update(of=("self",)).filter(month=str(month)).first()
    _refuse_unless_signable(run, str(month))
    assert run is not None
    before = audit.snapshot(run)
    run.state, run.frozen_at, run.frozen_by = "signed", timezone.now(), by
    run.save(update_fields=["state", "frozen_at", "frozen_by", "updated_at"])
    quarter = quarter_of(Month.parse(run.month))
    Reference.objects.filter(quarter=quarter, definition=run.definition, frozen_at=None).update(frozen_at=run.frozen_at)
    audit.record(actor=by, verb="freeze", target=run, before=before, after=audit.snapshot(run))
    return run


def _refuse_unless_open(month: Month) -> None:
    if month.first > today():
        raise Refusal(_("%(month)s 还没有开始，不能评分。") % {"month": month}, field="month")
    if Run.objects.filter(month=str(month), state="signed").exists():
        raise Refusal(
            _("%(month)s 已签发，数字不再改变。此后改动的订单会列在下一期月报里。") % {"month": month}, field="month"
        )


def _refuse_unless_signable(run: Run | None, month: str) -> None:
    if run is None:
        raise Refusal(_("%(month)s 还没有评分，请先评分再签发。") % {"month": month})
    if run.is_signed:
        raise Refusal(_("%(month)s 已由 %(name)s 签发。") % {"month": month, "name": run.frozen_by})
    if run.state != "closed":
        raise Refusal(_("%(month)s 还没有结束或没有按月末评分，请在月末之后重新评分再签发。") % {"month": month})
    if not run.file.is_file() or sha256_of(run.file) != run.sha256:
        raise Refusal(_("%(month)s 的评分文件与记录不符，请重新评分后再签发。") % {"month": month})


def _state_before(month: Month) -> pa.Table | None:
    run = Run.objects.filter(month=str(month.previous)).first()
    if run is None:
        return None
    try:
        return state_of(read_month(run))
    except FileMissing:
        return None


def _keep(
    month: Month,
    sight: Sight,
    table: pa.Table,
    told: dict[str, Any],
    definition: Definition,
    snapshot: Snapshot,
    by: User | None,
) -> Run:
    about = {
        "month": str(month),
        "as_of": sight.as_of.isoformat(),
        "method": METHOD_VERSION,
        "definition": str(definition.version),
    }
    path, digest = write_month(table, str(month), about)
    fields: dict[str, Any] = {
        "state": "closed" if month.last < today() else "open",
        "definition": definition,
        "as_of": sight.as_of,
        "movement_month": sight.window.label,
        "path": path,
        "sha256": digest,
        "method_version": METHOD_VERSION,
        "snapshot": snapshot.to_dict(),
        "summary": told,
        "scored_at": timezone.now(),
        "scored_by": by,
    }
    with transaction.atomic():
        # A signing that came in between wins: nothing of it is touched.
        run = Run.objects.select_for_update(of=("self",)).filter(month=str(month)).first()
        if run is not None and run.is_signed:
            raise Refusal(_("%(month)s 已签发，数字不再改变。") % {"month": month})
        run, _made = Run.objects.update_or_create(month=str(month), defaults=fields)
        transaction.on_commit(lambda: remove_others(str(month), path))
    # Not in the transaction above: a large company's standings are written in chunks, so that others may write too.
    publish(run, table)
    return run
