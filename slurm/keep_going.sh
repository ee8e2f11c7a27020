# Sourced by the batch scripts of this folder: runs flash so that walltime, a lost node or a launcher that fails costs
# no result, and no more than a wait in the queue. The script ends with the program's exit code.
#
#   keep_going RUN STATE COMMAND...    the command works in the run directory RUN; STATE is what RUN/status.json says
#                                      once all is done: finished (flash run), idle (a single stage)
#
# Where flash stopped with more to do (exit code 75), lost a rank (69) or was cut off without a word of its own, the
# script puts its job back into the queue; there the same command goes on. At most FLASH_MAX_RESTARTS times (20), Slurm's
# own requeues counted. Where Slurm does not allow that, nothing is lost either: submit the same command again.

keep_going() {
  run=$1 done_state=$2
  shift 2
  local program
  for program in "$1" "${flash[0]}"; do
    command -v "$program" >/dev/null || { echo "$program: not found; see slurm/env.sh" >&2; exit 127; }
  done

  # USR1: walltime is near (--signal). TERM: the job ends now, by scancel, at walltime or to be requeued by Slurm; flash
  # gets it too, and this shell has to outlive it: Slurm kills what is left of a job when its batch shell ends.
  asked=
  trap 'asked=USR1' USR1
  trap 'asked=TERM' TERM
  "$@" &
  pid=$!
  # A look each second rather than one long wait, which a trapped signal would cut short. The wish to stop is passed on
  # as a file, since not every launcher forwards signals; again and again, since a flash that is still to start takes the
  # file for an old one.
  while kill -0 "$pid" 2>/dev/null; do
    [ -z "$asked" ] || touch "$run/STOP" 2>/dev/null
    sleep 1
  done
  wait "$pid"
  code=$?

  if [ "$code" -eq 0 ] && [ "$(state_of_run)" != "$done_state" ]; then
    echo "the launcher says that all is well, but flash has not said that it is done" >&2
    code=1  # srun may end with 0 where it could not start anything
  fi
  if ended_too_early; then requeue; fi
  exit "$code"
}

state_of_run() { sed -n 's/.*"state": *"\([a-z]*\)".*/\1/p' "$run/status.json" 2>/dev/null; }

# Whether to go on may help: not where flash is done, nor where it has ended with an error of its own (jobs/README.md has
# the exit codes). Any other code is the launcher's: a lost node gives mpirun's 205, a killed rank 137.
ended_too_early() {
  case $code in
    0 | 64 | 65 | 66 | 70 | 71 | 74 | 78) return 1 ;;
    *) return 0 ;;
  esac
}

requeue() {
  local restarts=${SLURM_RESTART_COUNT:-0} most=${FLASH_MAX_RESTARTS:-20}
  if [ -z "${SLURM_JOB_ID:-}" ]; then return; fi  # started by hand
  if [ "$asked" = TERM ]; then return; fi         # whoever ends the job wants it to end, or requeues it himself
  if [ "$restarts" -ge "$most" ]; then
    echo "exit code $code at restart $restarts, the last allowed (FLASH_MAX_RESTARTS): not requeued" >&2
    return
  fi
  # Slurm may hold this node for lost and have started the job anew elsewhere; that one must not be disturbed.
  if ! scontrol show job -o "$SLURM_JOB_ID" | grep -qw "Restarts=$restarts"; then
    echo "exit code $code; this is not the job's latest start: not requeued" >&2
    return
  fi
  echo "exit code $code: requeued to go on, restart $((restarts + 1)) of at most $most" >&2
  scontrol requeue "$SLURM_JOB_ID" || echo "requeue refused: submit the same command again to go on" >&2
}
