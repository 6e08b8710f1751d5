#!/bin/sh
# native_icount.sh: do the native kernel's fixed costs stay within their goals? An instruction is a nanosecond of the machine's time.
. "$(dirname "$0")/lib.sh"
: "${DYAD_USER:?}"
# at_most NAME FIGURE GOAL
at_most() {
    checks=$((checks + 1))
    echo "$1: $2 (at most $3)"
    [ -n "$2" ] && [ "$2" -le "$3" ] || { echo "FAIL $1"; failures=$((failures + 1)); }
}
timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 1 --icount --add "$DYAD_USER/calls" -c /host/calls </dev/null >"$work/calls" 2>&1
at_most 'null system call, instructions' "$(sed -n 's/^null //p' "$work/calls")" 150
at_most 'refused system call, instructions' "$(sed -n 's/^refused_handle //p' "$work/calls")" 400

# The clock starts at the kernel's first instruction. What an interactive shell runs first comes after its prompt. Nothing from
# outside: time would jump to it.
timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 1 --icount --add "$DYAD_USER/calls" \
    -c 'echo /host/calls now | sh -i' </dev/null >"$work/session" 2>&1
at_most 'instructions from the kernel'"'"'s first to the prompt and a program' "$(sed -n 's/^.*now \([0-9]*\)$/\1/p' "$work/session")" 40000000

# Bytes of kernel.elf that are loaded: text, read-only data, data.
bytes=0
for part in $(readelf -lW "$(dirname "$DYAD_HOSTED")/kernel.elf" | awk '$1 == "LOAD" { print $5 }'); do
    bytes=$((bytes + part))
done
[ "$bytes" -gt 0 ] || bytes=
at_most 'text and data of the kernel, bytes' "$bytes" 262144
finish
