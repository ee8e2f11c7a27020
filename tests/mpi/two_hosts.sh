#!/bin/sh
# two_hosts.sh PROGRAM ARGUMENT...: two ranks on each of two hosts, which are this one under other names. Needs root; 77: skipped.
unshare --uts true 2>/dev/null || exit 77
start='hostname "$0" && exec "$@"'
# No shared memory: ranks of one name would look for segments under the other's.
exec mpiexec --oversubscribe --mca btl self,tcp -n 2 unshare --uts sh -c "$start" host1 "$@" \
  : -n 2 unshare --uts sh -c "$start" host2 "$@"
