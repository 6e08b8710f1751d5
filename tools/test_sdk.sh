#!/bin/sh
# Does dyad-cc behave like cc where it can, and refuse clearly where it cannot?
# shellcheck disable=SC2015,SC2016
# usage: test_sdk.sh SDK CHECK_ELF
set -eu
PATH=$1/bin:$PATH
sdk=$1
check_elf=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail()
{
    echo "FAIL: $*" >&2
    exit 1
}

refused()
{
    ! "$@" >/dev/null 2>error || fail "accepted: $*"
    [ -s error ] || fail "no message: $*"
}

cat >main.c <<'END'
#include <stdio.h>
int other(void);
_Thread_local int counter = 1;
int main(void)
{
    printf("%d %s\n", counter + other(), WORD);
    return 0;
}
END
mkdir "with space"
echo 'int other(void) { return 41; }' >"with space/other file.c"

# test_compile_and_link_in_one_step
dyad-cc -Wall -Werror -O2 -pthread -static -fPIE -pie -DWORD='"it'\''s here"' main.c \
    "with space/other file.c" -o one -lm -lpthread
"$check_elf" one
dyad-readelf -lW one | grep -q TLS || fail "no TLS segment"

# test_separate_steps_and_archives
dyad-cc -c -MD -DWORD='"x"' main.c
[ -f main.o ] && [ -f main.d ] || fail "-c without -o"
dyad-cc -c -o other.o "with space/other file.c"
dyad-ar rc libother.a other.o
dyad-ranlib libother.a
dyad-cc main.o -L. -lother -Wl,-Map,map,-z,now -s -o two
"$check_elf" two
[ -s map ] || fail "-Wl was not passed on"
[ -z "$(dyad-nm two 2>/dev/null)" ] || fail "-s kept symbols"
dyad-cc main.o other.o
[ -x a.out ] || fail "no a.out"

# test_an_option_that_begins_as_a_linker_option
[ "$(echo __GNUC__ | dyad-cc -undef -E -P -x c -)" = __GNUC__ ] || fail "-undef was not the compiler's"

# test_source_from_standard_input
echo 'int main(void) { return 0; }' | dyad-cc -x c - -o three
"$check_elf" three

# test_preprocess_and_assembly
dyad-cc -E -DWORD=1 main.c | grep -q 'int main' || fail "-E"
dyad-cc -S "with space/other file.c" -o - | grep -q 'other:' || fail "-S"
echo '__dyad__ __unix__ __linux__' | dyad-cc -E -P -x c - | grep -q '1 1 __linux__' || fail "macros"

# test_no_host_header_or_library_is_found
echo '#include <linux/types.h>' | refused dyad-cc -c -x c - -o host.o
refused dyad-cc main.o other.o -lz

# test_refusals_are_clear_and_leave_no_program
refused dyad-cc -shared main.c -o lib.so
grep -q static error || fail "unclear: $(cat error)"
refused dyad-cc -m32 main.c
refused dyad-cc main.o -o unlinked
refused dyad-cc missing.c -o unlinked
refused dyad-cc
[ ! -e unlinked ] || fail "a failed link left a program"

# test_wrapper_works_through_a_link
ln -s "$sdk/bin/dyad-cc" cc
./cc main.o other.o -o four
cmp -s four a.out || fail "another result through a link"
