# The parsers of libc, from libc's own sources and with its own headers, instrumented, under names that begin with dy_: a target calls
# ours and the host's and compares. Memory and errno are the host's (libc/host.syms), files are what libc/system.c makes them.
if(NOT TARGET c_musl)
    return()
endif()

find_program(DYAD_OBJCOPY llvm-objcopy-19 REQUIRED)
get_property(libc_sources GLOBAL PROPERTY LIBC_SOURCES_PURE)
# What AddressSanitizer's own replace, or what no parser needs.
list(FILTER libc_sources EXCLUDE REGEX "^(malloc|setjmp)/")
list(FILTER libc_sources EXCLUDE REGEX "^string/(memchr|memcmp|memcpy|memmove|memset|strchr|strlen)\\.c$|^stdlib/abort\\.c$")
list(APPEND libc_sources net/getaddrinfo.c net/getnameinfo.c net/hosts.c net/netfile.c net/services.c users/getpwent.c users/group.c
     users/grouplist.c users/line_fields.c users/passwd.c misc/syslog.c
     # The walk from server to server, for fuzz_libc_path.
     clock/deadline.c fd/table.c gate/gate.S gate/verb.c path/handle_stat.c path/path_call.c path/path_open.c
     path/path_pair.c path/path_stat.c path/recover.c path/target.c)
list(TRANSFORM libc_sources PREPEND ${CMAKE_SOURCE_DIR}/libc/)
dyad_user_library(NAME libc_fuzz_plain SOURCES ${libc_sources})
# Arithmetic on long numbers: tracing each comparison takes most of the time and tells a mutator nothing.
set_source_files_properties(${CMAKE_SOURCE_DIR}/libc/fp/fp_decimal.c ${CMAKE_SOURCE_DIR}/libc/fp/fp_value.c ${CMAKE_SOURCE_DIR}/libc/fp/fp_scan.c
    PROPERTIES COMPILE_OPTIONS "-fno-sanitize-coverage=trace-cmp")
target_include_directories(libc_fuzz_plain PRIVATE ${CMAKE_SOURCE_DIR}/libc)
target_compile_options(libc_fuzz_plain PRIVATE -Wno-missing-prototypes)

set(musl_sources network/htonl.c network/htons.c network/ntohl.c
    network/ntohs.c network/in6addr_any.c network/in6addr_loopback.c network/inet_addr.c network/inet_aton.c network/inet_ntoa.c
    network/inet_ntop.c network/inet_pton.c misc/mntent.c fenv/x86_64/fenv.s)
set(musl ${CMAKE_BINARY_DIR}/libc/musl)
list(TRANSFORM musl_sources PREPEND ${musl}/src/)
set_source_files_properties(${musl_sources} PROPERTIES GENERATED TRUE)
add_library(libc_fuzz_musl STATIC EXCLUDE_FROM_ALL ${musl_sources})
add_dependencies(libc_fuzz_musl c_musl)
target_compile_options(libc_fuzz_musl PRIVATE $<TARGET_PROPERTY:user_flags,INTERFACE_COMPILE_OPTIONS>
    -w $<$<COMPILE_LANGUAGE:C>:-include ${CMAKE_SOURCE_DIR}/libc/musl/compat.h>)
target_include_directories(libc_fuzz_musl PRIVATE ${CMAKE_SOURCE_DIR}/libc/musl/include ${musl}/src/internal ${musl}/arch/generic)

target_compile_definitions(libc_fuzz_plain PRIVATE REGEX_STEPS_MAX=200000l) # a second, as slow as it is here

# The host's target in place of the bare one: the sanitizers need it. libc's headers and everything else stay.
set(libc_fuzz "")
foreach(part plain musl)
    set_target_properties(libc_fuzz_${part} PROPERTIES EXCLUDE_FROM_ALL ON)
    target_compile_options(libc_fuzz_${part} PRIVATE $<$<COMPILE_LANGUAGE:C>:--target=x86_64-linux-gnu -fPIE -O1 -fno-builtin
        -fno-omit-frame-pointer ${dyad_instrument_${DYAD_PRESET}} -fsanitize-address-use-after-return=never
        -Wno-unused-command-line-argument -Wno-format-nonliteral ${DYAD_FUZZ_COVERAGE}>)
    set(archive ${CMAKE_CURRENT_BINARY_DIR}/libc_fuzz_${part}.a)
    add_custom_command(OUTPUT ${archive}
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/libc/prefix.sh ${CMAKE_NM} ${DYAD_OBJCOPY} ${CMAKE_CURRENT_SOURCE_DIR}/libc/host.syms
                $<TARGET_FILE:libc_fuzz_${part}> ${archive}
        DEPENDS libc_fuzz_${part} libc/prefix.sh libc/host.syms VERBATIM COMMENT "Prefixing the C library for fuzz targets: ${part}")
    list(APPEND libc_fuzz ${archive})
endforeach()
add_custom_target(libc_fuzz_files DEPENDS ${libc_fuzz})

# libc_fuzz_target(NAME...): targets fuzz_libc_NAME.c.
function(libc_fuzz_target)
    foreach(name ${ARGN})
        fuzz_target(libc_${name} SOURCES libc/fuzz_libc.c libc/system.c LIBS ${libc_fuzz} ${libc_fuzz} m)
        add_dependencies(fuzz-libc_${name} libc_fuzz_files)
        target_compile_options(fuzz-libc_${name} PRIVATE -fno-builtin -Wno-missing-prototypes -Wno-format -Wno-format-nonliteral
                               -Wno-format-security -Wno-deprecated-declarations)
    endforeach()
endfunction()
libc_fuzz_target(printf scanf number regex multibyte time match net text path)
# The mock's gate answers system calls; its address stands in a word that libc keeps as a number.
target_sources(fuzz-libc_path PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/libc/mock_kernel.c)
