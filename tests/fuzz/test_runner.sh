#!/bin/sh
# test_runner.sh: does the runner of ./dyad fuzz report findings with the input and the command that replays it, and give 0 without?
# The fuzz targets are scripts here.
set -u
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

fail()
{
    echo "FAIL: $*" >&2
    cat "$dir/out" >&2
    exit 1
}

mkdir -p "$dir/fuzz"
cat >"$dir/fuzz/fuzz_good" <<'END'
#!/bin/sh
echo "#256	pulse  cov: 7 ft: 9 corp: 3/12b lim: 4 exec/s: 128 rss: 30Mb"
echo "Done 300 runs in 1 second(s)"
echo "stat::number_of_executed_units: 300"
echo "stat::average_exec_per_sec:     150"
END
cat >"$dir/fuzz/fuzz_bad" <<'END'
#!/bin/sh
for word; do case $word in -artifact_prefix=*) prefix=${word#*=} ;; esac; done
echo x >"${prefix}crash-1"
echo "==1==ERROR: AddressSanitizer: use-after-poison"
exit 77
END
cat >"$dir/fuzz/fuzz_gone" <<'END'
#!/bin/sh
echo "cannot set up: memory"
exit 1
END
chmod +x "$dir"/fuzz/*

sh "$here/run.sh" "$dir" "$dir/work" 0.01 2 good >"$dir/out" 2>&1 || fail "status $? without a finding"
grep -q 'good *600 runs *300/s *coverage *7 *corpus *3 *findings 0' "$dir/out" || fail "statistics of two processes"
sh "$here/run.sh" "$dir" "$dir/work" 0.01 1 good bad good >"$dir/out" 2>&1
[ $? = 1 ] || fail "status with a finding"
grep -q "replay: $dir/fuzz/fuzz_bad $dir/work/bad/findings/crash-1" "$dir/out" || fail "no command that replays"
grep -q 'use-after-poison' "$dir/out" || fail "no reason"
sh "$here/run.sh" "$dir" "$dir/work" 0.01 1 gone >"$dir/out" 2>&1
[ $? = 1 ] || fail "status of a target that ends by itself"
grep -q 'cannot set up: memory' "$dir/out" || fail "its last words"
# What was found in an earlier run is not reported again.
touch -d '1 hour ago' "$dir/work/bad/findings/crash-1"
printf '#!/bin/sh\necho "Done 1 runs in 1 second(s)"\n' >"$dir/fuzz/fuzz_bad"
sh "$here/run.sh" "$dir" "$dir/work" 0.01 1 bad >"$dir/out" 2>&1 || fail "an old finding counts"
echo "the runner works"
