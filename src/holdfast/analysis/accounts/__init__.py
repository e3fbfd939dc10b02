"""Everything at once: order lines in, the whole `customers.parquet` of the command line out, with its summary.

Owns how lines are cut into shards, what is asked of one shard, and what of all customers together.
Words: shard = all lines of some customers; gather before, describe after anything is known of the others; finish.
"""

from holdfast.analysis.accounts.finish import finish
from holdfast.analysis.accounts.run import analyze, analyze_customers
from holdfast.analysis.accounts.shard import Sums, Whole, describe, gather
from holdfast.analysis.accounts.store import Store
from holdfast.analysis.accounts.table import decimals
from holdfast.analysis.accounts.terms import AHEAD, COLUMNS, DEFAULTS, INTERVALS, Analysis, AnalyzeParams

__all__ = [
    "AHEAD",
    "COLUMNS",
    "DEFAULTS",
    "INTERVALS",
    "Analysis",
    "AnalyzeParams",
    "Store",
    "Sums",
    "Whole",
    "analyze",
    "analyze_customers",
    "decimals",
    "describe",
    "finish",
    "gather",
]
