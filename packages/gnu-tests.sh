# gnu-tests.sh: runs the shell scripts and programs of a GNU package's suite, which report by their status (0, 77 left out, 99 and others failed); sourced by
# test.sh as /host/gnu-tests.sh.
# shellcheck shell=sh

# gnu_tests FOLDER "KNOWN FAILURES" SCRIPT...: run the scripts from the source folder FOLDER; GNU_TOP is the top folder when that is another one.
# Status 1 when another one fails than those known. GNU_SHELL is for scripts that are bash's.
gnu_tests() {
    cd "$1" || return 1
    known=$2 passed=0 skipped=0 failed='' expected='' surprising=''
    shift 2
    top=${GNU_TOP:-$PWD}
    export srcdir="$PWD" abs_srcdir="$PWD" top_srcdir="$top" abs_top_srcdir="$top" abs_top_builddir="$top" SHELL=/bin/sh LC_ALL=C VERBOSE=yes
    for script; do
        status=0
        # A program of the suite runs by itself.
        case $(head -c 4 "$script" | tail -c 3) in
        ELF) run=./$script ;;
        *) run="${GNU_SHELL:-sh} $script" ;;
        esac
        # shellcheck disable=SC2086 # a shell and its script
        timeout -k 5 "${GNU_TIMEOUT:-120}" $run >"/tmp/${script##*/}.log" 2>&1 9>&2 </dev/null || status=$?
        is_known=
        for name in $known; do [ "$name" != "${script##*/}" ] || is_known=yes; done
        case $status:$is_known in
        0:) passed=$((passed + 1)) ;;
        0:yes) surprising="$surprising ${script##*/}" ;;
        77:*) skipped=$((skipped + 1)) ;;
        *:yes) expected="$expected ${script##*/}" ;;
        *)
            failed="$failed ${script##*/}"
            echo "--- ${script##*/}: status $status"
            tail -n "${GNU_LINES:-15}" "/tmp/${script##*/}.log" ;;
        esac
    done
    echo "$passed passed, $skipped left out by themselves; known to fail:$expected; known, but passed:$surprising; failed:$failed"
    [ "$passed" -gt 0 ] && [ -z "$failed" ]
}
