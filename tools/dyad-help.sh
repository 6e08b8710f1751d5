# dyad-help.sh: the texts of ./dyad help; read by ./dyad.
# shellcheck shell=sh

help_main()
{
    cat <<'END'
usage: ./dyad COMMAND [--preset PRESET] [ARGUMENTS]

  run      build if needed, boot Dyad as a Linux program, and give a shell or run a command
  test     build and run the tests
  bench    run the benchmarks
  fuzz     feed the kernel and the servers with made-up input until something breaks
  debug    run Dyad under gdb
  build    build everything, or the named targets
  image    write a disk image that UEFI machines boot
  pkg      build ports that the default image does not hold: lua, sqlite3, zlib ...
  format   lay out the C files with clang-format
  tidy     look for mistakes in core/, arch/ and servers/ with clang-tidy
  clean    remove what was built
  setup    install the Debian packages that building and testing need
  help     explain a command: ./dyad help run

Presets: release (what run uses), debug, asan, tsan, fuzz, coverage; or set DYAD_PRESET.
Exit status: the command's own; 2 for a wrong call or missing packages, 125 if Dyad cannot be
built or started.

  ./dyad run -c 'echo hello | tr a-z A-Z'
  ./dyad test
END
}

help_run()
{
    cat <<'END'
usage: ./dyad run [--preset PRESET] [--qemu] [OPTIONS] [-c CMD | SCRIPT [ARGS...]]

Boots Dyad as a Linux program, or with --qemu the native kernel in QEMU. Without CMD or SCRIPT it is an interactive shell. With them the output
is the command's alone, and the exit status is the command's (123: it has asked for a reboot; an interactive session just restarts).

  -c CMD          run sh -c CMD inside Dyad
  --cores N       cores of the machine
  --mem SIZE      memory, such as 256M
  --add PATH      copy a file or folder of this machine to /host; may be repeated
  --with NAMES    build these packages and run an image that holds them as well (./dyad pkg list)
  -v              kernel and boot messages on stderr
  --seed N        one core in virtual time: the run is the same each time, another N gives another interleaving
  --record FILE   the same, and what comes from outside is kept in FILE
  --replay FILE   what was recorded, again; takes no command. docs/replay.md has more
  --preset P      run the build of another preset: debug, asan, tsan

  With --qemu also:
  --gdb           wait for gdb on port 1234; says how to start it
  --icount        one instruction takes one nanosecond; nothing else makes time pass
  --cpu MODEL     QEMU's -cpu (max)
  --append ARGS   boot arguments for the kernel (arch/x86_64/options.h)
  --uefi          boot by UEFI firmware (OVMF) from a disk, as a real machine does; docs/uefi.md

  ./dyad run
  ./dyad run -c 'ls /; exit 3'; echo $?
  ./dyad run --cores 4 --add ./data -c 'sort /host/data/x' >sorted
  ./dyad run script.sh one two
END
}

help_test()
{
    cat <<'END'
usage: ./dyad test [--preset PRESET] [SUITE] [CTEST OPTIONS]

  (none)   the quick tests: sim, arch, user and boot in release; unit, arch and user under
           ASan+UBSan; smp under TSan
  unit     the core, the C library and servers, linked into host programs, and the fuzz targets for
           three seconds each: asan
  sim      the core on simulated cores, one interleaving a seed: release
  arch     the contract tests of the boundary: asan, tsan
  user     guest programs, one a question, with 1, 2 and 4 cores: release
  boot     whole sessions, on the hosted body and in QEMU: release
  smp      the concurrency part of unit, arch and user: release, asan, tsan
  long     user and boot with 1, 2, 4 and 8 cores, and smp 20 times in a row: release, asan, tsan
  mutants  are seeded bugs found? Each of tests/mutants/*.patch in a copy of the tree, by sim, unit and
           guest programs; or only those named, with --jobs N, --seconds N (60) a mutant
  coverage branch coverage of core/ by unit, sim, user and boot; what is missing, by reason
  all      all of the above, and unit, arch, user and boot in debug as well

With --preset, a suite runs in that preset only. CTEST OPTIONS are such as -R NAME or -V.

  ./dyad test unit -R ipc
  ./dyad test --preset tsan boot
  ./dyad test mutants --jobs 2
END
}

help_bench()
{
    cat <<'END'
usage: ./dyad bench [--preset PRESET] [ROW...]

Prints one table: what the operations of a Unix cost inside Dyad with one and two cores, and on this
machine in the same run; how long the boot takes and what memory the machine uses. With ROWs, as they
are named in the table, only those. docs/performance.md explains the figures.
END
}

help_fuzz()
{
    cat <<'END'
usage: ./dyad fuzz [TARGET...] [--minutes N] [--jobs N] [--coverage] [--list]

Runs the fuzz targets (all of them, or the named ones) with AddressSanitizer and UBSan, and shows runs a second, edges
covered, inputs kept and findings. Inputs that cover something new are kept in build/fuzz-work/TARGET/corpus for the
next time; what breaks something is in build/fuzz-work/TARGET/findings, with the command that replays it.

  --minutes N   how long each target runs (1; 0.5 is half a minute)
  --jobs N      how many processes at a time (1); with one target they share its corpus
  --coverage    no fuzzing: an HTML report of what the corpora cover, build/coverage/fuzz-report/index.html
  --list        the targets

Exit status: 0 no finding, 1 a finding, 2 a wrong call, 125 the targets cannot be built. docs/testing.md has more.

  ./dyad fuzz                           each target for a minute
  ./dyad fuzz ipc --minutes 60 --jobs 2
  ./dyad fuzz --coverage
  build/fuzz/fuzz/fuzz_ipc build/fuzz-work/ipc/findings/crash-...      replay; FUZZ_PRINT=1 says it in words
END
}

help_debug()
{
    cat <<'END'
usage: ./dyad debug [--preset PRESET] [--guest PROGRAM] [RUN OPTIONS]

Runs Dyad under gdb, in the debug preset. With --guest it goes on until PROGRAM is executed inside
Dyad and stops in its main, with its symbols. In gdb there are dyad-guest, dyad-ps and dyad-attach.
DYAD_GDB has further arguments for gdb. See docs/debugging.md.

  ./dyad debug -c 'ls /'
  ./dyad debug --guest ls -c 'ls /'
END
}

help_build()
{
    cat <<'END'
usage: ./dyad build [--preset PRESET] [TARGET...]

Builds everything (release unless --preset says otherwise), or the named Ninja targets, such as
dyad_hosted, initfs, sdk or package-dash. build/sdk points to the SDK that was built last.

  ./dyad build
  ./dyad build sdk && build/sdk/bin/dyad-cc hello.c -o hello
END
}

help_pkg()
{
    cat <<'END'
usage: ./dyad pkg [--preset PRESET] COMMAND [NAME...]

  list            the packages there are; * marks those in the image (image/filesystem.toml)
  fetch NAME...   get the sources of packages and of those they need
  build NAME...   build packages, and first those they need, into build/PRESET/packages/NAME
  test  NAME...   build packages and run their tests (packages/NAME/test.sh) inside Dyad

A package is a recipe, packages/NAME/recipe.toml: docs/packages.md. Sources come from Debian (checked by SHA-256) or, without a network,
from the folder that DYAD_SOURCES names. What was built is kept in build/cache and built again when its recipe, the headers or the names
in libc change; logs are build/cache/pkg/NAME/log. DYAD_JOBS=N: at most N packages at a time (2). DYAD_BODY=qemu: tests on the native body.

  ./dyad pkg build lua
  ./dyad pkg test zlib bzip2 lua
  ./dyad run --with "bash nano"
  ./dyad run --with "tcc make" -c 'echo "int main(void) { return 3; }" >x.c; make CC=cc x; ./x'; echo $?
END
}

help_image()
{
    cat <<'END'
usage: ./dyad image [--preset PRESET] [--output FILE] [--size SIZE] [--conf FILE]

Writes a disk image (build/disk.img) that UEFI machines boot, with Secure Boot off: copy it to a USB stick
with dd, or give it to a virtual machine. Needs no root; the same build gives the same bytes.

  --output FILE   where to write it
  --size SIZE     size of the disk, such as 128M or 1G (64M, or what the files need)
  --conf FILE     the loader's configuration instead of image/boot.conf: boot arguments, cores, log level

  ./dyad image
  sudo dd if=build/disk.img of=/dev/sdX bs=4M conv=fsync    # everything on sdX is lost
END
}

help_clean()
{
    cat <<'END'
usage: ./dyad clean [--all]

Removes build/, but keeps fetched sources and built packages (build/cache); --all removes them too.
END
}

help_format()
{
    cat <<'END'
usage: ./dyad format [--check] [FILE...]

Lays out all C files of the repository, or the named ones, as .clang-format says. With --check nothing
is changed, and the exit status is 1 if a file would be.
END
}

help_tidy()
{
    cat <<'END'
usage: ./dyad tidy [FILE...]

Runs clang-tidy as .clang-tidy says over the C files of core/, arch/ and servers/, or the named ones (relative
to the repository). The exit status is 1 if there is a warning. What passed is not looked at again until it
or a header changes.
END
}

help_setup()
{
    cat <<'END'
usage: ./dyad setup

Installs the Debian packages that building, testing and formatting need, with apt-get, as root or with
sudo where that asks for no password; otherwise names them. Other commands do this for themselves.
END
}
