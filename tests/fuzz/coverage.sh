#!/bin/sh
# coverage.sh BUILD WORK TARGET...: what the corpora of the targets cover of core/, servers/ and libc/, as HTML in BUILD/fuzz-report.
# BUILD is of the coverage preset; the corpora are the committed ones and those that have grown in WORK.
set -u
build=$1 work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
profile=$build/fuzz-profile
rm -rf "$profile" "$build/fuzz-report"
mkdir -p "$profile"
objects=
for target; do
    program=$build/fuzz/fuzz_$target
    objects="$objects -object $program"
    for folder in "$here/corpus/$target" "$here/regress/$target" "$work/$target/corpus"; do
        [ -d "$folder" ] || continue
        LLVM_PROFILE_FILE=$profile/$target-%p.profraw "$program" -runs=0 "$folder" >"$profile/$target.log" 2>&1 ||
            { tail -n 20 "$profile/$target.log"; exit 1; }
    done
done
llvm-profdata-19 merge -sparse -o "$profile/all.profdata" "$profile"/*.profraw || exit 1
# shellcheck disable=SC2086 # a list of words
set -- ${objects# -object } "-instr-profile=$profile/all.profdata" '-ignore-filename-regex=(^|/)tests/' \
    "-path-equivalence=.,$root" "-compilation-dir=$root"
llvm-cov-19 show "$@" -format=html "-output-dir=$build/fuzz-report" >/dev/null || exit 1
llvm-cov-19 report "$@" | awk 'NR <= 2 || /^TOTAL/ || /(core|servers|libc|init|procd|ramfs|tty|lib)\//'
echo "fuzz: the report is $build/fuzz-report/index.html"
