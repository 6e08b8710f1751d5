# build/<preset>/sdk: the sysroot and the compiler wrapper for everything that is built for Dyad.
#
# Headers are symbolic links into the tree, so they are never stale; the libraries are copies.
# DYAD_SDK_FILES is what a user of the SDK depends on.
set(sdk ${CMAKE_BINARY_DIR}/sdk)
file(MAKE_DIRECTORY ${sdk}/bin ${sdk}/lib ${sdk}/dyad ${sdk}/share)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/libc/include ${sdk}/include SYMBOLIC)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/abi ${sdk}/dyad/abi SYMBOLIC)

list(JOIN DYAD_USER_TARGET " " SDK_TARGET)
list(JOIN DYAD_USER_CODEGEN " " SDK_CODEGEN)
list(JOIN DYAD_USER_LINK " " SDK_LINK)
set(executable OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
               WORLD_READ WORLD_EXECUTE)
configure_file(${CMAKE_SOURCE_DIR}/tools/sdk/dyad-cc.in ${sdk}/bin/dyad-cc @ONLY
               FILE_PERMISSIONS ${executable})
foreach(tool ar ranlib strip nm objcopy objdump readelf size)
    set(TOOL ${tool})
    configure_file(${CMAKE_SOURCE_DIR}/tools/sdk/dyad-tool.in ${sdk}/bin/dyad-${tool} @ONLY
                   FILE_PERMISSIONS ${executable})
endforeach()
configure_file(${CMAKE_SOURCE_DIR}/tools/sdk/config.site ${sdk}/share/config.site COPYONLY)

# Programs ask for these by habit; all of it is in libc.a.
foreach(lib m pthread rt dl util crypt resolv)
    if(NOT EXISTS ${sdk}/lib/lib${lib}.a)
        file(WRITE ${sdk}/lib/lib${lib}.a "!<arch>\n")
    endif()
endforeach()

add_custom_command(OUTPUT ${sdk}/lib/libc.a
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:c> ${sdk}/lib/libc.a
    DEPENDS c VERBATIM COMMENT "SDK: libc.a")
add_custom_command(OUTPUT ${sdk}/lib/crt0.o
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_OBJECTS:crt0> ${sdk}/lib/crt0.o
    DEPENDS $<TARGET_OBJECTS:crt0> VERBATIM COMMENT "SDK: crt0.o")
add_custom_command(OUTPUT ${sdk}/lib/libbuiltins.a
    COMMAND ${CMAKE_COMMAND} -E copy ${DYAD_BUILTINS} ${sdk}/lib/libbuiltins.a
    DEPENDS ${DYAD_BUILTINS} VERBATIM COMMENT "SDK: libbuiltins.a")
set(files ${sdk}/lib/libc.a ${sdk}/lib/crt0.o ${sdk}/lib/libbuiltins.a)
add_custom_target(sdk ALL DEPENDS ${files})
set_property(GLOBAL PROPERTY DYAD_SDK_FILES ${files} ${sdk}/bin/dyad-cc ${sdk}/share/config.site)
