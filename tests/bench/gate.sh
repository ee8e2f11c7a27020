#!/usr/bin/env bash
# The performance gate: flash beside what else does the same, measured in the same minutes on a machine that does nothing
# else, with limits at about half of the ratios that are usual, so that noise passes and a loss does not.
#   tests/bench/gate.sh [--slow NAME,...] [BUILD]
# BUILD (build-bench) holds flash's programs and the benchmarks (cmake --preset bench). A ratio whose other program is not
# here is skipped; one that is below its limit, or nothing measured at all, is exit code 1.
# --slow shows that the gate can fail: kernels lets the sweep use its portable kernel alone, training leaves LibTorch its
# oldest instruction set.
set -u
here=$(dirname "${BASH_SOURCE[0]}")
slow=
if [ "${1-}" = --slow ]; then
  slow=${2-}
  shift 2
fi
bin=${1:-$here/../../build-bench}/bin
python=/usr/bin/python3
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
measured=0 failed=0

# ratio NAME STATED LIMIT FOUND: FOUND is a number, or why there is none.
ratio() {
  case $4 in
    skip:*) printf '%-38s %9s  stated %6s  limit %6s  skipped: %s\n' "$1" - "$2" "$3" "${4#skip: }" ;;
    *)
      measured=$((measured + 1))
      if awk -v found="$4" -v limit="$3" 'BEGIN { exit !(found + 0 >= limit + 0) }'; then
        verdict=ok
      else
        verdict=FAIL failed=$((failed + 1))
      fi
      printf '%-38s %9s  stated %6s  limit %6s  %s\n' "$1" "${4:-nothing}" "$2" "$3" "$verdict"
      ;;
  esac
}

slowed() { [[ ",$slow," == *",$1,"* ]]; }
has() { "$python" -c "import $1" 2>/dev/null; }

# Rates of one thread, the fastest kernel last; of all bounds the least ratio counts. A loop that finds other answers than
# the sweep has the rate 0.
sweep=$("$bin/bench_sweep" "" 0.3)
kernel=$(awk '$3 == 1 && $2 != "loop" { kernel = $2 } END { print kernel }' <<<"$sweep")
fastest=$kernel
slowed kernels && fastest=portable
times_as_fast_as() {
  awk -v ours="$fastest" -v other="$1" '
    $3 == 1 && $2 == ours { rate[$1] = $4 }
    $3 == 1 && $2 == other { beside[$1] = $4 }
    END {
      for (bounds in beside) {
        ratio = beside[bounds] > 0 ? rate[bounds] / beside[bounds] : 0
        if (!seen++ || ratio < least) least = ratio
      }
      if (seen) printf "%.2f\n", least
    }' <<<"$sweep"
}
if [ "$kernel" = portable ]; then
  found="skip: this processor has the portable kernel alone"
else
  found=$(times_as_fast_as portable)
fi
ratio "sweep: fastest kernel / portable" 2.7 1.4 "$found"
ratio "sweep: fastest kernel / plain loop" 26 13 "$(times_as_fast_as loop)"

if has scipy.optimize; then
  found=$("$bin/bench_shgo" | sed -n 's/.* speed-up .* at least, \([0-9.]*\) in the median/\1/p')
else
  found="skip: no SciPy (python3-scipy)"
fi
ratio "SHGO: SciPy's seconds / ours" 250 120 "$found"

# Medians of three rounds.
middle() { sed -n 's/.*: \([0-9.]*\) a second.*/\1/p' | sort -n | sed -n 2p; }
if ! command -v mpiexec >/dev/null; then
  found="skip: no mpiexec"
elif has mpi4py.futures; then
  ours=$(mpiexec -n 2 --bind-to none "$bin/bench_farm" 50000 | middle)
  theirs=$(mpiexec -n 2 --bind-to none "$python" -m mpi4py.futures "$here/farm_mpi4py.py" 5000 | middle)
  found=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { if (b > 0) printf "%.1f", a / b }')
else
  found="skip: no mpi4py (python3-mpi4py)"
fi
ratio "dispatch: tasks/s / mpi4py.futures'" 28 14 "$found"

if has torch; then
  if slowed training; then
    FLASH_TRAINER=$(mktemp)
    export FLASH_TRAINER
    trap 'rm -f "$FLASH_TRAINER"' EXIT
    printf '#!/bin/sh\nATEN_CPU_CAPABILITY=default DNNL_MAX_CPU_ISA=SSE41 exec "%s/flash-trainer"\n' \
      "$(realpath "$bin")" >"$FLASH_TRAINER"
    chmod +x "$FLASH_TRAINER"
  fi
  found=$("$python" "$here/train_torch.py" "$bin" | sed -n 's/.*: \([0-9.]*\) times/\1/p')
else
  found="skip: no PyTorch (python3-torch)"
fi
ratio "training: PyTorch's seconds / flash's" 1.4 0.8 "$found"

[ "$measured" -gt 0 ] || echo "nothing was measured"
[ "$measured" -gt 0 ] && [ "$failed" = 0 ]
