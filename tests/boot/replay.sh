#!/bin/sh
# replay.sh [RUNS]: is a run with --seed the same every time, and a recording played again exactly? RUNS: how often (5).
. "$(dirname "$0")/lib.sh"
: "${DYAD_USER:?}"
runs=${1:-5}
DYAD_CORES=
CHECK_TIMEOUT=60

# It forks, pipes, writes files, races, and asks for time and random numbers.
script='mkdir /tmp/d; cd /tmp/d
for i in 1 2 3; do
    (echo job $i >f$i; tr a-z A-Z <f$i | cat >>all; ls / | sort -r | head -n 2 >>all; echo out $i) &
done
wait
sort all | uniq -c; seq 100 | grep 7 | wc -l
date; head -c 8 /dev/urandom | od -x 2>/dev/null || echo $$
mv all one; rm f1; ls -l'

# ok NAME COMMAND...: the command succeeds.
ok() {
    name=$1
    shift
    checks=$((checks + 1))
    "$@" || { echo "FAIL $name"; failures=$((failures + 1)); }
}

# run SEED: the script; what came out and the hashes are in $work/run.
run() {
    timeout $CHECK_TIMEOUT "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --seed "$1" --trace-hash "$work/hash" -c "$script" \
        </dev/null >"$work/run" 2>&1 && cat "$work/hash" >>"$work/run"
}

# The host is now idle, now busy with two programs that never rest.
same_hashes() {
    run 42 && mv "$work/run" "$work/first" || { cat "$work/run"; return 1; }
    grep -q '^replay: seed 42 traps [0-9]* trace [0-9a-f]\{16\} state [0-9a-f]\{16\}$' "$work/first" || return 1
    hogs= same=yes
    for i in $(seq 2 "$runs"); do
        if [ $((i % 4)) = 2 ]; then
            timeout 600 sh -c 'while :; do :; done' & hogs="$hogs $!"
            timeout 600 sh -c 'while :; do :; done' & hogs="$hogs $!"
        elif [ $((i % 4)) = 0 ]; then
            kill $hogs
            hogs=
        fi
        run 42 && cmp "$work/first" "$work/run" || { diff "$work/first" "$work/run"; same=; break; }
    done
    [ -z "$hogs" ] || kill $hogs
    [ -n "$same" ]
}
ok "$runs runs of one seed are the same" same_hashes

# Seeds 1 to 10: other traces, and other outcomes of a race.
seeds_differ() {
    for seed in 1 2 3 4 5 6 7 8 9 10; do
        timeout $CHECK_TIMEOUT "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --seed $seed --trace-hash "$work/hash" \
            --add "$DYAD_USER/user_replay" -c '/host/user_replay race' </dev/null >>"$work/races" || return 1
        sed 's/.* trace \([0-9a-f]*\) .*/\1/' "$work/hash" >>"$work/traces"
    done
    [ "$(sort -u "$work/traces" | wc -l)" -ge 8 ] && [ "$(sort -u "$work/races" | wc -l)" -ge 2 ]
}
ok 'seeds differ' seeds_differ

# Standard input in any pieces; the time stamp counter.
twice() {
    { echo one; echo two; } | dyad "$@" >"$work/a" 2>&1 && { echo one; sleep 0.3; echo two; } | dyad "$@" >"$work/b" 2>&1 &&
        [ -s "$work/a" ] && cmp "$work/a" "$work/b"
}
ok 'input' twice --seed 5 -v -c 'while read x; do echo "<$x>"; done'
ok 'time stamp counter' twice --seed 5 -v --add "$DYAD_USER/user_replay" -c '/host/user_replay tsc'

# A recording, with input that comes when it comes and is not there any more later.
record() {
    { echo a; sleep 0.2; echo b; sleep 0.2; echo 'exit 7'; } | dyad --record "$work/rec" -v --add "$DYAD_USER/user_replay" \
        -c '/host/user_replay race; sh' >"$work/a" 2>"$work/a.err"
    [ $? = 7 ] || return 1
    dyad --replay "$work/rec" -v </dev/null >"$work/b" 2>"$work/b.err"
    [ $? = 7 ] && cmp "$work/a" "$work/b" && cmp "$work/a.err" "$work/b.err" && [ -s "$work/a" ] &&
        grep -q ' trace ' "$work/a.err"
}
ok 'record and replay' record

nl='
'
# refuse NAME STATUS MESSAGE ARG...
refuse() {
    name=$1 status=$2 EXPECT_STDERR="dyad: $3$nl"
    shift 3
    check "$name" "$status" '' "$@" </dev/null
    EXPECT_STDERR=
}
rec=$work/rec
# damaged OFFSET: a copy with one bit changed.
damaged() {
    { head -c "$1" "$rec"; tail -c +$(($1 + 1)) "$rec" | head -c 1 | tr '\000-\377' '\001-\377\000'; tail -c +$(($1 + 2)) "$rec"; } >"$work/bad"
}
size=$(wc -c <"$rec")
head -c $((size - 1)) "$rec" >"$work/short"
refuse 'cut off at its end' 125 "--replay $work/short: it is cut off; a recording ends with its session" --replay "$work/short"
head -c 100 "$rec" >"$work/short"
refuse 'cut off early' 125 "--replay $work/short: it is cut off; a recording ends with its session" --replay "$work/short"
echo hello >"$work/text"
refuse 'no recording' 125 "--replay $work/text: it is not a recording of dyad" --replay "$work/text"
refuse 'no file' 125 '--replay /nosuch: No such file or directory' --replay /nosuch
damaged 40
refuse 'damaged beginning' 125 "--replay $work/bad: its beginning is damaged" --replay "$work/bad"
damaged 8
refuse 'another version' 125 "--replay $work/bad: it has version 2 of recordings; this dyad reads version 1" --replay "$work/bad"
{ cat "$rec"; echo; } >"$work/long"
refuse 'more behind its end' 125 "--replay $work/long: there is something behind its end" --replay "$work/long"
refuse 'another memory' 125 "$rec was recorded with --mem 262144K" --replay "$rec" --mem 128M
refuse 'a command with --replay' 125 '--replay goes without a command and --add: the recording has its own' --replay "$rec" -c true
refuse 'more cores' 125 '--cores 2: --seed, --record and --replay are for one core' --seed 1 --cores 2 -c true
refuse 'no number' 125 '--seed x: give a number from 0 to 18446744073709551615' --seed x -c true
refuse 'trace of an ordinary run' 125 '--trace and --trace-hash go with --seed, --record or --replay' --trace "$work/t" -c true
# Every byte behind the setup is covered by a hash: the message says where.
damaged $((size - 3))
ok 'damaged end' sh -c '! "$0" --initfs "$1" --replay "$2" </dev/null 2>&1 | grep -qv "damaged at byte"' "$DYAD_HOSTED" "$DYAD_INITFS" "$work/bad"
cp "$DYAD_INITFS" "$work/other.cpio" && printf 'x' >>"$work/other.cpio"
ok 'another image' sh -c '"$0" --initfs "$1" --replay "$2" </dev/null 2>&1 | grep -q "recording was made with another system image"' \
    "$DYAD_HOSTED" "$work/other.cpio" "$rec"

# Another build is refused; a preset of the same sources, say, can still be tried.
other_build() {
    cp "$DYAD_HOSTED" "$work/other" && echo >>"$work/other" || return 1
    "$work/other" --initfs "$DYAD_INITFS" --replay "$rec" </dev/null >"$work/out" 2>"$work/err"
    [ $? = 125 ] && [ ! -s "$work/out" ] && grep -q '^dyad: .* was recorded by another build of dyad (' "$work/err" || return 1
    "$work/other" --initfs "$DYAD_INITFS" --any-build --replay "$rec" </dev/null >"$work/out" 2>"$work/err"
    [ $? = 7 ] && cmp "$work/a" "$work/out"
}
ok 'another build' other_build

# Output that nobody takes does not keep a session from ending.
left_blocked() {
    mkfifo "$work/fifo" && exec 3<>"$work/fifo" || return 1
    "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --record "$work/blocked" -c yes </dev/null >&3 2>"$work/err" &
    dyad=$!
    until [ -s "$work/blocked" ]; do sleep 0.1; done
    sleep 0.5
    kill $dyad
    wait $dyad
    [ $? = 143 ]
}
ok 'a session whose output blocks ends' left_blocked

# A thread that never traps, and a machine where nothing can happen any more.
stuck() {
    timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --seed 3 --add "$DYAD_USER/user_replay" -c 'echo before; /host/user_replay spin' \
        </dev/null >"$work/out" 2>"$work/err"
    [ $? = 122 ] && [ "$(cat "$work/out")" = before ] && grep -q \
        '^dyad: user_replay\[[0-9]*\] thread [0-9]* has run for two seconds without a trap, at [0-9a-f]* (spin_for_ever+0x[0-9a-f]*): this run cannot be replayed$' \
        "$work/err"
}
ok 'a thread that never traps is named' stuck
refuse 'everybody waits' 124 'every thread waits, and nothing can come any more' --seed 3 -c 'mkfifo /tmp/f; cat /tmp/f'
finish
