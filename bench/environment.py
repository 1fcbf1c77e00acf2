"""The bench's own database and folder, and Django set up on them. Nothing here may import Django at the top."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

DEFAULT_DATABASE_URL = "postgres://postgres@127.0.0.1:5432/nch_bench"
DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/13"
FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"


class Database:
    """The database that BENCH_DATABASE_URL names; its name has to say that it is the bench's, since it is dropped.

    A further one beside it has `ending` after its name.
    """

    def __init__(self, ending: str = "") -> None:
        given = urlsplit(os.environ.get("BENCH_DATABASE_URL", DEFAULT_DATABASE_URL))
        self.url = given._replace(path=given.path + ending).geturl()
        try:
            self.name = str(conninfo_to_dict(self.url).get("dbname", ""))
        except psycopg.Error as error:
            sys.exit(f"BENCH_DATABASE_URL cannot be read: {error}")
        if "bench" not in self.name:
            sys.exit(f"The database {self.name!r} may be somebody's: the bench wants one with “bench” in its name.")

    def _server(self) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return psycopg.connect(make_conninfo(self.url, dbname="postgres"), connect_timeout=3, autocommit=True)
        except psycopg.OperationalError as error:
            sys.exit(
                f"The bench needs PostgreSQL, and {self.url} does not answer: {error}\n"
                "Start it (Debian: pg_ctlcluster 15 main start), or set BENCH_DATABASE_URL to a server where the "
                "role may create databases."
            )

    def create(self) -> None:
        """Create the database unless it is there."""
        with self._server() as server:
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone():
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def drop(self) -> None:
        """Drop the database if it is there."""
        with self._server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))


def redis_url(away: int = 0) -> str:
    """Where Redis answers, or nothing: the one that BENCH_REDIS_URL names, or the one so many numbers below it."""
    given = urlsplit(os.environ.get("BENCH_REDIS_URL", DEFAULT_REDIS_URL))
    url = given._replace(path=f"/{int(given.path.lstrip('/') or 0) - away}").geturl()
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return ""
    return url


def set_up(database: Database, redis_away: int = 0) -> None:
    """Say how the system is to run, for this process and for gunicorn's, and bring the database to today's tables."""
    os.environ.update(
        NCH_MODE="test",  # a second factor is required, as in production
        DJANGO_SETTINGS_MODULE="nch.settings",
        DATABASE_URL=database.url,
        NCH_VAR_DIR=str(FOLDER / database.name),
        LOG_LEVEL="INFO",  # production writes its access log too
    )
    os.environ.pop("CELERY_TASK_ALWAYS_EAGER", None)
    if url := redis_url(redis_away):
        os.environ["REDIS_URL"] = url
        os.environ["NCH_CACHED_SESSIONS"] = "yes"  # as in production
    else:
        os.environ.pop("REDIS_URL", None)

    import django

    django.setup()

    import logging

    from django.core.management import call_command

    logging.getLogger().setLevel(logging.WARNING)
    call_command("migrate", verbosity=0)
