"""A cache that may go away: everything in it can be made anew, so an outage is only slower."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

LEFT_ALONE = 5.0  # seconds after an outage was noticed, so that not every page waits for it


class SpareRedisCache(RedisCache):
    """Redis for ``get`` and ``set``; while it is away nothing is found and nothing is kept."""

    _away_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._asked(lambda: super(SpareRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._asked(lambda: super(SpareRedisCache, self).set(key, value, *args, **kwargs), None)

    def _asked(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < SpareRedisCache._away_until:
            return otherwise
        try:
            return ask()
        except RedisError as error:
            log.warning("cache: away (%s)", type(error).__name__)
            SpareRedisCache._away_until = time.monotonic() + LEFT_ALONE
            return otherwise
