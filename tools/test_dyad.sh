#!/bin/sh
# Does ./dyad hand over arguments and exit statuses unchanged, and keep stdout clean?
# It runs in a copy whose build is up to date and whose dyad-hosted is a script.
# shellcheck disable=SC2015,SC2016
# usage: test_dyad.sh SOURCE
set -eu
unset DYAD_PRESET
source=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail()
{
    echo "FAIL: $*" >&2
    exit 1
}

mkdir -p tools
cp "$source/dyad" .
cp "$source"/tools/dyad-*.sh tools/
mkdir -p abi arch cmake core image libc orbital packages programs servers tests tools
touch CMakeLists.txt CMakePresets.json
for preset in release asan; do
    mkdir -p build/$preset
    cat >build/$preset/dyad-hosted <<'END'
#!/bin/sh
printf '%s\n' "${0%/*}"
for word in "$@"; do printf '[%s]\n' "$word"; done
exit 42
END
    chmod +x build/$preset/dyad-hosted
    touch build/$preset/.built-run
done

# expect PRESET WORDS -- ARGUMENTS: what dyad-hosted must get after --initfs FILE.
expect()
{
    preset=$1
    words=$2
    shift 3
    status=0
    ./dyad "$@" >got 2>error || status=$?
    [ $status = 42 ] || fail "status $status: $* $(cat error)"
    [ ! -s error ] || fail "stderr: $(cat error)"
    { printf '%s\n[--initfs]\n[%s/initfs.cpio]\n' "$PWD/build/$preset" "$PWD/build/$preset"
      printf '%s' "$words"; } >wanted
    cmp -s wanted got || fail "$* gave $(cat got)"
}

# test_arguments_pass_unchanged
expect release '' -- run
expect release '[-c]
[a  b; exit '\''3'\'' "$x"]
' -- run -c "a  b; exit '3' \"\$x\""
expect release '[--cores]
[4]
[--add]
[/a b]
[-v]
[script]
[]
[*]
[two
lines
]
[--preset]
[asan]
' -- run --cores 4 --add '/a b' -v script '' '*' 'two
lines
' --preset asan
expect release '[-c]
[--preset]
' -- run -c --preset

# test_preset_is_taken_from_option_and_environment
expect asan '[-c]
[x]
' -- run --preset asan -c x
expect asan '[-c]
[x]
' -- --preset asan run -c x
export DYAD_PRESET=asan
expect asan '' -- run
unset DYAD_PRESET

# test_wrong_calls_are_2_and_say_why
for call in '' 'nonsense' 'run --preset nonsense' 'run --preset' 'test nonsense' 'help nonsense' \
    'clean nonsense' 'image nonsense' 'image --size' 'image --preset tsan' 'run --uefi'; do
    status=0
    # shellcheck disable=SC2086 # words
    ./dyad $call >got 2>error || status=$?
    [ $status = 2 ] && [ -s error ] && [ ! -s got ] || fail "status $status for: $call"
done

# test_help_exists_for_every_command
for command in run test bench debug build image format clean setup; do
    ./dyad help $command | grep -q "^usage: ./dyad $command" || fail "help $command"
    ./dyad $command --help | grep -q "^usage: ./dyad $command" || fail "$command --help"
    ./dyad --help | grep -q "^  $command " || fail "$command is not in --help"
done

# test_changed_source_is_noticed
touch -d '+1 second' core
mkdir bin
printf '#!/bin/sh\nexit 1\n' >bin/cmake
chmod +x bin/cmake
mkdir -p build/release
cp bin/cmake tools/pkg
status=0
PATH=$PWD/bin:$PATH ./dyad run >got 2>error || status=$?
[ $status = 125 ] && [ ! -s got ] || fail "status $status from a failing build"
