#!/usr/bin/env bash
# What the quick start's programs cost to build: configures and builds them in a fresh folder without a compiler cache, and prints
# wall clock, processor time (the figure that another load on the machine does not change much) and the ten slowest steps.
#   tests/bench/build_time.sh [SOURCES [CMAKE ARGUMENT ...]]     SOURCES: another checkout, e.g. of an older commit
# JOBS is the number of compilers at a time (default: all cores).
set -euo pipefail

sources=$(cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
export CCACHE_DISABLE=1

echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg) on $(nproc) cores"
TIMEFORMAT='%R s wall clock, %U s user, %S s system'
echo -n "configure: "
time cmake -S "$sources" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DFLASH_TESTS=OFF "${@:2}" >"$build/log" 2>&1 ||
  { cat "$build/log"; exit 1; }
echo -n "build: "
time cmake --build "$build" -j "${JOBS:-$(nproc)}" --target flash flash-trainer flash-search >"$build/log" 2>&1 ||
  { cat "$build/log"; exit 1; }
echo "load after: $(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "slowest steps, in seconds of wall clock, and when each began:"
awk 'NR > 1 { printf "%8.1f %8.1f  %s\n", ($2 - $1) / 1000, $1 / 1000, $4 }' "$build/.ninja_log" | sort -rn | awk 'NR <= 10'
