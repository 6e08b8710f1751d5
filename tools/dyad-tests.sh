# dyad-tests.sh: ./dyad test and ./dyad fuzz; read by ./dyad, whose variables and functions it uses.
# shellcheck shell=sh disable=SC2154

# build_tests PRESET LABELS: the sanitizer presets run the guest programs of release (DYAD_GUEST_DIR).
build_tests()
{
    targets=
    for label in $(echo "$2" | tr '|' ' '); do targets="$targets tests-$label"; done
    case $1 in asan | tsan) [ "$2" = unit ] || build_if_needed release guest guest ;; esac
    # shellcheck disable=SC2086 # a list of targets
    build_if_needed "$1" "tests-$(echo "$2" | tr '|' -)" $targets
}

# run_tests PRESET LABELS [CTEST OPTIONS]
run_tests()
{
    test_preset=$1
    labels=$2
    shift 2
    build_tests "$test_preset" "$labels"
    jobs=$(nproc 2>/dev/null || echo 1)
    case $labels in
    bench) jobs=1 ;;
    *long*) ;;
    *) set -- -LE '^long$' "$@" ;;
    esac
    set -- -j "$jobs" -L "^($labels)\$" "$@"
    say "testing $labels in $test_preset"
    (cd "$root/build/$test_preset" && ctest --output-on-failure --no-tests=ignore "$@") || failed=yes
}

# run_long PRESET [CTEST OPTIONS]: every number of cores, then the concurrency part again and again.
run_long()
{
    long_preset=$1
    shift
    run_tests "$long_preset" 'arch|user|boot|long' "$@"
    run_tests "$long_preset" smp --repeat until-fail:20 "$@"
}

# Works in a copy of the tree; only the guest programs are this one's. A mutant goes by its name or file.
command_mutants()
{
    mutants=$root/tests/mutants
    options=
    # shellcheck disable=SC2086 # a list of pairs
    require $needs_build
    while [ $# -gt 0 ]; do
        case $1 in
        --jobs | --seconds | --tree)
            [ $# -ge 2 ] || fail $EXIT_USAGE "$1 needs a value"
            options="$options $1 $2"
            shift 2 ;;
        -*) fail $EXIT_USAGE "test mutants takes --jobs N, --seconds N, --tree DIR and names of mutants" ;;
        *) break ;;
        esac
    done
    for name in "$@"; do
        shift
        [ -f "$name" ] || name=$mutants/${name%.patch}.patch
        [ -f "$name" ] || fail $EXIT_USAGE "no mutant '$name'"
        set -- "$@" "$(readlink -f "$name")"
    done
    build_if_needed release guest guest
    # shellcheck disable=SC2086 # a list of options
    "$mutants/run.sh" $options "$@" || fail 1 "some mutants were not caught"
}

# The report is kept in build/coverage/branches.
command_coverage()
{
    build_if_needed release guest guest
    build coverage core dyad-sim dyad_hosted tests-unit
    covered=yes
    "$root/tests/coverage.sh" "$root/build/coverage" "$root/build/release" >"$root/build/coverage/branches" || covered=
    cat "$root/build/coverage/branches"
    [ -n "$covered" ] || fail 1 "some suites failed"
}

command_test()
{
    parse_common "$@"
    eval "set -- $words"
    suite=quick
    case ${1:-} in '' | -*) ;; *) suite=$1; shift ;; esac
    case $suite in
    mutants) command_mutants "$@"; return ;;
    coverage) command_coverage; return ;;
    quick) plan="release:sim|arch|user|boot asan:unit|arch|user tsan:smp" ;;
    unit) plan="asan:unit" ;;
    arch) plan="asan:arch tsan:arch" ;;
    sim | user | boot) plan="release:$suite" ;;
    smp | long) plan="release:$suite asan:$suite tsan:$suite" ;;
    all) plan="debug:unit|arch|user|boot asan:unit release:long asan:long tsan:long" ;;
    *) fail $EXIT_USAGE "no suite '$suite'; see ./dyad help test" ;;
    esac
    if [ -n "$preset" ]; then
        case $suite in
        quick) plan="$preset:unit|arch|user|boot" ;;
        all) plan="$preset:unit $preset:long" ;;
        *) plan="$preset:$suite" ;;
        esac
    fi
    # shellcheck disable=SC2086 # a list of pairs
    require $needs_test $needs_fuzz
    failed=
    for step in $plan; do
        case $step in
        *:long) run_long "${step%%:*}" "$@" ;;
        *) run_tests "${step%%:*}" "${step#*:}" "$@" ;;
        esac
    done
    [ -z "$failed" ] || fail 1 "some tests failed"
}

fuzz_targets()
{
    (cd "$root/tests/fuzz" && for file in fuzz_*.c; do
        name=${file#fuzz_}
        printf '%s ' "${name%.c}"
    done)
}

# The options of fuzz; sets minutes, jobs, coverage and targets.
parse_fuzz()
{
    minutes=1 jobs=1 coverage='' targets=''
    known=" $(fuzz_targets)"
    while [ $# -gt 0 ]; do
        case $1 in
        --minutes | --jobs)
            [ $# -ge 2 ] || fail $EXIT_USAGE "$1 needs a number"
            case $2 in '' | . | *[!0-9.]* | *.*.*) fail $EXIT_USAGE "$1 takes a number, not '$2'" ;; esac
            [ "$1" = --minutes ] || case $2 in 0 | *.*) fail $EXIT_USAGE "--jobs takes a whole number from 1 on" ;; esac
            if [ "$1" = --jobs ]; then jobs=$2; else minutes=$2; fi
            shift ;;
        --coverage) coverage=yes ;;
        --list) fuzz_targets | tr ' ' '\n'; exit 0 ;;
        -h | --help) help_fuzz; exit 0 ;;
        -*) fail $EXIT_USAGE "fuzz has no option '$1'; see ./dyad help fuzz" ;;
        *)
            case $known in *" $1 "*) ;; *) fail $EXIT_USAGE "no fuzz target '$1'; there are:$known" ;; esac
            targets="$targets $1" ;;
        esac
        shift
    done
    targets=${targets:-$known}
}

command_fuzz()
{
    parse_fuzz "$@"
    # shellcheck disable=SC2086 # a list of pairs
    require $needs_fuzz
    fuzz_preset=${coverage:+coverage}
    fuzz_preset=${fuzz_preset:-fuzz}
    ninja_targets=
    for target in $targets; do ninja_targets="$ninja_targets fuzz-$target"; done
    # shellcheck disable=SC2086 # a list of targets
    build_if_needed "$fuzz_preset" "fuzz$(echo "$targets" | tr ' ' -)" $ninja_targets
    build=$root/build/$fuzz_preset
    # shellcheck disable=SC2086 # a list of targets
    [ -z "$coverage" ] || exec sh "$root/tests/fuzz/coverage.sh" "$build" "$root/build/fuzz-work" $targets
    # shellcheck disable=SC2086 # a list of targets
    exec sh "$root/tests/fuzz/run.sh" "$build" "$root/build/fuzz-work" "$minutes" "$jobs" $targets
}
