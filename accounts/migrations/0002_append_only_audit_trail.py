"""The database itself keeps the audit trail append-only, and queues each record for its seal.

The one way past it is for retention, and only for DELETE (and TRUNCATE): inside a transaction, on PostgreSQL
``SET LOCAL sspr.purge = 'on'``, on SQLite a row in ``accounts_auditpurge`` (which nobody else
sees before the transaction ends). accounts.audit.purge.unlocked() does either.
"""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' AND current_setting('sspr.purge', true) = 'on' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER accounts_audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse()
    """,
    """
    CREATE TRIGGER accounts_audit_no_truncate BEFORE TRUNCATE ON accounts_auditrecord
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse()
    """,
    """
    CREATE FUNCTION accounts_audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO accounts_unsealedrecord (record_id) VALUES (NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER accounts_audit_unsealed AFTER INSERT ON accounts_auditrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_queue()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER accounts_audit_append_only ON accounts_auditrecord",
    "DROP TRIGGER accounts_audit_no_truncate ON accounts_auditrecord",
    "DROP TRIGGER accounts_audit_unsealed ON accounts_auditrecord",
    "DROP FUNCTION accounts_audit_refuse()",
    "DROP FUNCTION accounts_audit_queue()",
]
SQLITE = [
    "CREATE TABLE accounts_auditpurge (id integer PRIMARY KEY)",
    """
    CREATE TRIGGER accounts_audit_no_update BEFORE UPDATE ON accounts_auditrecord
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER accounts_audit_no_delete BEFORE DELETE ON accounts_auditrecord
    WHEN NOT EXISTS (SELECT 1 FROM accounts_auditpurge)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER accounts_audit_no_replace BEFORE INSERT ON accounts_auditrecord
    WHEN EXISTS (SELECT 1 FROM accounts_auditrecord WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER accounts_audit_unsealed AFTER INSERT ON accounts_auditrecord
    BEGIN INSERT INTO accounts_unsealedrecord (record_id) VALUES (NEW.id); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER accounts_audit_no_update",
    "DROP TRIGGER accounts_audit_no_delete",
    "DROP TRIGGER accounts_audit_no_replace",
    "DROP TRIGGER accounts_audit_unsealed",
    "DROP TABLE accounts_auditpurge",
]


def _run(schema_editor, postgresql, sqlite):
    statements = {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]
    replaces = [("accounts", "0003_append_only_audit_trail")]

    operations = [migrations.RunPython(forwards, backwards)]
