#!/bin/sh
# Upstream's tests: programs that ask liblzma, files that are good or bad, there and back with every filter, xzdiff and xzgrep.
. /host/gnu-tests.sh
mkdir -p /tmp/xz/src/xz /tmp/xz/src/xzdec /tmp/xz/src/scripts
cp -R /host/tests/tests /host/tests/config.h /tmp/xz/
cp /host/tests/built/* /tmp/xz/tests/ 2>/dev/null
for name in xz/xz xzdec/xzdec scripts/xzdiff scripts/xzgrep; do ln -s "/bin/${name##*/}" /tmp/xz/src/$name; done
cd /tmp/xz/tests || exit 1
# shellcheck disable=SC2046 # a list of names
GNU_TOP=/tmp/xz gnu_tests /tmp/xz/tests '' \
    $(for name in check hardware stream_flags filter_flags block_header index index_hash bcj_exact_size memlimit lzip_decoder vli; do echo test_$name; done) \
    test_files.sh test_scripts.sh test_compress_prepared_bcj_sparc test_compress_prepared_bcj_x86 test_compress_generated_abc \
    test_compress_generated_random test_compress_generated_text
