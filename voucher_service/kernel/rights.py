"""Rights: what the data role may do with each table, carried from one database to another.

The role bears the name of its database, and belongs to the server and not to the database: a copy of the
database in another place needs a role of its own with the same rights.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.config import ConfigurationError

# The data role is the one, beside the owner, that may ask for a job.
_HELD = text("""
WITH role AS (
    SELECT pg_roles.oid FROM pg_class, aclexplode(relacl) AS held JOIN pg_roles ON pg_roles.oid = held.grantee
    WHERE pg_class.oid = 'public.job'::regclass AND privilege_type = 'INSERT' AND grantee <> relowner
    ORDER BY rolname <> current_database() || '_app' LIMIT 1
), things AS (
    SELECT relacl AS acl, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
           format('%I.%I', nspname, relname) AS name, NULL AS columns
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    UNION ALL
    SELECT attacl, 'TABLE', format('%I.%I', nspname, relname), format(' (%I)', attname)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE NOT attisdropped
    UNION ALL
    SELECT nspacl, 'SCHEMA', format('%I', nspname), NULL FROM pg_namespace
    UNION ALL
    SELECT proacl, 'FUNCTION', pg_proc.oid::regprocedure::text, NULL FROM pg_proc
)
SELECT format('%s%s ON %s %s', privilege_type, columns, kind, name) AS held
FROM things, aclexplode(acl) AS one JOIN role ON role.oid = one.grantee
ORDER BY held
""")
_FOUND = text("""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_app') THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', current_database() || '_app');
    END IF;
    EXECUTE format('GRANT %I TO CURRENT_USER', current_database() || '_app');
END $$
""")
_ROLE = text("SELECT format('%I', current_database() || '_app')")


def held(session: Session) -> list[str]:
    """List what the data role may do, as GRANT says it: ``INSERT ON TABLE public.job``."""
    rights = list(session.scalars(_HELD))
    if not rights:
        raise ConfigurationError("no role may work with this database: run voucher-service migrate first")
    return rights


def give(session: Session, rights: list[str]) -> str:
    """Make the data role of this database where there is none, give it these rights, and return its name."""
    session.execute(_FOUND)
    role = str(session.scalars(_ROLE).one())
    for right in rights:
        session.execute(text(f"GRANT {right} TO {role}".replace(":", r"\:")))
    return role
