#!/bin/bash
# Upstream's tests of all commands in our toybox, by upstream's harness (runtest.sh, which wants bash), each file of tests in a shell of its own.
# What is known to fail stands with the reason in known-failures; another failure, or one of those that passes, is reported, the former as an error.
# Arguments: commands to be tested, instead of all.
run_one() {
    . /host/tests/runtest.sh
    CMDNAME=$1
    C=/tmp/toys/$CMDNAME
    . "/host/tests/tests/$CMDNAME.test"
    exit 0
}
if [ "$1" = --one ]; then run_one "$2"; fi

export FILES=/host/tests/tests/files LC_COLLATE=C VERBOSE=all PATH=/tmp/toys:$PATH
OPTIONFLAGS=:$(sed -nr 's/^#define CFG_(.*) 1$/\1/p' /host/tests/config.h | tr '\n' :)
export OPTIONFLAGS
mkdir -p /tmp/toys
cp /bin/toybox /tmp/toys/
for command in $(toybox); do ln -s toybox "/tmp/toys/$command"; done

total=0 broken=
[ $# -gt 0 ] || set -- $(cd /host/tests/tests && ls *.test | sed 's/\.test$//')
for command; do
    [ -e "/tmp/toys/$command" ] && [ -x "/host/tests/tests/$command.test" ] || continue
    rm -rf /tmp/testdir
    mkdir /tmp/testdir
    cd /tmp/testdir || exit 1
    total=$((total + 1))
    timeout -k 5 400 bash /host/test.sh --one "$command" >/tmp/one.log 2>&1 </dev/null || broken="$broken $command($?)"
    cd /
    cat /tmp/one.log >>/tmp/all.log
done
grep -a '^FAIL: ' /tmp/all.log | sed 's/^FAIL: //' | sort -u >/tmp/failed
grep -a '^PASS: ' /tmp/all.log | sed 's/^PASS: //' | sort -u >/tmp/passed
sed '/^#/d; /^$/d' /host/known-failures | sort -u >/tmp/known
comm -23 /tmp/failed /tmp/known >/tmp/new
while read -r name; do grep -a -A 14 -F "FAIL: $name" /tmp/all.log | cat -v; done </tmp/new
echo "$total commands: $(grep -ac '^PASS: ' /tmp/all.log) passed, $(grep -ac '^SKIP: ' /tmp/all.log) left out by themselves," \
    "$(comm -12 /tmp/failed /tmp/known | wc -l) known to fail, $(wc -l </tmp/new) others"
comm -12 /tmp/known /tmp/passed | sed 's/^/known, but passed: /'
[ -z "$broken" ] || echo "did not run to the end:$broken"
[ ! -s /tmp/new ] && [ -z "$broken" ] && [ "$total" -gt 60 -o $# -lt 60 ]
