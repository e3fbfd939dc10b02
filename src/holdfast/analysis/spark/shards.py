"""What Spark's workers do with one shard: the functions of `accounts.shard`, between Arrow batches."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import sentences
from holdfast.analysis.accounts import AnalyzeParams, Sums, Whole, describe, finish, gather
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.tables import CUSTOMER_DAYS

Batches = Iterator[pa.RecordBatch]
Work = Callable[[Batches], Batches]
# Of the facts, what stays in the files until the results are written.
APART = ("customer_id", "reasons")
A_ROW_A_CUSTOMER = ("movement", "metrics", "graded", "year")


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


def settling(
    whole: Whole, params: AnalyzeParams, invoices: pa.Table | None, parts: list[Path], target: Path, *, keep: bool
) -> Work:
    """All customers together, from the numbers in the files `parts`: their finished columns, without ids and reasons, in
    the order of the files into the file `target`; one row, the pickled rest.

    keep: with the tables that have a row a customer.
    """

    def work(batches: Batches) -> Batches:
        for _ in batches:  # what Spark gives is only the word to begin
            pass
        facts = numbers(parts, named=keep or invoices is not None)
        analysis = finish(facts, whole, params, invoices=invoices, ordered=True)
        del facts
        size = analysis.customers.num_rows
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        pq.write_table(analysis.customers.drop_columns(list(APART)), beside, row_group_size=100_000)
        beside.replace(target)
        said = replace(analysis, customers=pa.table({"customer_id": pa.nulls(size)}))
        if not keep:
            said = replace(said, **{name: getattr(said, name).schema.empty_table() for name in A_ROW_A_CUSTOMER})
        yield pa.record_batch({"said": pa.array([pickle.dumps(said)], pa.binary())})

    return work


def numbers(parts: list[Path], *, named: bool) -> pa.Table:
    """The numbers of all customers in order; ids only where they are needed, else the customers' places."""
    columns = [name for name in pq.read_schema(parts[0]).names if name not in APART]
    wanted = ["customer_id", *columns] if named else columns
    tables = [pq.read_table(part, columns=wanted, read_dictionary=["stage"]) for part in parts]
    facts = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    del tables
    if not named:
        facts = facts.add_column(0, "customer_id", pa.array(np.arange(facts.num_rows)))
    return facts.append_column("reasons", pa.nulls(facts.num_rows, pa.list_(pa.string())))


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
