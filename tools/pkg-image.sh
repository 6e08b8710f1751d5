# pkg-image.sh: several packages at once: building them, images that hold them, their tests; read by tools/pkg, whose
# variables and functions it uses. What stands here is not part of the key that decides whether a package is built again.
# shellcheck shell=sh disable=SC2154

# Wait for the builds that were started first, until $1 is none of those that run and fewer than $2 do.
settle()
{
    while :; do
        case " $running " in
        *" $1="*) ;;
        *)
            # shellcheck disable=SC2086 # a list
            set -- "$1" "$2" $running
            [ $(($# - 2)) -ge "$2" ] || return 0 ;;
        esac
        first=${running%% *}
        wait "${first#*=}" || failed="$failed ${first%%=*}"
        running=${running#"$first"}
        running=${running# }
    done
}

# make_packages BUILD NAME...: those they need first, at most DYAD_JOBS (2) at a time. Each one's log is build/cache/pkg/NAME/log.
make_packages()
{
    into=$1
    shift
    all=$(order "$@") || exit 1
    for name in $all; do fetch "$name"; done
    verbose=yes running='' failed=''
    for name in $all; do
        for needed in $(recipe_get "$name" depends); do settle "$needed" 99; done
        settle - "${DYAD_JOBS:-2}"
        [ -z "$failed" ] || break
        (build "$name" "$into/sdk" "$into/packages/$name" "$into/packages/$name.d") &
        running="${running:+$running }$name=$!"
    done
    settle - 1
    [ -z "$failed" ] || die "not built:$failed"
}

# What an image with package $2 holds, as lines for mkinitfs. Libraries and headers in [install] are for building other packages;
# ELF files are stripped below BUILD/packages/.image, as the other programs of the image are.
package_manifest()
{
    stage=$1/packages/$2 stripped=$1/packages/.image/$2
    recipe_section "$2" install | while read -r path file; do
        case $path in *.[ah]) continue ;; esac
        mkdir -p "$stripped$(dirname "$path")"
        llvm-strip-19 --strip-all -o "$stripped$path" "$stage$path" 2>/dev/null || cp "$stage$path" "$stripped$path"
        echo "file 755 $path $stripped$path"
    done
    recipe_section "$2" data | while read -r path file; do
        find "$stage$path" -type f | while read -r file; do echo "file 644 ${file#"$stage"} $file"; done
    done
    recipe_section "$2" trees | while read -r path file; do echo "tree 644 $path $stage$path"; done
    recipe_section "$2" links | while read -r path target; do echo "link $path $target"; done
}

# write_image BUILD OUT NAME...: of two files with one path the later package's is taken.
write_image()
{
    into=$1 out=$2
    shift 2
    mkdir -p "$into/packages/.image"
    list=$(mktemp "$into/packages/.image/XXXXXX")
    {
        sed 's/#.*//' "$root/image/initfs.manifest" "$into/image/programs.manifest"
        for name in $(order "$@"); do package_manifest "$into" "$name"; done
    } | awk '
        NF == 0 { next }
        { path = $1 == "link" ? $2 : $3; if ($1 == "tree") path = "tree " $3 }
        !(path in line) { paths[++count] = path }
        { line[path] = $0 }
        END { for (i = 1; i <= count; i++) print line[paths[i]] }' >"$list"
    "$into/tools/mkinitfs" -C "$root" -o "$list.cpio" "$list" || die "cannot write $out"
    mv "$list.cpio" "$out"
    rm -f "$list"
}

# A test is packages/NAME/test.sh, run by the shell that its first line names in an image with the package, what it depends on and what
# its recipe's `needs` names; the recipe's [tests] are in /host/tests, a file known-failures in /host. DYAD_BODY=qemu: the native body.
test_package()
{
    script=$root/packages/$2/test.sh
    [ -f "$script" ] || {
        echo "pkg: $2 has no test" >&2
        return 0
    }
    # shellcheck disable=SC2046 # a list of names
    make_packages "$1" "$2" $(recipe_get "$2" needs) || return 1
    image=$1/packages/.image/test-$2.cpio
    # shellcheck disable=SC2046
    write_image "$1" "$image" $(recipe_get "$2" needs) "$2" || return 1
    set -- "$1" "$2" --add "$script" --add "$root/packages/gnu-tests.sh"
    [ ! -d "$1/packages/$2/tests" ] || set -- "$@" --add "$1/packages/$2/tests"
    [ ! -f "$root/packages/$2/known-failures" ] || set -- "$@" --add "$root/packages/$2/known-failures"
    into=$1
    shift 2
    "$into/dyad-${DYAD_BODY:-hosted}" --initfs "$image" ${DYAD_CORES:+--cores "$DYAD_CORES"} --mem "${DYAD_MEM:-1G}" "$@" \
        -c "$(sed -n '1s|^#!||p' "$script") /host/test.sh" </dev/null
}

test_packages()
{
    into=$(cd "$1" && pwd)
    shift
    failed=
    for name in "$@"; do
        if (test_package "$into" "$name"); then
            echo "pkg: $name: passed" >&2
        else
            echo "pkg: $name: FAILED" >&2
            failed=yes
        fi
    done
    [ -z "$failed" ]
}
