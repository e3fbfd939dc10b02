"""The search index over SearchEntry: FTS5 with three triggers on SQLite, GIN on PostgreSQL.

Any later migration that makes SQLite rebuild `customers_searchentry` must run DROP before and MAKE after it: Django
drops triggers with the old table.
"""

SQLITE_MAKE = [
    """CREATE VIRTUAL TABLE customers_search USING fts5(
         tokens, content='customers_searchentry', content_rowid='customer_id',
         tokenize='unicode61 remove_diacritics 0', detail=none, columnsize=0)""",
    """CREATE TRIGGER customers_search_insert AFTER INSERT ON customers_searchentry BEGIN
         INSERT INTO customers_search(rowid, tokens) VALUES (new.customer_id, new.tokens);
       END""",
    """CREATE TRIGGER customers_search_delete AFTER DELETE ON customers_searchentry BEGIN
         INSERT INTO customers_search(customers_search, rowid, tokens) VALUES ('delete', old.customer_id, old.tokens);
       END""",
    """CREATE TRIGGER customers_search_update AFTER UPDATE ON customers_searchentry BEGIN
         INSERT INTO customers_search(customers_search, rowid, tokens) VALUES ('delete', old.customer_id, old.tokens);
         INSERT INTO customers_search(rowid, tokens) VALUES (new.customer_id, new.tokens);
       END""",
    "INSERT INTO customers_search(customers_search) VALUES ('rebuild')",
]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS customers_search_insert",
    "DROP TRIGGER IF EXISTS customers_search_delete",
    "DROP TRIGGER IF EXISTS customers_search_update",
    "DROP TABLE IF EXISTS customers_search",
]
POSTGRES_MAKE = [
    """CREATE INDEX customers_search ON customers_searchentry
       USING gin (array_to_tsvector(string_to_array(tokens, ' ')))""",
]
POSTGRES_DROP = ["DROP INDEX IF EXISTS customers_search"]
MAKE = {"sqlite": SQLITE_MAKE, "postgresql": POSTGRES_MAKE}
DROP = {"sqlite": SQLITE_DROP, "postgresql": POSTGRES_DROP}
TRIGGERS = ("customers_search_insert", "customers_search_delete", "customers_search_update")
