#!/bin/sh
# prefix.sh NM OBJCOPY HOST-SYMBOLS IN OUT: copy an archive of libc with dy_ before every symbol but those that the host provides; where libc
# defines one of these beside something else, it gives way to the host's.
set -eu
nm=$1 objcopy=$2 host=$3 in=$4 out=$5
trap 'rm -f "$out.names" "$out.pairs" "$out.host" "$out.weak"' EXIT
grep -v '^#' "$host" >"$out.host"
"$nm" --format=just-symbols "$in" >"$out.names"
grep -v -e ':$' -e '^$' "$out.names" | sort -u | grep -v -x -E -f "$out.host" | awk '{ print $1, "dy_" $1 }' >"$out.pairs"
grep -v -e ':$' -e '^$' "$out.names" | sort -u | grep -x -E -f "$out.host" >"$out.weak" || true
"$objcopy" --redefine-syms="$out.pairs" --weaken-symbols="$out.weak" "$in" "$out"
