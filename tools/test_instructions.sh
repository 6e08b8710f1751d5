#!/bin/sh
# Does check-instructions find each instruction that is forbidden, and nothing else?
# usage: test_instructions.sh CHECK_INSTRUCTIONS
set -eu
check=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail()
{
    echo "FAIL: $*" >&2
    cat out >&2
    exit 1
}

# program INSTRUCTION: p.o is a function `here` that has it.
program()
{
    printf '.globl here\nhere: nop\n %s\n ret\n' "$1" >p.s
    clang-19 -c p.s -o p.o
}

for instruction in cpuid xgetbv 'rdrand %eax' 'rdrand %rax' 'rdrand %ax' 'rdseed %rbx' rdtscp 'rdpid %rax' \
    'lsl %ax, %ecx' rdpmc 'xbegin here'; do
    program "$instruction"
    ! "$check" p.o >out 2>&1 || fail "$instruction is not found"
    grep -q ": ${instruction%% *} at 1 in here: it " out || fail "$instruction is not named"
done
for instruction in rdtsc ud2 'movabs $0xa20fa20fa20fa20f, %rax' 'shl %eax'; do # the constant's bytes are cpuid's
    program "$instruction"
    "$check" p.o >out 2>&1 || fail "$instruction is refused"
    grep -q '^1 programs, 3 instructions, 0 ' out || fail "$instruction is not counted"
done
echo text >p.o
! "$check" p.o >out 2>&1 || fail "a text is a program"
! "$check" >out 2>&1 || fail "no file is fine"
