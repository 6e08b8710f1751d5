#!/bin/sh
# host.sh: does the Linux program behave like a good command: messages, exit status, signals, nothing left behind?
. "$(dirname "$0")/lib.sh"
nl='
'
# refuse NAME MESSAGE ARG...: a start that cannot be: nothing on standard output, "dyad: MESSAGE", status 125.
refuse() {
    name=$1 EXPECT_STDERR="dyad: $2$nl"
    shift 2
    check "$name" 125 '' "$@" </dev/null
    EXPECT_STDERR=
}
# ok NAME COMMAND...: the command succeeds.
ok() {
    name=$1
    shift
    checks=$((checks + 1))
    "$@" || { echo "FAIL $name"; failures=$((failures + 1)); }
}

refuse 'unknown option' 'unknown option --bogus; see --help' --bogus
refuse 'option without its value' '-c needs a value; see --help' -c
refuse 'unknown memory size' '--mem much: give a size from 16M to 1024G, such as 256M or 2G' --mem much
refuse 'too little memory' '--mem 1M: give a size from 16M to 1024G, such as 256M or 2G' --mem 1M
refuse 'no cores' '--cores 0: give a number from 1 to 64' --cores 0
refuse 'missing file to add' '--add /nosuch: No such file or directory' --add /nosuch -c true
refuse 'missing script' '/nosuch.sh: No such file or directory' /nosuch.sh
check 'killed by a signal' 137 '' -c 'kill -9 $$' </dev/null
check 'smallest useful memory' 0 "ok$nl" --mem 32M -c 'echo ok' </dev/null
DYAD_CORES=
for cores in 1 2 4 8; do
    check "$cores cores" 0 "$cores core$nl" --cores $cores -c 'log | head -n 1 | { read t level a b c n word rest; echo $n ${word%s,}; }' </dev/null
done

# Standard output that is closed early ends the writer, and with it the machine.
early() {
    [ "$({ timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" -c "$1" </dev/null; echo $? >"$work/status"; } | head -n 1)" = 1 ] &&
        [ "$(cat "$work/status")" = "$2" ]
}
ok 'closed standard output' early 'seq 1000000' 141
ok 'closed standard output, endless writer' early 'i=0; while i=$((i+1)); do echo $i; done' 141

is_alive() {
    case $(ps -o stat= -p "$1") in
    '' | Z*) false ;; # a zombie only waits for the container's init
    esac
}
killed_leaves_nothing() {
    timeout 30 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" -c 'echo up; sleep 1000 & sleep 1000' </dev/null >"$work/up" &
    timer=$!
    until [ -s "$work/up" ]; do :; done
    dyad=$(ps -o pid= --ppid $timer)
    stubs=$(ps -o pid= --ppid $dyad)
    [ -n "$stubs" ] || return 1
    kill -9 $dyad
    wait $timer 2>/dev/null
    for i in 1 2 3 4 5 6 7 8 9 10; do
        left=
        for pid in $stubs; do is_alive $pid && left=$pid; done
        [ -z "$left" ] && return 0
        sleep 0.1
    done
    return 1
}
ok 'kill -9 leaves no stub' killed_leaves_nothing

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    as_nobody() {
        mkdir "$work/nobody" && cp "$DYAD_HOSTED" "$DYAD_INITFS" "$work/nobody" && chmod -R a+rX "$work" &&
            [ "$(timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
                "$work/nobody/$(basename "$DYAD_HOSTED")" --initfs "$work/nobody/$(basename "$DYAD_INITFS")" \
                -c 'id -u; ls / | grep bin' </dev/null)" = "0${nl}bin${nl}sbin" ]
    }
    ok 'works without root' as_nobody
fi

# -v: the registers and a backtrace of a guest that crashes, on standard error.
crash_is_shown() {
    timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" -v --add "$DYAD_USER/user_crash" -c '/host/user_crash null' \
        </dev/null >"$work/out" 2>"$work/err"
    [ $? -eq 139 ] && [ ! -s "$work/out" ] && grep -q 'signal 11 at ip [0-9a-f]*, address 0' "$work/err" &&
        grep -q ' rax [0-9a-f]\{16\} rbx ' "$work/err" && grep -q ' #1 [0-9a-f]' "$work/err"
}
ok 'crash on -v' crash_is_shown
finish
