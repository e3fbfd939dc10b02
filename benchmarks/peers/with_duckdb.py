"""The same in SQL on DuckDB."""

from __future__ import annotations

import duckdb

from benchmarks.peers.watch import WINDOW_DAYS, Watch

DAYS = """SELECT customer_id, day, sum(amount_minor)::BIGINT AS amount FROM lines
    GROUP BY customer_id, day HAVING sum(amount_minor) >= 0"""
SUMMARY = f"""WITH days AS ({DAYS}), customers AS (
    SELECT customer_id, min(day) AS first, max(day) AS last, count(*) - 1 AS x,
           sum(amount) - arg_min(amount, day) AS later FROM days GROUP BY customer_id)
    SELECT customer_id, x, (last - first) / 7 AS t_x, (DATE '{{as_of}}' - first) / 7 AS T,
           CASE WHEN x > 0 THEN later / x / 100 END AS m FROM customers"""
RFM = f"""WITH days AS ({DAYS}),
    money AS (SELECT customer_id, sum(amount_minor) AS monetary FROM lines
              WHERE day > DATE '{{as_of}}' - {WINDOW_DAYS} GROUP BY customer_id),
    customers AS (SELECT customer_id, DATE '{{as_of}}' - max(day) AS recency, count(*) AS frequency FROM days
                  GROUP BY customer_id),
    found AS (SELECT customer_id, recency, frequency, coalesce(monetary, 0) AS monetary
              FROM customers LEFT JOIN money USING (customer_id)),
    ranked AS (SELECT *, count(*) OVER () AS n,
        rank() OVER (ORDER BY recency DESC) AS r, count(*) OVER (PARTITION BY recency) AS r_same,
        rank() OVER (ORDER BY frequency) AS f, count(*) OVER (PARTITION BY frequency) AS f_same,
        rank() OVER (ORDER BY monetary) AS m, count(*) OVER (PARTITION BY monetary) AS m_same FROM found)
    SELECT customer_id, recency, frequency, monetary,
        greatest(1, least(5, ceil(5 * (r - 1 + r_same / 2) / n)))::TINYINT AS rfm_r,
        greatest(1, least(5, ceil(5 * (f - 1 + f_same / 2) / n)))::TINYINT AS rfm_f,
        greatest(1, least(5, ceil(5 * (m - 1 + m_same / 2) / n)))::TINYINT AS rfm_m FROM ranked"""


def main() -> None:
    watch = Watch.start("duckdb")
    con = duckdb.connect()
    watch.time("read", lambda: con.execute(f"CREATE OR REPLACE TABLE lines AS FROM read_parquet('{watch.path}')"))
    summary = watch.time("summary", lambda: con.execute(SUMMARY.format(as_of=watch.as_of)).to_arrow_table())
    watch.time("rfm", lambda: con.execute(RFM.format(as_of=watch.as_of)).to_arrow_table())
    watch.figures = {"customers": summary.num_rows, "purchases": sum(summary["x"].to_pylist())}
    watch.finish()


if __name__ == "__main__":
    main()
