#!/bin/sh
# coverage.sh: which branches of core/ do all suites together reach? `./dyad test coverage` builds what is needed and runs it.
#   tests/coverage.sh BUILD GUEST     BUILD: the coverage preset's; GUEST: the build whose image and guest programs run
# Prints a table by file, and each branch that is not reached, by reason (branches.py). Suites that fail are named, and go on.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
build=$1 guest=$2
profile=$build/profile-core
rm -rf "$profile"
mkdir -p "$profile"
export LLVM_PROFILE_FILE="$profile/%m-%p.profraw"

run() {
    timeout 600 "$@" >"$profile/log" 2>&1 </dev/null || echo "coverage: failed: $*" >&2
}

sim=$build/tests/sim/dyad-sim
tests=$(sed -n 's|^add_test([^ ]* "\([^"]*\)".*|\1|p' "$build/tests/unit/core/CTestTestfile.cmake")
echo "coverage: unit" >&2
for test in $tests; do run "$test"; done
echo "coverage: sim" >&2
run "$sim" --runs 60 --no-shrink
run "$sim" --strategy bounded --depth 1 --cores 2 --scenario futex,pipe,call,cancel
run "$sim" --sweep alloc
run "$sim" --sweep server
run "$sim" --sweep cancel --scenario futex,call,cancel,signal,exec,map,ready,full,stop,events
run "$sim" --sweep kill --scenario standard,cancel,map,exec
echo "coverage: user and boot" >&2
dyad() { run "$build/dyad-hosted" --initfs "$guest/initfs.cpio" "$@"; }
for program in "$guest"/user/user_*; do
    name=$(basename "$program")
    case $name in user_crash | user_sweep) continue ;; esac
    dyad --cores 2 --add "$program" -c "/host/$name"
done
dyad --cores 1 --add "$guest/user/user_ipc" -c '/host/user_ipc; ps; ls -l /scheme; exit 0'
dyad --cores 4 -c 'for i in 1 2 3; do (sleep 0.1; echo $i) & done; wait; yes | head -c 300000 | wc -c'
dyad --cores 2 --mem 32M -c 'cat /dev/zero | tail -c 100000000 >/dev/null; echo end'

llvm-profdata-19 merge -sparse -o "$profile/all.profdata" "$profile"/*.profraw
# shellcheck disable=SC2086 # a list of programs
python3 "$source/tests/branches.py" "$source" "$profile/all.profdata" "$sim" "$build/dyad-hosted" $tests
