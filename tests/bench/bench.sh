#!/bin/sh
# bench.sh OSROWS-HOST BOOT-TIME: one table of what operations cost in Dyad with 1 and 2 cores and on the host, in one run.
# Host figures are those of one CPU, in memory (/dev/shm), as in shared/figures.md. BENCH_ROWS names the rows, if not all.
set -u
: "${DYAD_HOSTED:?run me through ctest or ./dyad bench}" "${DYAD_INITFS:?}" "${DYAD_USER:?}"
host=$(readlink -f "$1") boot_time=$2
rows=${BENCH_ROWS:-}
work=$(mktemp -d /dev/shm/dyad-bench.XXXXXX 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=

fail() { echo "bench: $*" >&2; failed=yes; }

dyad_rows() {
    timeout 200 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores "$1" --add "$DYAD_USER/osrows" \
        -c "cd /tmp && /host/osrows $rows" </dev/null >"$work/dyad$1" || fail "osrows with $1 cores: status $?"
}

# shellcheck disable=SC2086 # a list of rows
(cd "$work" && taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" "$host" $rows >host) || fail 'osrows on the host'
dyad_rows 1
dyad_rows 2

load=$(cut -d ' ' -f 1 /proc/loadavg)
echo "host: $(nproc) CPUs, $(uname -sr), load average $load when measured$(awk -v l="$load" 'BEGIN { if (l > 3.5) print " (busy with other work: do not compare)" }')"

# Goals in ns: shared/figures.md, "Dyad hosted, goal".
cat >"$work/goals" <<'END'
null_call	1500
fork_exit_wait	300000
fork_exec_wait	600000
pipe_round_trip	12000
END
printf '%-20s %12s %12s %12s %8s %10s\n' 'ns an operation' 'Dyad, 1 core' 'Dyad, 2' 'host' 'ratio' 'goal'
awk -F '\t' -v dir="$work" '
    FILENAME == dir "/goals" { goal[$1] = $2; next }
    FILENAME == dir "/host" { host[$1] = $2; next }
    FILENAME == dir "/dyad1" { one[$1] = $2; if ($2 < 0) print "  " $1 ", 1 core: " $3; next }
    $2 < 0 { print "  " $1 ", 2 cores: " $3 }
    {
        ratio = host[$1] > 0 ? sprintf("%.1f", $2 / host[$1]) : "-"
        mark = !($1 in goal) ? "" : goal[$1] ($2 <= goal[$1] ? " met" : "")
        printf "%-20s %12d %12d %12d %8s %10s\n", $1, one[$1], $2, host[$1], ratio, mark
    }' "$work/goals" "$work/host" "$work/dyad1" "$work/dyad2"
if [ -z "$rows" ]; then
    # shellcheck disable=SC2046 # three words
    set -- $("$boot_time" "$DYAD_HOSTED" "$DYAD_INITFS") || fail 'boot_time'
    printf '\nexec to the prompt: %s ms (goal 80) · memory at the prompt: kernel process %s KiB resident (goal 20480), with stubs %s KiB\n' \
        "${1:--}" "${2:--}" "${3:--}"
fi
[ -z "$failed" ]
