"""The cache in Redis, as Django has it, but for a client that is made once and not for every question."""

import functools
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Keeps what asks Redis: to make it took longer than to read a session, on every page.

    It is safe to share, since the connections are the pool's and each is one asker's at a time.
    """

    @functools.cached_property
    def _asker(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._asker


class KeptClientRedisCache(RedisCache):
    """The backend for `CACHES`; with one server, which both reads and writes go to."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
