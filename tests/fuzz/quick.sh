#!/bin/sh
# quick.sh PROGRAM NAME [SECONDS]: replay what the target has found before and its corpus, then fuzz; a finding is a failure. Without
# SECONDS 2,000 inputs are tried, the same in every run on every machine: a commit is not refused for what chance finds.
set -u
program=$1 name=$2 seconds=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
set -- "$here/regress/$name" "$here/corpus/$name"
inputs=0
for folder; do
    [ ! -d "$folder" ] || inputs=$((inputs + $(find "$folder" -type f | wc -l)))
    shift
    [ ! -d "$folder" ] || set -- "$@" "$folder"
done
dictionary=
[ ! -f "$here/$name.dict" ] || dictionary=-dict=$here/$name.dict
if [ -n "$seconds" ]; then
    limit="-max_total_time=$seconds" fixed=
else
    limit="-seed=1 -runs=$((inputs + 2000))" fixed="setarch -R" # comparisons are remembered by address
    setarch -R true 2>/dev/null || fixed=
fi
status=0
# shellcheck disable=SC2086 # each is empty, or words without blanks
$fixed "$program" $limit -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$work/" $dictionary "$work/corpus" "$@" >"$work/log" 2>&1 || status=$?
if [ $status -ne 0 ]; then
    tail -n 80 "$work/log"
    for finding in "$work"/crash-* "$work"/leak-* "$work"/timeout-* "$work"/oom-*; do
        [ -f "$finding" ] || continue
        kept=${TMPDIR:-/tmp}/fuzz-$name-${finding##*/}
        cp "$finding" "$kept"
        echo "The input is $kept. Replay it: $program $kept"
    done
    exit 1
fi
grep -E 'number_of_executed_units|average_exec_per_sec' "$work/log"
