"""The triggers that make the journal append-only, but for erasure (decision 0015). Also used where tables are emptied.

A row may be rewritten only while a `Redaction` stands open, which it does inside one transaction alone, and then only in
what it tells (label, before, after): who, when, what and to which row stay as they are. Nothing is ever deleted.
Whoever changes the table audit_redaction drops these triggers first and makes them anew afterwards.
"""

SAME = ("id", "at", "actor_id", "verb", "batch_id", "model", "object_id", "subject")
DIFFERS = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in SAME)  # as SQLite says it
DISTINCT = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in SAME)
SHUT = "NOT EXISTS (SELECT 1 FROM audit_redaction WHERE closed_at IS NULL)"

SQLITE_MAKE = [
    f"""CREATE TRIGGER audit_change_no_update BEFORE UPDATE ON audit_change WHEN {SHUT} OR {DIFFERS}
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER audit_change_no_delete BEFORE DELETE ON audit_change
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER audit_redaction_no_delete BEFORE DELETE ON audit_redaction
       BEGIN SELECT RAISE(ABORT, 'redactions are kept'); END""",
]
SQLITE_DROP = [
    "DROP TRIGGER audit_change_no_update",
    "DROP TRIGGER audit_change_no_delete",
    "DROP TRIGGER audit_redaction_no_delete",
]

POSTGRES_MAKE = [
    """CREATE FUNCTION audit_change_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE FUNCTION audit_change_permit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF {SHUT} OR {DISTINCT} THEN
       RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END IF;
       RETURN NEW; END $$""",
    """CREATE TRIGGER audit_change_no_update BEFORE UPDATE ON audit_change
       FOR EACH ROW EXECUTE FUNCTION audit_change_permit()""",
    """CREATE TRIGGER audit_change_no_delete BEFORE DELETE OR TRUNCATE ON audit_change
       FOR EACH STATEMENT EXECUTE FUNCTION audit_change_refuse()""",
    """CREATE TRIGGER audit_redaction_no_delete BEFORE DELETE OR TRUNCATE ON audit_redaction
       FOR EACH STATEMENT EXECUTE FUNCTION audit_change_refuse()""",
]
POSTGRES_DROP = [
    "DROP TRIGGER audit_change_no_update ON audit_change",
    "DROP TRIGGER audit_change_no_delete ON audit_change",
    "DROP TRIGGER audit_redaction_no_delete ON audit_redaction",
    "DROP FUNCTION audit_change_permit()",
    "DROP FUNCTION audit_change_refuse()",
]
MAKE = {"sqlite": SQLITE_MAKE, "postgresql": POSTGRES_MAKE}
DROP = {"sqlite": SQLITE_DROP, "postgresql": POSTGRES_DROP}
