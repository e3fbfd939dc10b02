"""What Spark's workers do with one shard: the functions of `accounts.shard`, between Arrow batches."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import pyarrow as pa

from holdfast.analysis import sentences
from holdfast.analysis.accounts import AnalyzeParams, Sums, Whole, describe, gather
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.tables import CUSTOMER_DAYS

Batches = Iterator[pa.RecordBatch]
Work = Callable[[Batches], Batches]


def summing(as_of: date, params: AnalyzeParams) -> Work:
    """First pass: one row, the pickled sums of the shard; nothing for a shard without a day."""

    def work(batches: Batches) -> Batches:
        ledger = _ledger(batches, as_of)
        if ledger is not None:
            said = pickle.dumps(gather(ledger, params))
            yield pa.record_batch({"sums": pa.array([said], pa.binary())})

    return work


def added(said: Iterable[bytes]) -> Sums:
    """The sums of all shards."""
    total = Sums()
    for one in said:
        total = total + pickle.loads(one)  # written by `summing` in this very run
    return total


def describing(whole: Whole, params: AnalyzeParams, lang: sentences.Language) -> Work:
    """Second pass: a row for each customer of the shard, customer_id as text."""

    def work(batches: Batches) -> Batches:
        ledger = _ledger(batches, whole.as_of)
        if ledger is not None:
            yield from plain(describe(ledger, whole, params, lang)).to_batches()

    return work


def schema_of_facts(whole: Whole, params: AnalyzeParams) -> pa.Schema:
    """The columns that `describing` gives, as Spark wants to know them beforehand."""
    kinds = {name: CUSTOMER_DAYS.type_of(name) or pa.string() for name in CUSTOMER_DAYS.required}
    empty = pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    return plain(describe(Ledger.of(empty, as_of=whole.as_of), whole, params)).schema


def plain(facts: pa.Table) -> pa.Table:
    """Names in full and ids as text: Spark knows no dictionaries, and sorts text as we do."""
    for place, field in enumerate(facts.schema):
        if pa.types.is_dictionary(field.type) or field.name == "customer_id":
            facts = facts.set_column(place, field.name, facts[field.name].cast(pa.string()))
    return facts.combine_chunks()


def _ledger(batches: Batches, as_of: date) -> Ledger | None:
    found = [batch for batch in batches if batch.num_rows]
    return Ledger.of(pa.Table.from_batches(found), as_of=as_of) if found else None
