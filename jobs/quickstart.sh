#!/usr/bin/env bash
# From a fresh clone to a proven answer: installs, builds, runs the main job on two ranks, draws its figures.
#   jobs/quickstart.sh [RUN]       RUN: the run directory, default runs/quickstart
# Run again, it goes on where it was, or shows a finished run's tables at once.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
run=${1:-$top/runs/quickstart}
build=${BUILD:-$top/build}

started=$SECONDS
"$top/jobs/setup.sh" flash flash-trainer flash-search
built=$SECONDS

# Root may run MPI here: in a container there is often no one else. No binding: a rank has two threads and a child.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mkdir -p "$(dirname "$run")"
mpirun -n 2 --oversubscribe --bind-to none "$build/bin/flash" run "$top/jobs/quickstart.toml" -o "$run"
ran=$SECONDS

/usr/bin/python3 "$top/analysis/report.py" "$run"
echo "quickstart: set-up and build $((built - started)) s, job $((ran - built)) s, figures $((SECONDS - ran)) s; everything is in $run"
