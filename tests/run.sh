#!/usr/bin/env bash
# Sets up where needed, builds everything, runs all tests and then, alone on the machine, the performance gate.
#   tests/run.sh [CTEST ARGUMENT ...]     e.g. tests/run.sh -R search: these tests alone, without the gate
# PRESET=sanitize runs the same tests under AddressSanitizer and UndefinedBehaviorSanitizer, PRESET=tsan under ThreadSanitizer.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${PRESET:-release}
case $preset in
  release) build=${BUILD:-$top/build} ;;
  *) build=${BUILD:-$top/build-$preset} ;;
esac
BUILD=$build PRESET=$preset "$top/jobs/setup.sh" --tests

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1

# Sanitizers report into a folder: of a process that is to end badly, or is started again, no test would show it.
reports=$build/sanitizers
rm -rf "$reports" && mkdir "$reports"
# What Open MPI, HDF5 and LibTorch keep until the process ends is no leak of ours; Open MPI has closed libraries by then,
# so that no suppression can name them.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:verify_asan_link_order=0:log_path=$reports/asan}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:log_path=$reports/ubsan}
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$top/tests/tsan.supp:log_path=$reports/tsan}

result=0
ctest --test-dir "$build" --output-on-failure -j 2 --output-log "$build/ctest.log" "$@" || result=$?
if [ -n "$(ls "$reports")" ]; then
  tail -n +1 "$reports"/* >&2
  echo "run.sh: the sanitizers have reported; see above, and $reports" >&2
  exit 1
fi
if [ "$result" = 0 ] && [ "$preset" = release ] && [ $# = 0 ]; then
  if ! env -u OMPI_MCA_mpi_yield_when_idle "$top/tests/bench/gate.sh" "$build"; then
    echo "run.sh: the tests pass, but the performance gate does not; see above" >&2
    exit 1
  fi
  grep 'tests passed' "$build/ctest.log"
fi
exit "$result"
