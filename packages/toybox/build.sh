#!/bin/sh
# Builds toybox with the commands that packages/toybox/commands lists. Its build works in its source folder.
[ -d src ] || cp -R "$SRC" src
cd src
{
    for command in $(cat "$RECIPE/commands"); do
        echo "CONFIG_$(echo "$command" | tr a-z A-Z)=y"
    done
    # Without zlib, its gzip only stores. NORECURSE: `timeout grep` is the grep in PATH, not always toybox's.
    printf 'CONFIG_%s=y\n' TOYBOX_FLOAT TOYBOX_HELP TOYBOX_HELP_DASHDASH TOYBOX_LIBZ TOYBOX_NORECURSE
} >commands.config
[ -e .config ] || make allnoconfig KCONFIG_ALLCONFIG=commands.config HOSTCC="$HOSTCC"
# toybox looks for its compiler by name, and calls the pending commands unfinished on every build.
make toybox CC=dyad-cc STRIP=dyad-strip HOSTCC="$HOSTCC" CFLAGS="$CFLAGS $CPPFLAGS" LDFLAGS="$LDFLAGS"
