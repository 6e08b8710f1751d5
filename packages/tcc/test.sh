#!/bin/sh
# Upstream's tests2, each program compiled, linked and run by itself (upstream mostly uses -run), and what a user does: two files, a library.
# Left out: what upstream leaves out, shared libraries, -b and -bt (the bounds checker is not built), -run and -dt, _Thread_local.
cd /tmp || exit 1
tests=/host/tests/tests2
skip='34_array_assignment 60_errors_and_warnings 73_arm64 96_nodata_wanted 98_al_ax_extend 99_fastcall 112_backtrace 113_btdll
    114_bound_signal 115_bound_setjmp 116_bound_setjmp2 117_gcc_test'
passed=0 failed=
for source in $tests/*.c; do
    name=${source##*/} flags=
    name=${name%.c}
    for left_out in $skip; do [ "$name" != "$left_out" ] || continue 2; done
    [ -f "$tests/$name.expect" ] || continue
    set --
    case $name in
    31_args) set -- arg1 arg2 arg3 arg4 arg5 ;;
    46_grep) set -- '[^* ]*[:a:d: ]+\:\*-/: $' "$tests/46_grep.c" ;;
    76_dollars_in_identifiers) flags=-fdollars-in-identifiers ;;
    104_inline) flags=$tests/104+_inline.c ;;
    106_pthread) flags=-pthread ;;
    esac
    # shellcheck disable=SC2086 # flags
    { tcc $flags "$source" -o a.exe && ./a.exe "$@"; } </dev/null 2>&1 | sed "s,$tests/,,g" >output
    if diff -bu "$tests/$name.expect" output >difference; then
        passed=$((passed + 1))
    else
        failed="$failed $name"
        cat difference
    fi
done
echo "tests2: $passed passed; failed:$failed"

cat >one.c <<'END'
#include <stdio.h>
#include <math.h>
#include <errno.h>
#include <pthread.h>
int square(int);
static int ready;
__attribute__((constructor)) static void make_ready(void) { ready = 1; }
static void *other(void *p) { errno = 7; return p; }
int main(int argc, char **argv)
{
    pthread_t thread;
    void *result;
    errno = 5;
    pthread_create(&thread, NULL, other, argv);
    pthread_join(thread, &result);
    printf("%d %.3f %d %d %d\n", square(argc), sqrt(2), errno, result == argv, ready);
    return argc;
}
END
echo 'int square(int n) { return n * n; }' >two.c
cc -c two.c && ar rcs libtwo.a two.o && ranlib libtwo.a && cc -O2 -Wall -o three one.c -L. -ltwo -lm -pthread || exit 1
[ "$(./three a b; echo $?)" = '9 1.414 5 1 1
3' ] || failed="$failed program"
for header in $(cd /usr/include && find . -name '*.h' | grep -v -e ./dyad/ -e ./bits/ -e complex.h -e tgmath.h); do
    echo "#include <${header#./}>" >header.c
    cc -c header.c -o header.o || failed="$failed $header"
done
[ -z "$failed" ] && echo 'tcc: all right'
