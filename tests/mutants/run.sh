#!/bin/sh
# run.sh: seeds one bug after another into a copy of the tree, and says which suite catches it and how fast.
#   tests/mutants/run.sh [--tree DIR] [--seconds N] [--jobs N] [PATCH...]     default: all of tests/mutants/*.patch
# A bug in core/ goes first to the simulator, under seeds of all scenarios, then to the sweep of failing allocations, then to the
# unit tests (ASan, UBSan) whose programs it has changed; one in a server to those only. All within --seconds (60),
# without building.
# A line "sim: OPTIONS" at the top of a patch is tried first: where the window is so small that one scenario needs all seeds.
# What the compiler says with -Wthread-safety counts as caught; other warnings are not errors here.
# Exit status: 0 when every mutant was caught.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
tree=${TMPDIR:-/tmp}/dyad-mutants
seconds=60 jobs=1 worker=
while [ $# -gt 0 ]; do
    case $1 in
    --tree) tree=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --worker) worker=$2; shift 2 ;; # I of N, by ourselves: every N-th patch, in a tree of its own
    -*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- "$source"/tests/mutants/*.patch
unit_folders='core servers procd init tty'
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
    cmake --preset release -B "$tree/sim" >"$tree/cmake.log" 2>&1
    cmake --preset asan -B "$tree/unit" >>"$tree/cmake.log" 2>&1
    unit_tests=$(for folder in $unit_folders; do
        sed -n 's|^add_test([^ ]* "'"$tree"'/unit/\([^"]*\)".*|\1|p' \
            "$tree/unit/tests/unit/$folder/CTestTestfile.cmake"
    done | sort -u)
}

build_sim() { ninja -C "$tree/sim" dyad-sim; }
# shellcheck disable=SC2086 # a list of files
build_unit() { ninja -C "$tree/unit" $unit_tests; }

# ---- suites: 0 when nothing is found; what is found is in $log -----------------------------------

left() { echo $((deadline - $(date +%s))); }

run_sim() {
    [ "$(left)" -gt 0 ] || return 0
    timeout "$(left)" "$tree/sim/tests/sim/dyad-sim" "$@" --quiet --no-shrink >"$log" 2>&1
    status=$?
    [ $status = 0 ] || [ $status = 124 ] && return 0
    found="$(sed -n 's/^FAILED  //p' "$log" | head -1): $(sed -n 2p "$log" | cut -c3-90)"
    return 1
}

# The tests whose programs are newer than the patch.
run_unit() {
    for test in $unit_tests; do
        [ "$tree/unit/$test" -nt "$tree/stamp" ] || continue
        [ "$(left)" -gt 0 ] || return 0
        if ! timeout "$(left)" "$tree/unit/$test" >"$log" 2>&1; then
            [ "$(left)" -gt 0 ] || return 0
            found="${test##*/}: $(grep -aE 'FAILED|ERROR: Addr|runtime error|panic|ssert|FAIL' "$log" | head -1 | cut -c1-80)"
            return 1
        fi
    done
    return 0
}

# Sets suite and found; the first that fails.
run_suites() {
    suite='' found=''
    if [ -n "$core" ]; then
        suite=sim
        options=$(sed -n 's/^sim: //p' "$patch_file" | head -1)
        # shellcheck disable=SC2086 # a list of options
        [ -z "$options" ] || run_sim $options || return 0
        run_sim --runs 150 || return 0
        suite='alloc sweep'
        run_sim --sweep alloc --runs 1 || return 0
    fi
    suite=unit
    begun=$(date +%s)
    build_unit >>"$tree/build.log" 2>&1 || { suite='' found='it does not compile'; return 0; }
    deadline=$((deadline + $(date +%s) - begun)) # building does not count
    run_unit || return 0
    if [ -n "$core" ]; then
        suite=sim
        run_sim --minutes 1 --seed 1000 || return 0
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
    start=$(date +%s%3N)
    deadline=$(($(date +%s) + seconds))
    if [ -n "$built" ]; then
        run_suites
    elif grep -q 'Werror,-Wthread-safety' "$tree/build.log"; then
        suite=compiler found=$(sed -n 's/^.*error: \(.*\) \[-Werror,-Wthread.*/\1/p' "$tree/build.log" | head -1)
    else
        suite='' found='it does not compile'
    fi
    took=$(($(date +%s%3N) - start)) # ms
    patch -p1 -s -R -d "$tree/source" <"$patch_file"
    if [ -z "$suite" ]; then
        printf '%-30s NOT CAUGHT in %d s %s\n' "$name" $((took / 1000)) "$found"
        return 1
    fi
    printf '%-30s %-11s %3d.%d s  %s\n' "$name" "$suite" $((took / 1000)) $((took / 100 % 10)) "$found"
}

# ---- several at once ----------------------------------------------------------------------------

if [ "$jobs" -gt 1 ] && [ -z "$worker" ]; then
    pids=
    for i in $(seq "$jobs"); do
        "$0" --tree "$tree-$i" --seconds "$seconds" --jobs "$jobs" --worker "$i" "$@" &
        pids="$pids $!"
    done
    result=0
    for pid in $pids; do wait "$pid" || result=1; done
    exit $result
fi
copy_tree
build_sim >"$tree/build.log" 2>&1 && build_unit >>"$tree/build.log" 2>&1 || { tail -20 "$tree/build.log"; exit 2; }
core=yes deadline=$(($(date +%s) + 600)) log=$tree/clean.log
touch -d @0 "$tree/stamp"
if ! run_sim --runs 100 || ! run_unit; then
    echo "the unchanged tree fails: $found (see $log)"
    exit 2
fi
missed='' caught=0 count=0
for patch in "$@"; do
    count=$((count + 1))
    [ -z "$worker" ] || [ $((count % jobs + 1)) = "$worker" ] || continue
    if try_mutant "$patch"; then
        caught=$((caught + 1))
    else
        missed="$missed $(basename "$patch" .patch)"
    fi
done
echo "$caught caught${missed:+, not:$missed}"
[ -z "$missed" ]
