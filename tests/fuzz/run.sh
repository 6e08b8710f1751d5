#!/bin/sh
# run.sh BUILD WORK MINUTES JOBS TARGET...: fuzz each target for so long, JOBS processes at a time, with statistics as they come.
# Corpora grow in WORK/TARGET/corpus, findings are in WORK/TARGET/findings. 0: no finding; 1: at least one; 130: interrupted.
set -u
build=$1 work=$2 minutes=$3 jobs=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
seconds=$(awk "BEGIN { printf \"%d\", $minutes * 60 + 0.5 }")
terminal=
[ ! -t 1 ] || terminal=yes
pids=
found=0
shown=0

stop_all()
{
    # shellcheck disable=SC2086 # a list of our own children
    [ -z "$pids" ] || kill $pids 2>/dev/null
    [ -z "$terminal" ] || printf '\n'
    echo "fuzz: interrupted"
    exit 130
}
trap stop_all INT TERM

# start TARGET NUMBER: one process in the background; its pid goes to $pids.
# Every second one of a target also keeps inputs that bring two compared values nearer to each other: slower, but it finds others.
start()
{
    mkdir -p "$work/$1/corpus" "$work/$1/findings"
    log=$work/$1/log.$2
    started=$(cat "$work/$1/started" 2>/dev/null || echo 0)
    echo $((started + 1)) >"$work/$1/started"
    set -- "$1" "$here/corpus/$1" "$here/regress/$1"
    name=$1
    shift
    for folder; do
        shift
        [ ! -d "$folder" ] || set -- "$@" "$folder"
    done
    [ ! -f "$here/$name.dict" ] || set -- "$@" "-dict=$here/$name.dict"
    "$build/fuzz/fuzz_$name" "$work/$name/corpus" "$@" "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 \
        "-use_value_profile=$((started % 2))" -print_final_stats=1 -reload=1 "-artifact_prefix=$work/$name/findings/" >"$log" 2>&1 &
    pids="$pids $!"
}

# One line about a target from the last words of its processes: runs a second, edges, inputs, findings.
statistics()
{
    for log in "$work/$1"/log.*; do
        grep -a -E '^#[0-9]+.* cov: ' "$log" 2>/dev/null | tail -n 1
        grep -a -E '^stat::(number_of_executed|average_exec)' "$log" 2>/dev/null
    done | awk -v name="$1" -v findings="$(find "$work/$1/findings" -type f -newer "$work/.started" | wc -l)" '
        /^#/ {
            runs[++n] = substr($1, 2)
            for (i = 1; i < NF; i++) {
                if ($i == "cov:" && $(i + 1) > cov) cov = $(i + 1)
                if ($i == "corp:") { split($(i + 1), c, "/"); if (c[1] > corp) corp = c[1] }
                if ($i == "exec/s:") speed[n] = $(i + 1)
            }
        }
        /number_of_executed/ { runs[n] = $2 }
        /average_exec/ { speed[n] = $2 }
        END {
            for (i = 1; i <= n; i++) { total += runs[i]; sum += speed[i] }
            printf "%-8s %10d runs %8d/s  coverage %5d  corpus %5d  findings %d", name, total, sum, cov, corp, findings
        }'
}

show()
{
    line=$(for target; do statistics "$target"; printf '  '; done)
    if [ -n "$terminal" ]; then
        printf '\r\033[K%.*s' "$(tput cols 2>/dev/null || echo 120)" "$line"
    elif [ $(($(date +%s) - shown)) -ge 10 ]; then
        shown=$(date +%s)
        for target; do echo "fuzz: $(statistics "$target")"; done
    fi
}

alive()
{
    for pid in $pids; do
        ! kill -0 "$pid" 2>/dev/null || return 0
    done
    return 1
}

# The processes that have been started, all of these targets, until their time is over.
watch()
{
    while alive; do
        sleep 1
        show "$@"
    done
    wait
    pids=
    [ -z "$terminal" ] || printf '\r\033[K'
    for target; do
        echo "fuzz: $(statistics "$target")"
        report "$target"
    done
}

report()
{
    for finding in "$work/$1/findings"/*; do
        [ -f "$finding" ] && [ -n "$(find "$finding" -newer "$work/.started")" ] || continue
        found=1
        echo "fuzz: $1: FINDING $finding"
        grep -a -h -E 'fuzz: |not true|ERROR: |runtime error|SUMMARY' "$work/$1"/log.* | head -n 4 | sed 's/^/    /'
        echo "    replay: $build/fuzz/fuzz_$1 $finding"
    done
    if [ $found = 0 ] && ! grep -a -q '^Done\|^stat::number' "$work/$1"/log.*; then
        found=1
        echo "fuzz: $1 has ended by itself:"
        tail -n 20 "$work/$1"/log.*
    fi
}

mkdir -p "$work" || exit 125
touch "$work/.started"
# One target: all jobs work at it, on one corpus. Several: a job each, JOBS at a time.
if [ $# -eq 1 ]; then
    rm -f "$work/$1"/log.*
    number=0
    while [ $number -lt "$jobs" ]; do
        start "$1" $number
        number=$((number + 1))
    done
    watch "$1"
    exit $found
fi
while [ $# -gt 0 ]; do
    group=
    number=0
    while [ $# -gt 0 ] && [ $number -lt "$jobs" ]; do
        rm -f "$work/$1"/log.*
        start "$1" 0
        group="$group $1"
        number=$((number + 1))
        shift
    done
    # shellcheck disable=SC2086 # a list of names
    watch $group
done
[ $found = 1 ] || echo "fuzz: no findings"
exit $found
