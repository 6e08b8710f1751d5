# lib.sh: how the boot tests run Dyad and compare; sourced. DYAD_HOSTED and DYAD_INITFS come from ctest.
# DYAD_BODY=qemu: the native kernel instead; its program takes the same arguments.
if [ "${DYAD_BODY:-hosted}" = qemu ]; then
    command -v qemu-system-x86_64 >/dev/null || { echo "skipped: no qemu-system-x86_64"; exit 77; }
    DYAD_HOSTED=$DYAD_QEMU CHECK_TIMEOUT=${CHECK_TIMEOUT:-60}
fi
: "${DYAD_HOSTED:?run me through ctest or ./dyad test}" "${DYAD_INITFS:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0 checks=0

dyad() { "$DYAD_HOSTED" --initfs "$DYAD_INITFS" ${DYAD_CORES:+--cores $DYAD_CORES} "$@"; }

# check NAME STATUS EXPECTED-STDOUT ARG...: run dyad with the arguments (stdin is ours) and compare all three streams:
# standard error must be empty unless EXPECT_STDERR says what it is.
check() {
    name=$1 status=$2 expected=$3
    shift 3
    checks=$((checks + 1))
    printf '%s' "$expected" >"$work/expected"
    printf '%s' "${EXPECT_STDERR-}" >"$work/expected.err"
    timeout "${CHECK_TIMEOUT:-20}" "$DYAD_HOSTED" --initfs "$DYAD_INITFS" ${DYAD_CORES:+--cores $DYAD_CORES} "$@" \
        >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" -ne "$status" ]; then
        echo "FAIL $name: status $got, expected $status"
        sed 's/^/  stderr: /' "$work/err" | head -20
        failures=$((failures + 1))
    elif ! cmp -s "$work/expected" "$work/out"; then
        echo "FAIL $name: standard output differs (expected <, got >)"
        diff "$work/expected" "$work/out" | head -20
        failures=$((failures + 1))
    elif ! cmp -s "$work/expected.err" "$work/err"; then
        echo "FAIL $name: standard error differs (expected <, got >)"
        diff "$work/expected.err" "$work/err" | head -20
        failures=$((failures + 1))
    fi
}

finish() {
    echo "$((checks - failures)) passed, $failures failed"
    [ "$failures" -eq 0 ]
    exit
}
