# What a folder's CMakeLists.txt calls; list sources explicitly, paths relative to that folder.
#
#   dyad_core_library(NAME core SOURCES a.c b.c)
#       The portable core for the host body: a static library with the preset's sanitizers.
#   dyad_host_library(NAME server_host SOURCES a.c [LIBS ...])
#       A static library for Linux programs and tests.
#   dyad_host_program(NAME dyad_hosted SOURCES main.c LIBS core [OUTPUT dyad-hosted])
#       A Linux program; with OUTPUT it is build/<preset>/OUTPUT.
#   dyad_host_test(NAME test_ipc SOURCES test_ipc.c LIBS core [LABELS unit] [TIMEOUT 60] [ARGS ...])
#       A cmocka program and its entry in ctest. LABELS: unit (default), arch, boot, bench; in addition smp
#       for the concurrency part, which also runs under TSan, and long for what ./dyad test leaves out.
#   dyad_test(NAME boot_shell COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/x.sh LABELS boot [TIMEOUT 60] [DEPENDS target])
#       Any other test. It finds DYAD_HOSTED, DYAD_INITFS, DYAD_USER, DYAD_SDK, DYAD_SOURCE in its environment.
#       Tests of all suites but unit may run Dyad itself; what else a test needs to be built is in DEPENDS.
#   dyad_user_library(NAME c SOURCES ...)         a static library that runs inside Dyad
#   dyad_user_object(NAME crt0 SOURCES crt0.S)    one object file, for start-up code
#   dyad_user_program(NAME ls SOURCES ls.c [LIBS server_lib] [INSTALL /bin/ls] [MODE 755] [LINKS /bin/dir])
#       A static ELF of Dyad, linked with crt0 and c. INSTALL puts it into the image, stripped;
#       build/<preset>/user/NAME keeps the symbols for gdb. LINKS are symbolic links to INSTALL.
#       Its objects are the target NAME, for target_compile_definitions and the like;
#       `ninja NAME.elf` links it. Libraries go into LIBS, not into target_link_libraries.
#
# `ninja tests-LABEL` builds all that the tests with that label need. Programs that run inside Dyad are the same in every
# preset, so the sanitizer presets take them from DYAD_GUEST_DIR, the release build, instead of building them again.
#
# Extra flags of one target: target_compile_options(NAME PRIVATE ...), as always.

# Give a target the flags of interface targets, before its own: by linking with them they would come
# after, and an owner's -Wno-... would have no effect.
function(dyad_flags target)
    foreach(flags ${ARGN})
        target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:${flags},INTERFACE_COMPILE_OPTIONS>)
        target_compile_definitions(${target} PRIVATE
            $<TARGET_PROPERTY:${flags},INTERFACE_COMPILE_DEFINITIONS>)
        target_include_directories(${target} PRIVATE
            $<TARGET_PROPERTY:${flags},INTERFACE_INCLUDE_DIRECTORIES>)
        target_link_options(${target} PRIVATE $<TARGET_PROPERTY:${flags},INTERFACE_LINK_OPTIONS>)
    endforeach()
endfunction()

function(dyad_core_library)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME" "SOURCES;LIBS")
    add_library(${A_NAME} STATIC ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings core_flags)
    target_link_libraries(${A_NAME} PUBLIC ${A_LIBS})
endfunction()

function(dyad_host_library)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME" "SOURCES;LIBS")
    add_library(${A_NAME} STATIC EXCLUDE_FROM_ALL ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings host_flags)
    target_link_libraries(${A_NAME} PUBLIC ${A_LIBS})
endfunction()

function(dyad_host_program)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME;OUTPUT" "SOURCES;LIBS")
    add_executable(${A_NAME} ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings host_flags)
    target_link_libraries(${A_NAME} PRIVATE ${A_LIBS})
    if(A_OUTPUT)
        set_target_properties(${A_NAME} PROPERTIES
            OUTPUT_NAME ${A_OUTPUT} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
    endif()
endfunction()

set(DYAD_GUEST_DIR ${CMAKE_BINARY_DIR} CACHE PATH "The build whose image and guest programs the tests run")
cmake_path(COMPARE "${DYAD_GUEST_DIR}" EQUAL "${CMAKE_BINARY_DIR}" DYAD_GUEST_IS_OWN)
add_custom_target(guest COMMENT "The image, the SDK and all programs that run inside Dyad")

set(DYAD_TEST_ENVIRONMENT
    DYAD_PRESET=${DYAD_PRESET} DYAD_SOURCE=${CMAKE_SOURCE_DIR} DYAD_SDK=${DYAD_GUEST_DIR}/sdk
    DYAD_HOSTED=${CMAKE_BINARY_DIR}/dyad-hosted DYAD_QEMU=${CMAKE_BINARY_DIR}/dyad-qemu DYAD_INITFS=${DYAD_GUEST_DIR}/initfs.cpio DYAD_USER=${DYAD_GUEST_DIR}/user
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    UBSAN_OPTIONS=print_stacktrace=1
    TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
    LLVM_PROFILE_FILE=${CMAKE_BINARY_DIR}/profile/%m-%p.profraw)

# Make tests-LABEL, for each label, build the targets in ARGN and, where Dyad may be run, Dyad.
function(dyad_tests_need labels)
    foreach(label ${labels})
        if(NOT TARGET tests-${label})
            add_custom_target(tests-${label})
            if(NOT label STREQUAL "unit")
                add_dependencies(tests-${label} dyad_hosted)
            endif()
            if(NOT label STREQUAL "unit" AND DYAD_GUEST_IS_OWN)
                add_dependencies(tests-${label} guest)
            endif()
        endif()
        if(ARGN)
            add_dependencies(tests-${label} ${ARGN})
        endif()
    endforeach()
endfunction()

function(dyad_test)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME;TIMEOUT" "COMMAND;LABELS;DEPENDS")
    dyad_tests_need("${A_LABELS}" ${A_DEPENDS})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 60)
    endif()
    add_test(NAME ${A_NAME} COMMAND ${A_COMMAND})
    set_tests_properties(${A_NAME} PROPERTIES LABELS "${A_LABELS}" TIMEOUT ${A_TIMEOUT}
        SKIP_RETURN_CODE 77 ENVIRONMENT "${DYAD_TEST_ENVIRONMENT}")
endfunction()

function(dyad_host_test)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME;TIMEOUT" "SOURCES;LIBS;LABELS;ARGS")
    if(NOT A_LABELS)
        set(A_LABELS unit)
    endif()
    find_library(CMOCKA_LIBRARY cmocka REQUIRED)
    dyad_host_program(NAME ${A_NAME} SOURCES ${A_SOURCES} LIBS ${A_LIBS} ${CMOCKA_LIBRARY})
    dyad_test(NAME ${A_NAME} COMMAND ${A_NAME} ${A_ARGS} LABELS ${A_LABELS} TIMEOUT ${A_TIMEOUT} DEPENDS ${A_NAME})
endfunction()

function(dyad_user_library)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME" "SOURCES;LIBS")
    add_library(${A_NAME} STATIC ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings user_flags)
    target_link_libraries(${A_NAME} PUBLIC ${A_LIBS})
endfunction()

function(dyad_user_object)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME" "SOURCES")
    add_library(${A_NAME} OBJECT ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings user_flags)
endfunction()

# ld.lld is called directly: for a bare ELF target the clang driver would hand over to the host's gcc.
function(dyad_user_program)
    cmake_parse_arguments(PARSE_ARGV 0 A "" "NAME;INSTALL;MODE" "SOURCES;LIBS;LINKS")
    if(NOT A_MODE)
        set(A_MODE 755)
    endif()
    add_library(${A_NAME} OBJECT ${A_SOURCES})
    dyad_flags(${A_NAME} dyad_warnings user_flags)
    target_link_libraries(${A_NAME} PRIVATE ${A_LIBS})
    set(lib_files "")
    foreach(lib ${A_LIBS} c)
        list(APPEND lib_files $<TARGET_FILE:${lib}>)
    endforeach()
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/user)
    set(elf ${CMAKE_BINARY_DIR}/user/${A_NAME})
    set(objects $<TARGET_OBJECTS:crt0> $<TARGET_OBJECTS:${A_NAME}>)
    add_custom_command(OUTPUT ${elf}
        COMMAND ${DYAD_LLD} ${DYAD_USER_LINK} -o ${elf} ${objects} ${lib_files} ${DYAD_BUILTINS}
        DEPENDS ${objects} ${lib_files} ${A_LIBS} c
        COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking Dyad program ${A_NAME}")
    add_custom_target(${A_NAME}.elf ALL DEPENDS ${elf})
    add_dependencies(guest ${A_NAME}.elf)
    if(A_INSTALL)
        dyad_image_elf(${elf} ${A_INSTALL} ${A_MODE})
        foreach(link ${A_LINKS})
            dyad_image_line("link ${link} ${A_INSTALL}")
        endforeach()
    endif()
endfunction()

# The image's contents are gathered here and written by dyad_image() in image/CMakeLists.txt.
function(dyad_image_line line)
    set_property(GLOBAL APPEND PROPERTY DYAD_IMAGE_LINES "${line}")
endfunction()

# Put the ELF file `elf` into the image at `path`, without its debug information.
function(dyad_image_elf elf path mode)
    set(stripped ${CMAKE_BINARY_DIR}/image${path})
    cmake_path(GET stripped PARENT_PATH folder)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${stripped}
        COMMAND ${DYAD_STRIP} --strip-all -o ${stripped} ${elf}
        DEPENDS ${elf} VERBATIM COMMENT "Stripping ${path}")
    string(MAKE_C_IDENTIFIER "image${path}" target)     # a target makes CMake emit the rule
    add_custom_target(${target} ALL DEPENDS ${stripped})
    set_property(GLOBAL APPEND PROPERTY DYAD_IMAGE_FILES ${stripped})
    dyad_image_line("file ${mode} ${path} ${stripped}")
endfunction()

# Write initfs.cpio from the static manifest and all that was gathered; target `initfs`.
function(dyad_image manifest)
    get_property(lines GLOBAL PROPERTY DYAD_IMAGE_LINES)
    get_property(files GLOBAL PROPERTY DYAD_IMAGE_FILES)
    list(JOIN lines "\n" text)
    set(programs ${CMAKE_BINARY_DIR}/image/programs.manifest)
    file(GENERATE OUTPUT ${programs} CONTENT "${text}\n")
    set(out ${CMAKE_BINARY_DIR}/initfs.cpio)
    add_custom_command(OUTPUT ${out}
        COMMAND mkinitfs -C ${CMAKE_SOURCE_DIR} -MF ${out}.d -o ${out} ${manifest} ${programs}
        DEPENDS mkinitfs ${manifest} ${programs} ${files} DEPFILE ${out}.d
        VERBATIM COMMENT "Writing initfs.cpio")
    add_custom_target(initfs ALL DEPENDS ${out})
    add_dependencies(guest initfs sdk)
    if(DYAD_GUEST_IS_OWN)
        dyad_test(NAME image_elf_files COMMAND check-elf ${out} LABELS user DEPENDS check-elf)
    endif()
endfunction()
