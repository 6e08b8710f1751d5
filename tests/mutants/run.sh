#!/bin/sh
# run.sh: seeds one bug after another into a copy of the tree, and says which suite catches it and how fast.
#   tests/mutants/run.sh [--tree DIR] [--seconds N] [--jobs N] [PATCH...]     default: all of tests/mutants/*.patch
# A bug in core/ goes first to the simulator, under seeds of all scenarios, then to the sweep of failing allocations, then to the
# unit tests (ASan, UBSan) whose programs it has changed, then to the guest programs on the hosted body; one in a server to the
# unit tests and then to the guest programs. All within --seconds (60) of CPU time, without building: other work on the machine
# changes nothing. For a bug in core/ the guest programs are those of build/release (--guest), which it does not change.
# A test that does not end within hang_seconds (many times of what it takes) is caught, too.
# A line "sim: OPTIONS" at the top of a patch is tried first: where the window is so small that one scenario needs all seeds.
# What the compiler says with -Wthread-safety counts as caught; other warnings are not errors here.
# A line "equivalent: REASON" says why nothing can catch it; it counts as not caught all the same.
# Exit status: 0 when at least 95 % were caught, and each of the others has its reason.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
tree=${TMPDIR:-/tmp}/dyad-mutants
guest=$source/build/release
seconds=60 jobs=1 worker=
hang_seconds=30
while [ $# -gt 0 ]; do
    case $1 in
    --tree) tree=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --guest) guest=$2; shift 2 ;;
    --worker) worker=$2; shift 2 ;; # by ourselves: one of several, in a tree of its own; $2: where they say which patch they take
    -*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- "$source"/tests/mutants/*.patch
[ -f "$guest/initfs.cpio" ] || { echo "run.sh: no guest programs in $guest: ./dyad build guest" >&2; exit 2; }
not_guest='^native_|^posix_.*_host$|^tool_|^image_|^boot_(debug|editors)$' # not the hosted body's, or not the core's
servers=$(cd "$source" && grep -l '^+++ b/servers/' "$@" || true) # patches of servers
unit_folders='core servers procd init tty sockets'
export CCC_OVERRIDE_OPTIONS="# x-Werror +-Werror=thread-safety"
export ASAN_OPTIONS=detect_leaks=1

# ---- building -----------------------------------------------------------------------------------

# Only what differs is replaced, and so has the time of now: what has not changed is not compiled again.
copy_tree() {
    rm -rf "$tree/next"
    mkdir -p "$tree/next" "$tree/source/build"
    tar -C "$source" --exclude=./build --exclude=./.git -cf - . | tar -C "$tree/next" -xf -
    ln -sfn "$source/build/cache" "$tree/source/build/cache"
    (cd "$tree/source" && find . -path ./build -prune -o -type f -print) | while IFS= read -r file; do
        [ -f "$tree/next/$file" ] || rm -f "$tree/source/$file"
    done
    (cd "$tree/next" && find . -type f) | while IFS= read -r file; do
        cmp -s "$tree/next/$file" "$tree/source/$file" && continue
        mkdir -p "$(dirname "$tree/source/$file")"
        cp "$tree/next/$file" "$tree/source/$file"
        chmod --reference="$tree/next/$file" "$tree/source/$file"
    done
    rm -rf "$tree/next"
    cd "$tree/source"
    cmake --preset release -B "$tree/sim" -DDYAD_GUEST_DIR="$guest" >"$tree/cmake.log" 2>&1
    cmake --preset asan -B "$tree/unit" >>"$tree/cmake.log" 2>&1
    unit_tests=$(for folder in $unit_folders; do
        sed -n 's|^add_test([^ ]* "'"$tree"'/unit/\([^"]*\)".*|\1|p' \
            "$tree/unit/tests/unit/$folder/CTestTestfile.cmake"
    done | sort -u)
    [ -z "$servers" ] || cmake --preset release -B "$tree/guest" >>"$tree/cmake.log" 2>&1
    guest_tests=$(ctest --test-dir "$tree/sim" -N -L '^(user|boot)$' -LE '^long$' -E "$not_guest" |
        sed -n 's/.*Test *#[0-9]*: //p')
}

build_sim() { ninja -C "$tree/sim" dyad-sim; }
# shellcheck disable=SC2086 # a list of files
build_unit() { ninja -C "$tree/unit" $unit_tests; }
# build_hosted FOLDER TARGETS...
build_hosted() { hosted=$1; shift; ninja -C "$tree/$hosted" dyad-hosted boot_terminal replay_terminal "$@"; }

# ---- suites: 0 when nothing is found; what is found is in $log -----------------------------------

# Sets cpu_ms: CPU time of all children so far.
look_at_cpu() {
    times >"$tree/times"
    cpu_ms=$(awk -F'[ms ]+' 'NR == 2 { printf "%d", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }' "$tree/times")
}

# limited MOST COMMAND...: with what is left of the mutant's time, but at most MOST seconds ('': no such end). -> its status; 0 when the
# mutant's time was over; 99 when MOST was: it does not end by itself.
limited() {
    [ "$left_ms" -gt 0 ] || return 0
    most=$((left_ms / 1000 + 1)) late=0
    [ -z "$1" ] || [ "$1" -ge $most ] || most=$1 late=99
    shift
    look_at_cpu
    before=$cpu_ms
    status=0
    (
        ulimit -t $most
        exec timeout $((seconds * 20)) "$@"
    ) >"$log" 2>&1 || status=$?
    look_at_cpu
    left_ms=$((left_ms - cpu_ms + before))
    case $status in 124 | 137 | 152) status=$late ;; esac # killed for its time
    [ $status -ne 99 ] || echo "FAILED  hang: it does not end in $most s" >>"$log"
    return $status
}

# run_sim MOST OPTIONS...
run_sim() {
    most_here=$1
    shift
    limited "$most_here" "$tree/sim/tests/sim/dyad-sim" "$@" --quiet --no-shrink && return 0
    found="$(sed -n 's/^FAILED  //p' "$log" | head -1): $(sed -n 2p "$log" | cut -c3-90)"
    return 1
}

# The tests whose programs are newer than the patch.
run_unit() {
    for test in $unit_tests; do
        [ "$tree/unit/$test" -nt "$tree/stamp" ] || continue
        limited "$hang_seconds" "$tree/unit/$test" && continue
        found="${test##*/}: $(grep -aE 'FAILED|ERROR: Addr|runtime error|panic|ssert|FAIL' "$log" | head -1 | cut -c1-80)"
        return 1
    done
    return 0
}

# run_guest FOLDER: a dozen at a time; what is left of the mutant's time is looked at in between.
run_guest() {
    for batch in $(echo "$guest_tests" | xargs -n 12 | tr ' ' '|'); do
        limited '' ctest --test-dir "$tree/$1" --stop-on-failure --output-on-failure -R "^($batch)$" && continue
        found=$(sed -n 's/^.*[0-9] - \([a-z_0-9]*\) (\(.*\))$/\1: \2/p' "$log" | head -1)
        return 1
    done
    return 0
}

run_servers() {
    [ -n "$servers" ] || return 0
    build_hosted guest guest >>"$tree/build.log" 2>&1 || { found='it does not compile'; return 1; }
    run_guest guest
}

# Sets suite and found; the first that fails.
run_suites() {
    suite='' found=''
    if [ -n "$core" ]; then
        suite=sim
        options=$(sed -n 's/^sim: //p' "$patch_file" | head -1)
        # shellcheck disable=SC2086 # a list of options
        [ -z "$options" ] || run_sim '' $options || return 0
        run_sim "$hang_seconds" --runs 150 || return 0
        suite='alloc sweep'
        run_sim "$hang_seconds" --sweep alloc --runs 1 || return 0
    fi
    suite=unit
    build_unit >>"$tree/build.log" 2>&1 || { suite='' found='it does not compile'; return 0; }
    run_unit || return 0
    suite=guest
    if [ -z "$core" ]; then
        run_servers || { [ "$found" != 'it does not compile' ] || suite=''; return 0; }
    else
        build_hosted sim >>"$tree/build.log" 2>&1 || { suite='' found='it does not compile'; return 0; }
        run_guest sim || return 0
        suite=sim
        run_sim '' --minutes 30 --seed 1000 || return 0 # until its time is over
    fi
    suite=''
}

# ---- mutants ------------------------------------------------------------------------------------

# -> 0 caught
try_mutant() {
    name=$(basename "$1" .patch)
    log=$tree/$name.log
    case $1 in /*) patch_file=$1 ;; *) patch_file=$source/$1 ;; esac
    core=$(grep -l '^+++ b/core/' "$patch_file" || true)
    touch "$tree/stamp"
    if ! patch -p1 -s -d "$tree/source" <"$patch_file" >"$tree/patch.log" 2>&1; then
        printf '%-30s does not apply\n' "$name"
        copy_tree
        return 1
    fi
    built=yes
    if [ -n "$core" ]; then
        build_sim >"$tree/build.log" 2>&1 || built=
    fi
    left_ms=$((seconds * 1000))
    if [ -n "$built" ]; then
        run_suites
    elif grep -q 'Werror,-Wthread-safety' "$tree/build.log"; then
        suite=compiler found=$(sed -n 's/^.*error: \(.*\) \[-Werror,-Wthread.*/\1/p' "$tree/build.log" | head -1)
    else
        suite='' found='it does not compile'
    fi
    took=$((seconds * 1000 - left_ms))
    patch -p1 -s -R -d "$tree/source" <"$patch_file"
    if [ -z "$suite" ]; then
        reason=$(sed -n 's/^equivalent: //p' "$patch_file" | head -1)
        printf '%-30s NOT CAUGHT in %d s %s\n' "$name" $((took / 1000)) "${found:-$reason}"
        return 1
    fi
    printf '%-30s %-11s %3d.%d s  %s\n' "$name" "$suite" $((took / 1000)) $((took / 100 % 10)) "$found"
}

# ---- several at once ----------------------------------------------------------------------------

# sum_up [WORKER...]: what they have left in their trees. -> the exit status
sum_up() {
    results=$tree/result
    [ $# -eq 0 ] || results=$(printf "$tree-%s/result " "$@")
    # shellcheck disable=SC2086 # a list of files
    awk '{ count++ } $2 == "caught" { caught++ } $2 == "missed" { missed = missed " " $1 } $2 == "open" { open++; missed = missed " " $1 }
         END { printf "%d of %d caught, %.1f %%%s\n", caught, count, 100 * caught / count, missed == "" ? "" : "; not:" missed
               exit open > 0 || 100 * caught < 95 * count }' $results
}

if [ "$jobs" -gt 1 ] && [ -z "$worker" ]; then
    pids=
    rm -rf "$tree-taken"
    mkdir -p "$tree-taken"
    for i in $(seq "$jobs"); do
        "$0" --tree "$tree-$i" --seconds "$seconds" --guest "$guest" --worker "$tree-taken" "$@" &
        pids="$pids $!"
    done
    result=0
    for pid in $pids; do wait "$pid" || result=2; done
    [ $result = 0 ] || exit 2
    sum_up $(seq "$jobs")
    exit
fi
copy_tree
build_sim >"$tree/build.log" 2>&1 && build_unit >>"$tree/build.log" 2>&1 || { tail -20 "$tree/build.log"; exit 2; }
core=yes left_ms=600000 log=$tree/clean.log
touch -d @0 "$tree/stamp"
build_hosted sim >>"$tree/build.log" 2>&1 || { tail -20 "$tree/build.log"; exit 2; }
if ! run_sim "$hang_seconds" --runs 100 || ! run_unit || ! run_guest sim || ! run_servers; then
    echo "the unchanged tree fails: $found (see $log)"
    exit 2
fi
for patch in "$@"; do
    [ -z "$worker" ] || mkdir "$worker/$(basename "$patch")" 2>/dev/null || continue
    verdict=caught
    if ! try_mutant "$patch"; then
        verdict=open
        ! grep -q '^equivalent: ' "$patch_file" || verdict=missed
    fi
    echo "$name $verdict" >&3
done 3>"$tree/result"
[ -n "$worker" ] || sum_up
