#!/bin/sh
# run.sh: seeds one bug after another into a copy of core/ and says how many schedules the simulator needs to find it.
#   tests/mutants/run.sh [--tree DIR] [--seconds N] [--runs N] [PATCH...]     default: all of tests/mutants/*.patch
# A line "sim: OPTIONS" at the top of a patch is for dyad-sim, instead of --runs: where the window is very small.
# Exit status: 0 when every mutant was caught.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
tree=${TMPDIR:-/tmp}/dyad-mutants
seconds=60 runs=3000
while [ $# -gt 0 ]; do
    case $1 in
    --tree) tree=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --runs) runs=$2; shift 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- "$source"/tests/mutants/*.patch

copy_tree() {
    mkdir -p "$tree/tests" "$tree/arch"
    rm -rf "$tree/core" "$tree/tests/sim" "$tree/abi" "$tree/arch/include"
    cp -r "$source/core" "$source/abi" "$tree/"
    cp -r "$source/arch/include" "$tree/arch/"
    cp -r "$source/tests/sim" "$tree/tests/"
}

# The same flags as the release preset's, without the rest of the build.
write_ninja() {
    flags="-std=gnu17 -O2 -g -fno-omit-frame-pointer -DDYAD_DEBUG=1 -I. -Iarch/include -Itests/sim/include"
    {
        echo "rule core"
        echo "  command = clang-19 $flags -nostdlibinc -include tests/sim/sim_atomic.h -MD -MF \$out.d -c \$in -o \$out"
        echo "  depfile = \$out.d"
        echo "rule sim"
        echo "  command = clang-19 $flags -D_GNU_SOURCE=1 -MD -MF \$out.d -c \$in -o \$out"
        echo "  depfile = \$out.d"
        echo "rule link"
        echo "  command = clang-19 -fuse-ld=lld -no-pie -Wl,--wrap=heap_free \$in -o \$out"
        objects=
        for file in core/*.c tests/sim/*.c; do
            [ "$file" != core/lock.c ] || continue
            rule=sim
            case $file in core/*) rule=core ;; esac
            echo "build out/${file%.c}.o: $rule $file"
            objects="$objects out/${file%.c}.o"
        done
        echo "build dyad-sim: link$objects"
    } >build.ninja
}

copy_tree
cd "$tree"
write_ninja
ninja -k 1 dyad-sim >build.log 2>&1 || { tail -20 build.log; exit 2; }
if ! timeout $((seconds * 4)) ./dyad-sim --runs 200 --quiet --no-shrink >clean.log 2>&1; then
    echo "the unchanged core fails (see $tree/clean.log)"
    head -3 clean.log
    exit 2
fi

missed=0 caught=0
for patch in "$@"; do
    name=$(basename "$patch" .patch)
    if ! patch -p1 -s --dry-run <"$patch" >patch.log 2>&1; then
        printf '%-28s does not apply\n' "$name"
        missed=$((missed + 1))
        continue
    fi
    patch -p1 -s <"$patch"
    if ! ninja dyad-sim >build.log 2>&1; then
        printf '%-28s does not compile\n' "$name"
        missed=$((missed + 1))
    else
        status=0
        options=$(sed -n 's/^sim: //p' "$patch" | head -1)
        # shellcheck disable=SC2086
        timeout "$seconds" ./dyad-sim ${options:---runs $runs} --quiet --no-shrink >"$name.log" 2>&1 || status=$?
        how=
        if [ $status = 0 ]; then
            how="alloc sweep, "
            timeout "$seconds" ./dyad-sim --sweep alloc --runs 2 --quiet --no-shrink >"$name.log" 2>&1 || status=$?
        fi
        if [ $status = 0 ] || [ $status = 124 ]; then
            printf '%-28s NOT CAUGHT\n' "$name"
            missed=$((missed + 1))
        else
            printf '%-28s %s%s: %s\n' "$name" "$how" "$(sed -n 's/^FAILED  //p' "$name.log" | head -1)" \
                "$(sed -n 2p "$name.log" | cut -c1-90)"
            caught=$((caught + 1))
        fi
    fi
    patch -p1 -s -R <"$patch"
done
echo "$caught caught, $missed not"
[ $missed = 0 ]
