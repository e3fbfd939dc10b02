"""The triggers that make the journal append-only. Also used by the tests, which empty tables between runs."""

SQLITE_MAKE = [
    """CREATE TRIGGER audit_change_no_update BEFORE UPDATE ON audit_change
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER audit_change_no_delete BEFORE DELETE ON audit_change
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
]
SQLITE_DROP = ["DROP TRIGGER audit_change_no_update", "DROP TRIGGER audit_change_no_delete"]

POSTGRES_MAKE = [
    """CREATE FUNCTION audit_change_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER audit_change_no_update BEFORE UPDATE ON audit_change
       FOR EACH STATEMENT EXECUTE FUNCTION audit_change_refuse()""",
    """CREATE TRIGGER audit_change_no_delete BEFORE DELETE OR TRUNCATE ON audit_change
       FOR EACH STATEMENT EXECUTE FUNCTION audit_change_refuse()""",
]
POSTGRES_DROP = [
    "DROP TRIGGER audit_change_no_update ON audit_change",
    "DROP TRIGGER audit_change_no_delete ON audit_change",
    "DROP FUNCTION audit_change_refuse()",
]
MAKE = {"sqlite": SQLITE_MAKE, "postgresql": POSTGRES_MAKE}
DROP = {"sqlite": SQLITE_DROP, "postgresql": POSTGRES_DROP}
