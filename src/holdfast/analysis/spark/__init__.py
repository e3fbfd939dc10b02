"""The same analysis past one machine: Spark cuts, sorts and carries, the engine's own functions do the work.

Owns the Spark session, the walk of the shards through it, and the results streamed to one file.
Words: master the address of the Spark cluster, shard one partition with all days of some customers, facts a row a customer.
"""

from holdfast.analysis.spark.run import analyze
from holdfast.analysis.spark.session import SparkMissing, check, master, session

__all__ = ["SparkMissing", "analyze", "check", "master", "session"]
