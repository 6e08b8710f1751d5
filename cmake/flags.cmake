# Every compiler and linker flag of the project, on interface targets; no global flags.
#
#   dyad_warnings   for all C of ours
#   dyad_preset     optimisation and sanitizers of the preset; host code only
#   host_flags      Linux programs: gnu17, pthread, preset
#   core_flags      the portable kernel core, host body: no system header can be included
#   user_flags      programs that run inside Dyad; the same in every preset

execute_process(COMMAND ${CMAKE_C_COMPILER} --print-resource-dir
                OUTPUT_VARIABLE DYAD_CLANG_RESOURCE OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
set(DYAD_BUILTINS ${DYAD_CLANG_RESOURCE}/lib/linux/libclang_rt.builtins-x86_64.a)
if(NOT EXISTS ${DYAD_BUILTINS})
    message(FATAL_ERROR "${DYAD_BUILTINS} is missing: apt-get install libclang-rt-19-dev")
endif()
find_program(DYAD_LLD ld.lld-19 REQUIRED)
find_program(DYAD_STRIP llvm-strip-19 REQUIRED)

add_library(dyad_warnings INTERFACE)
target_compile_options(dyad_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Werror -Wthread-safety -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith -Wimplicit-fallthrough
    -Wformat=2 -Wno-unused-parameter>)

# Paths in __FILE__ are relative to the repository, so that a build does not depend on where it is.
set(DYAD_REPRODUCIBLE -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=
                      -fdebug-compilation-dir=${CMAKE_SOURCE_DIR})

add_library(dyad_preset INTERFACE)
target_compile_options(dyad_preset INTERFACE -g -fno-omit-frame-pointer ${DYAD_REPRODUCIBLE})
if(DYAD_PRESET STREQUAL release)
    target_compile_options(dyad_preset INTERFACE -O2)
else()
    target_compile_options(dyad_preset INTERFACE -O1)
    target_compile_definitions(dyad_preset INTERFACE DYAD_DEBUG=1)
endif()
set(dyad_instrument_debug "")
set(dyad_instrument_release "")
set(dyad_instrument_asan -fsanitize=address,undefined -fno-sanitize-recover=all)
set(dyad_instrument_tsan -fsanitize=thread)
set(dyad_instrument_coverage -fprofile-instr-generate -fcoverage-mapping)
if(NOT DEFINED dyad_instrument_${DYAD_PRESET})
    message(FATAL_ERROR "unknown DYAD_PRESET '${DYAD_PRESET}'")
endif()
target_compile_options(dyad_preset INTERFACE ${dyad_instrument_${DYAD_PRESET}})
target_link_options(dyad_preset INTERFACE ${dyad_instrument_${DYAD_PRESET}})

add_library(host_flags INTERFACE)
target_compile_options(host_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-std=gnu17> -pthread)
target_compile_definitions(host_flags INTERFACE _GNU_SOURCE=1)
target_include_directories(host_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/arch/include)
target_link_options(host_flags INTERFACE -pthread -fuse-ld=lld)
target_link_libraries(host_flags INTERFACE dyad_preset)

# -nostdlibinc leaves only the compiler's own headers (stdint.h, stddef.h, stdatomic.h ...).
# Not -ffreestanding: that would also stop the compiler from expanding memcpy in place.
add_library(core_flags INTERFACE)
target_compile_options(core_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-std=gnu17> -nostdlibinc)
target_include_directories(core_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/arch/include)
target_link_libraries(core_flags INTERFACE dyad_preset)

# dyad-cc is generated from the same three lists, so that the SDK and the tree build alike.
set(DYAD_USER_TARGET --target=x86_64-unknown-none-elf -D__dyad__=1 -D__unix__=1 -D__unix=1)
set(DYAD_USER_CODEGEN -fno-pic -fno-pie -mcmodel=small -ftls-model=local-exec -fno-stack-protector
                      -fno-asynchronous-unwind-tables -fno-unwind-tables
                      -ffunction-sections -fdata-sections)
set(DYAD_USER_LINK -m elf_x86_64 -static -nostdlib --no-dynamic-linker --image-base=0x400000
                   -z noexecstack -z separate-code -z norelro --gc-sections --build-id=none
                   --fatal-warnings)

add_library(user_flags INTERFACE)
target_compile_options(user_flags INTERFACE
    ${DYAD_USER_TARGET} ${DYAD_USER_CODEGEN} -O2 -g ${DYAD_REPRODUCIBLE}
    $<$<COMPILE_LANGUAGE:C>:-std=gnu17> -nostdinc
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/libc/include"
    "SHELL:-isystem ${DYAD_CLANG_RESOURCE}/include")
target_compile_definitions(user_flags INTERFACE _GNU_SOURCE=1)    # as for host_flags
target_include_directories(user_flags INTERFACE ${CMAKE_SOURCE_DIR})
