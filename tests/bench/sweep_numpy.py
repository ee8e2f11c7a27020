"""The sweep's arithmetic in NumPy on one core: NN-Degree, accuracy, three metrics, objective, four bounds, the count of
what is feasible and the best. Blocks of rows that stay in the cache. Prints configurations per second of processor
time, for double and for single precision."""
import json
import time

import numpy as np


def rate(dtype, seconds=2.0, rows=16, last=2500):
    random = np.random.default_rng(1)

    def table(low, high, size):
        return np.sort(random.uniform(low, high, size)).astype(dtype)

    lead = [table(low, high, 4096) for low, high in ((100, 900), (1, 100), (1, 300), (1, 60))]
    g_last, *metric_last = [table(low, high, last) for low, high in ((60, 900), (1, 100), (1, 300), (1, 60))]
    a, b, c = dtype(1.03), dtype(150), dtype(-2)
    floor, ceilings = dtype(0.85), [dtype(100), dtype(300), dtype(60)]
    done, feasible, best = 0, 0, dtype(0)
    start = time.process_time()
    while time.process_time() - start < seconds:
        for first in range(0, 4096, rows):
            part = slice(first, first + rows)
            g = lead[0][part, None] + g_last
            metrics = [x[part, None] + y for x, y in zip(lead[1:], metric_last)]
            theta = 1 / (a + np.exp(b / g + c))
            objective = theta / (metrics[0] * metrics[1] * metrics[2])
            met = theta >= floor
            for value, ceiling in zip(metrics, ceilings):
                met &= value <= ceiling
            feasible += np.count_nonzero(met)
            best = max(best, objective[met].max(initial=0))
            done += g.size
    return done / (time.process_time() - start)


print(json.dumps({"float64": rate(np.float64), "float32": rate(np.float32)}))
