#!/bin/sh
# debug.sh: does gdb stop in the kernel and in a guest program, with source lines; are crash logs symbolised?
. "$(dirname "$0")/lib.sh"
: "${DYAD_SOURCE:?}" "${DYAD_USER:?}"
if ! command -v gdb >/dev/null 2>&1 || ! gdb -nx -batch -ex 'python print(1)' >/dev/null 2>&1; then
    echo 'SKIPPED: gdb with Python is not installed (apt-get install gdb)'
    exit 77
fi

# expect NAME PATTERN FILE: a line of the file matches.
expect() {
    checks=$((checks + 1))
    grep -Eq -- "$2" "$3" && return
    echo "FAIL $1: no line matches $2"
    sed 's/^/  /' "$3" | tail -30
    failures=$((failures + 1))
}

# debug GDB-ARGUMENT... -- RUN-ARGUMENT...: what ./dyad debug starts, in batch mode.
debug() {
    timeout "${CHECK_TIMEOUT:-60}" gdb -nx -q -batch -x "$DYAD_SOURCE/tools/dyad-gdb.py" -ex 'set confirm off' "$@" >"$work/gdb" 2>&1 </dev/null
}

debug -ex 'break syscall_dispatch' -ex run -ex bt -ex kill \
    --args "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 2 --debug-guest -c true
if grep -q 'ptrace: Operation not permitted' "$work/gdb"; then
    echo 'SKIPPED: this machine does not allow ptrace'
    exit 77
fi
expect 'kernel: the breakpoint is hit' 'hit Breakpoint 1, syscall_dispatch \(.*core/syscall\.c:[0-9]+' "$work/gdb"
expect 'kernel: the backtrace has lines' '^#[0-9]+ .* cpu_main .* at .*core/cpu\.c:[0-9]+' "$work/gdb"

debug -ex 'dyad-guest sleep' -ex bt -ex 'break clock/nanosleep.c:nanosleep' -ex continue -ex bt -ex dyad-ps -ex kill \
    --args "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 2 --debug-guest -c 'sleep 0.1'
expect 'guest: main is reached' 'main \(argc=2, .*programs/sleep\.c:[0-9]+' "$work/gdb"
expect 'guest: a breakpoint in its text is hit' 'hit Breakpoint [0-9.]+, nanosleep \(.*libc/.*nanosleep\.c:[0-9]+' "$work/gdb"
expect 'guest: the backtrace has lines' '^#1 .* in main .* at .*programs/sleep\.c:[0-9]+' "$work/gdb"
expect 'dyad-ps knows the guest' ' sleep$' "$work/gdb"

# The kernel vforks for every new process while the guest faults: gdb must not lose an event of either.
debug -ex 'dyad-guest user_posix_processes' -ex continue \
    --args "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 2 --debug-guest --add "$DYAD_USER/user_posix_processes" \
    -c /host/user_posix_processes
expect 'guest: it goes on while Dyad starts others' '[0-9]+ passed, ' "$work/gdb"

"$DYAD_HOSTED" --initfs "$DYAD_INITFS" -v --add "$DYAD_USER/user_crash" -c '/host/user_crash overflow' >"$work/log" 2>&1 </dev/null
"$DYAD_SOURCE/tools/symbolise" -d "$DYAD_USER" "$work/log" >"$work/text"
expect 'symbolise: where it crashed' 'signal 11 at ip .*  overflow .*tests/user/crash\.c:[0-9]+' "$work/text"
expect 'symbolise: the backtrace' '#2 [0-9a-f]+  overflow .*tests/user/crash\.c:[0-9]+' "$work/text"
finish
