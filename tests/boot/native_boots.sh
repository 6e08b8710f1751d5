#!/bin/sh
# native_boots.sh: do 200 boots in a row with 4 cores all reach the shell and power off?
. "$(dirname "$0")/lib.sh"
i=0
while [ $i -lt "${BOOTS:-200}" ]; do
    check "boot $i" 0 "42
" --cores 4 -c 'echo $((6 * 7))' </dev/null
    i=$((i + 1))
done
finish
