"""Does a service answer? `scripts/answers.py postgresql|redis URL` ends with 0 if it does, and says why if not."""

import sys

import psycopg
import redis
from psycopg.conninfo import make_conninfo


def ask(kind: str, url: str) -> None:
    """Talk to the service once; raises what the client raises where it does not answer."""
    if kind == "postgresql":
        # The database of the tests is made by them; only the server has to be there.
        psycopg.connect(make_conninfo(url, dbname="postgres"), connect_timeout=3).close()
    else:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()


if __name__ == "__main__":
    try:
        ask(sys.argv[1], sys.argv[2])
    except (psycopg.Error, redis.RedisError) as error:
        sys.exit(f"{sys.argv[1]} does not answer: {error}")
