"""The same empty tasks through mpi4py.futures: mpiexec -n 2 python3 -m mpi4py.futures farm_mpi4py.py [TASKS]"""

import sys
import time

from mpi4py.futures import MPIPoolExecutor


def nothing(_):
    return b""


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    with MPIPoolExecutor() as pool:
        list(pool.map(nothing, range(100)))  # starts the workers
        for _ in range(3):
            start = time.perf_counter()
            list(pool.map(nothing, range(count), chunksize=1))
            print(f"{count} empty tasks through mpi4py.futures: {count / (time.perf_counter() - start):.0f} a second")
