#!/bin/sh
# expect.sh CODE COMMAND...: the command must end with that exit code.
code=$1
shift
"$@"
got=$?
if [ "$got" -ne "$code" ]; then
  echo "expected exit code $code, got $got" >&2
  exit 1
fi
