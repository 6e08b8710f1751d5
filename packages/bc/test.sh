#!/bin/sh
# Upstream's Test/*.b print the same as on the host, where build.sh ran them; and numbers that are known.
cd /tmp || exit 1
passed=0 failed=
for test in /host/tests/Test/*.b; do
    name=${test##*/}
    bc -l "$test" </dev/null >output 2>&1
    if cmp -s output "/host/tests/expected/$name"; then passed=$((passed + 1)); else failed="$failed $name"; fi
done
expect() {
    [ "$1" = "$2" ] && passed=$((passed + 1)) && return
    failed="$failed <$2>"
    echo "expected $1, got $2"
}
expect 3.14159265358979323846264338327950288419716939937510 "$(echo 'scale=60; x=4*a(1); scale=50; x/1' | bc -l)"
expect 1267650600228229401496703205376 "$(echo '2^100' | bc)"
expect FF "$(echo 'obase=16; 255' | bc)"
expect 1.41421356237309504880 "$(echo 20 k 2 v p | dc)"
expect 5 "$(printf 'define f(n) { if (n < 2) return n; return f(n-1) + f(n-2); }\nf(5)\n' | bc)"
echo "bc: $passed passed; failed:$failed"
[ -z "$failed" ]
