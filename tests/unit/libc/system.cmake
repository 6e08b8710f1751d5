# The system part of libc against a kernel that the test plays (mock_gate). Only functions with raw results can run here:
# errno and everything else behind FS belongs to the host's C library.
set(system_sources
    clock/deadline.c fd/start.c fd/table.c fd/transfer.c gate/gate.S gate/verb.c memory/pages.c
    path/handle_stat.c path/path_call.c path/path_open.c path/path_pair.c path/path_stat.c path/recover.c path/target.c
    process/elf_image.c process/image_load.c process/limits.c process/program_open.c process/script.c process/stack_image.c start/auxv.c
    string/memchr.c string/memcmp.c string/memcpy.c string/memmove.c string/memrchr.c string/memset.c string/strlen.c string/strnlen.c
    string/strrchr.c)
list(TRANSFORM system_sources PREPEND ${CMAKE_SOURCE_DIR}/libc/)
dyad_user_library(NAME libc_system_plain SOURCES ${system_sources})
target_include_directories(libc_system_plain PRIVATE ${CMAKE_SOURCE_DIR}/libc)
target_compile_options(libc_system_plain PRIVATE $<$<COMPILE_LANGUAGE:C>:-fno-builtin>)

set(libc_system ${CMAKE_CURRENT_BINARY_DIR}/libc_system.a)
add_custom_command(OUTPUT ${libc_system}
    COMMAND ${DYAD_OBJCOPY} --prefix-symbols=dy_ $<TARGET_FILE:libc_system_plain> ${libc_system}
    DEPENDS libc_system_plain VERBATIM COMMENT "Prefixing the C library's system part for host tests")
add_custom_target(libc_system_file DEPENDS ${libc_system})
add_library(libc_system INTERFACE)
add_dependencies(libc_system libc_system_file)
target_link_libraries(libc_system INTERFACE ${libc_system})
target_link_options(libc_system INTERFACE -no-pie)
target_compile_options(libc_system INTERFACE -fno-pie)

foreach(test exec path)
    dyad_host_test(NAME test_libc_${test} SOURCES test_system_${test}.c mock_kernel.c LIBS libc_system)
endforeach()
