"""Milliseconds of processor time of one Argon2id hash and nothing else. Started by reset_cost."""

import os
import statistics
import time

from argon2 import low_level

MEMORY_KIB, TIME_COST, TIMES = 47_104, 1, 20


def one() -> float:
    started = time.process_time()
    low_level.hash_secret(
        b"a benchmark's password",
        os.urandom(16),
        time_cost=TIME_COST,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        type=low_level.Type.ID,
    )
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    print(statistics.median(one() for _ in range(TIMES)))
