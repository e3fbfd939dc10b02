"""Suggest which customers may be one: found set-wise by shared keys and close names, kept, and remembered when dismissed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, groupby
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.searchkeys.companies import REGION
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Customer, DuplicatePair
from holdfast.records.customers.rules import pairs as rules
from holdfast.records.customers.services.rows import subject_of

Pairs = dict[tuple[int, int], set[str]]
CHUNK = 900
NEIGHBOURS = 4
OWN = "SELECT {column} AS k, id AS customer FROM customers_customer WHERE {column} <> '' AND archived_at IS NULL"
OF_PEOPLE = (
    "SELECT c.{column}, c.customer_id FROM customers_contact c JOIN customers_customer o ON o.id = c.customer_id "
    "WHERE c.{column} <> '' AND o.archived_at IS NULL"
)
SHARED = (
    "SELECT k, customer FROM (SELECT k, customer, COUNT(*) OVER (PARTITION BY k) AS n FROM ({keys}) keyed) counted "
    "WHERE n BETWEEN 2 AND {most} ORDER BY k, customer"
)
KEYS = {
    "uscc": [OWN.format(column="uscc")],
    "phone": [OWN.format(column="phone_key"), OF_PEOPLE.format(column="phone_key")],
    "name": [OWN.format(column="name_key") + " AND kind = 'company'"],
    "email": [OWN.format(column="email_key"), OF_PEOPLE.format(column="email_key")],
}


def refresh_pairs(progress: Any = None) -> dict[str, int]:
    """Find all pairs anew: new ones are added, others' chances moved, those that are no pair any more go.

    Dismissed pairs stay dismissed. Counts of pairs found, added and gone.
    """
    found: Pairs = {}
    for place, reason in enumerate(KEYS, start=1):
        _collect(found, reason, _shared(reason))
        if progress is not None:
            progress.step(place, len(KEYS) + 2)
    _collect(found, "similar", _neighbours())
    _leave_out_strangers(found)
    return _write(found)


def _collect(found: Pairs, reason: str, groups: Iterator[list[int]]) -> None:
    for customers in groups:
        for pair in combinations(sorted(set(customers)), 2):
            found.setdefault(pair, set()).add(reason)


def _shared(reason: str) -> Iterator[list[int]]:
    """Customers that share a key, group by group; a key that very many share is left out."""
    sql = SHARED.format(keys=" UNION ".join(KEYS[reason]), most=rules.MOST_SHARING)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for _key, rows in groupby(cursor.fetchall(), key=lambda row: row[0]):
            yield [pk for _k, pk in rows]


def _neighbours() -> Iterator[list[int]]:
    """Companies whose names stand side by side without their region, and are alike (sorted neighbourhood)."""
    rows = Customer.objects.filter(kind="company", archived_at=None).order_by().values_list("name_key", "pk")
    cores = sorted((_core(key), pk) for key, pk in rows.iterator(chunk_size=10_000) if key)
    for place, (core, pk) in enumerate(cores):
        for other, other_pk in cores[max(0, place - NEIGHBOURS) : place]:
            if rules.is_alike(core, other):
                yield [pk, other_pk]


def _core(key: str) -> str:
    region = REGION.match(key)
    rest = key[region.end() :] if region else key
    return rest if len(rest) >= rules.SHORTEST_ALIKE else key


def _leave_out_strangers(found: Pairs) -> None:
    """A firm and a person are two; so are two firms with two credit codes, whatever they share."""
    facts: dict[int, tuple[str, str]] = {}
    keys = sorted({pk for pair in found for pk in pair})
    for start in range(0, len(keys), CHUNK):
        rows = Customer.objects.filter(pk__in=keys[start : start + CHUNK]).values_list("pk", "kind", "uscc")
        facts |= {pk: (kind, uscc) for pk, kind, uscc in rows}
    for pair in list(found):
        (kind, uscc), (other_kind, other_uscc) = facts[pair[0]], facts[pair[1]]
        if kind != other_kind or (uscc and other_uscc and uscc != other_uscc):
            del found[pair]


@transaction.atomic
def _write(found: Mapping[tuple[int, int], set[str]]) -> dict[str, int]:
    known = {(pair.first_id, pair.second_id): pair for pair in DuplicatePair.objects.select_for_update()}
    gone = [pair.pk for key, pair in known.items() if key not in found and pair.state == "open"]
    for start in range(0, len(gone), CHUNK):
        DuplicatePair.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    fresh = [key for key in found if key not in known]
    DuplicatePair.objects.bulk_create([_built(key, found[key]) for key in fresh], batch_size=CHUNK)
    moved = [pair for key, pair in known.items() if key in found and sorted(pair.reasons) != sorted(found[key])]
    for pair in moved:
        reasons = found[pair.first_id, pair.second_id]
        pair.reasons, pair.score = sorted(reasons), rules.pair_score(reasons)
    DuplicatePair.objects.bulk_update(moved, ["reasons", "score"], batch_size=CHUNK)
    return {"found": len(found), "added": len(fresh), "gone": len(gone)}


def _built(key: tuple[int, int], reasons: set[str]) -> DuplicatePair:
    return DuplicatePair(first_id=key[0], second_id=key[1], reasons=sorted(reasons), score=rules.pair_score(reasons))


def dismiss_pair(pair: DuplicatePair, *, by: User) -> DuplicatePair:
    """They are two: the pair is not suggested again."""
    return _decide(pair, "dismissed", by)


def reopen_pair(pair: DuplicatePair, *, by: User) -> DuplicatePair:
    """Take a dismissal back."""
    return _decide(pair, "open", by)


@transaction.atomic
def _decide(pair: DuplicatePair, state: str, by: User) -> DuplicatePair:
    row = DuplicatePair.objects.select_for_update().filter(pk=pair.pk).first()
    if row is None:
        raise Refusal(_("这一对刚刚已经处理，请刷新后再看。"))
    before = audit.snapshot(row)
    row.state, row.decided_by, row.decided_on = state, by, today()
    row.save()
    audit.record(
        actor=by, verb="change", target=row, before=before, after=audit.snapshot(row), subject=subject_of(row.first_id)
    )
    return row
