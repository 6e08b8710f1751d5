#!/bin/sh
# coverage.sh: which branches of core/ do all suites together reach? `./dyad test coverage` builds what is needed and runs it.
#   tests/coverage.sh BUILD GUEST     BUILD: the coverage preset's; GUEST: the build whose image and guest programs run
# Prints a table by file, and each branch that is not reached, by reason (branches.py); how far it is goes to standard error. Suites that
# fail are named, and go on; then the exit status is 1.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
build=$1 guest=$2
profile=$build/profile-core
rm -rf "$profile"
mkdir -p "$profile"
export LLVM_PROFILE_FILE="$profile/%m-%p.profraw"
begun=$(date +%s)
failed=

stage() {
    echo "coverage: $(($(date +%s) - begun)) s: $*" >&2
}

# run COMMAND...: a suite, or part of one.
run() {
    timeout 600 "$@" >"$profile/log" 2>&1 </dev/null && return
    failed=yes
    echo "coverage: failed: $*" >&2
    tail -n 3 "$profile/log" >&2
}

stage "unit tests of core/"
tests=$(sed -n 's|^add_test([^ ]* "\([^"]*\)".*|\1|p' "$build/tests/unit/core/CTestTestfile.cmake")
for test in $tests; do run "$test"; done

fuzz() {
    program=$build/fuzz/fuzz_$1
    programs="$programs $program"
    for corpus in "$source/tests/fuzz/corpus/$1" "$source/tests/fuzz/regress/$1"; do
        [ ! -d "$corpus" ] || run "$program" -runs=0 "$corpus"
    done
    mkdir -p "$profile/new-$1"
    run "$program" -seed=1 -runs="$2" -artifact_prefix="$profile/" "$profile/new-$1" "$source/tests/fuzz/corpus/$1"
}
programs=
stage "fuzz targets: their corpora, and some more"
fuzz syscall 60000
fuzz ipc 20000
fuzz path 20000
fuzz elf 20000
fuzz cpio 10000

sim=$build/tests/sim/dyad-sim
stage "simulator: seeds"
run "$sim" --runs 80 --no-shrink
run "$sim" --strategy bounded --depth 1 --cores 2 --scenario futex,pipe,call,cancel
stage "simulator: sweeps"
run "$sim" --sweep alloc
run "$sim" --sweep server
run "$sim" --sweep cancel --scenario futex,call,cancel,signal,exec,map,ready,full,stop,events
run "$sim" --sweep kill --scenario standard,cancel,map,exec

dyad() { run "$build/dyad-hosted" --initfs "$guest/initfs.cpio" "$@"; }
for program in "$guest"/user/user_* "$guest"/user/posix_*; do
    name=$(basename "$program")
    case $name in user_crash | user_sweep | user_stress | user_replay | *.*) continue ;; esac
    stage "hosted: $name"
    dyad --cores 2 --add "$program" -c "/host/$name"
done
stage "hosted: the shell"
dyad --cores 1 --add "$guest/user/user_ipc" -c '/host/user_ipc; ps; ls -l /scheme; exit 0'
dyad --cores 4 -c 'for i in 1 2 3; do (sleep 0.1; echo $i) & done; wait; yes | head -c 300000 | wc -c'
dyad --cores 2 --mem 32M -c 'cat /dev/zero | tail -c 100000000 >/dev/null; echo end'

stage "the report"
llvm-profdata-19 merge -sparse -o "$profile/all.profdata" "$profile"/*.profraw
# shellcheck disable=SC2086 # a list of programs
python3 "$source/tests/branches.py" "$source" "$profile/all.profdata" "$sim" "$build/dyad-hosted" $tests $programs
stage "done"
[ -z "$failed" ]
