#!/usr/bin/env bash
# Sets up where needed, builds everything and runs all tests.
#   tests/run.sh [CTEST ARGUMENT ...]     e.g. tests/run.sh -R search
# PRESET=sanitize runs the same tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${PRESET:-release}
case $preset in
  release) build=${BUILD:-$top/build} ;;
  *) build=${BUILD:-$top/build-$preset} ;;
esac
BUILD=$build PRESET=$preset "$top/jobs/setup.sh"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
# What Open MPI, HDF5 and LibTorch keep until the process ends is no leak of ours.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
ctest --test-dir "$build" --output-on-failure -j 2 "$@"
