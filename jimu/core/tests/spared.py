"""What a test costs besides what it tests: emptying the tables after one that commits, looking up every static file for each client,
and asking a second database what was asked of none.

The house has some hundred and seventy tables, of which a test fills a dozen.
"""

from typing import Any

from django.core.management import sql
from django.db.backends.base.base import BaseDatabaseWrapper
from whitenoise.middleware import WhiteNoiseMiddleware

#: Fixtures that open the test database; a test that has none of them, and is not marked django_db, is kept from it by pytest-django.
DATABASE = {"db", "transactional_db", "django_db_setup"}
HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


def asks_a_database(item: Any) -> bool:
    """Whether a test may read or write the test database."""
    return bool(DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db"))


def what_was_written(style: Any, connection: BaseDatabaseWrapper, **given: Any) -> list[str]:
    """Statements that empty the tables which hold rows; takes the place of Django's, which empties all of them."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not _may_do_anything(cursor):
            return sql.sql_flush(style, connection, **given)
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in tables))
        full = [name for (name,) in cursor.fetchall()]
    # On PostgreSQL the journal refuses to lose rows unless they are told to be those of a copy.
    before = ["SET LOCAL session_replication_role = replica"] if connection.vendor == "postgresql" else []
    return [*before, *(f"DELETE FROM {quote(name)}" for name in full)] if full else []


def _may_do_anything(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


class StaticFilesOnce(WhiteNoiseMiddleware):
    """Looks up the static files once a process: each client of the tests makes the middleware anew."""

    kept: dict[str, Any] | None = None

    def __init__(self, get_response: Any) -> None:
        if StaticFilesOnce.kept is None:
            super().__init__(get_response)
            StaticFilesOnce.kept = dict(vars(self))
        vars(self).update(StaticFilesOnce.kept, get_response=get_response)
