#!/bin/sh
# expect.sh CODE SECONDS COMMAND...: the command must end with that exit code (`any`: any but 0) within that time.
code=$1 seconds=$(($2 * ${FLASH_SLOWNESS:-1}))
shift 2
timeout -k 5 "$seconds" "$@"
got=$?
if [ "$got" -eq 124 ] || { [ "$code" = any ] && [ "$got" -eq 0 ]; } || { [ "$code" != any ] && [ "$got" -ne "$code" ]; }; then
  echo "expected exit code $code, got $got (124: took longer than $seconds s)" >&2
  exit 1
fi
