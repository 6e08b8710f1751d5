# dyad_package(NAME): one port, built by tools/pkg from packages/NAME/recipe.toml into the image.
#
# CMake reads only `depends`, [install] (ELF files), [data] (other files), [trees] and [links] of the recipe; the
# rest is tools/pkg's. A package in the image must stand after those it depends on. The build never uses
# the network: `./dyad` (or tools/pkg fetch NAME) gets the sources before, so that a build is
# repeatable without a network and a failing download is reported as such.

# Collect the lines 'key = "value"' of one section of a recipe as the list key;value;key;value.
function(dyad_recipe_section recipe section out)
    file(STRINGS ${recipe} lines)
    set(inside FALSE)
    set(pairs "")
    foreach(line IN LISTS lines)
        if(line MATCHES "^\\[(.*)\\]$")
            string(COMPARE EQUAL "${CMAKE_MATCH_1}" "${section}" inside)
        elseif(inside AND line MATCHES "^\"?([^\" =]+)\"? *= *\"([^\"]*)\"")
            list(APPEND pairs "${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
        endif()
    endforeach()
    set(${out} "${pairs}" PARENT_SCOPE)
endfunction()

function(dyad_package name)
    set(folder ${CMAKE_SOURCE_DIR}/packages/${name})
    set(recipe ${folder}/recipe.toml)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe})
    get_property(sdk_files GLOBAL PROPERTY DYAD_SDK_FILES)
    set(stage ${CMAKE_BINARY_DIR}/packages/${name})

    dyad_recipe_section(${recipe} install install)
    dyad_recipe_section(${recipe} data data)
    set(outputs "")
    foreach(kind install data)
        while(${kind})
            list(POP_FRONT ${kind} path file)
            list(APPEND outputs ${stage}${path})
            list(APPEND ${kind}_paths ${path})
        endwhile()
    endforeach()
    dyad_recipe_section(${recipe} trees trees)
    while(trees)
        list(POP_FRONT trees path file)
        list(APPEND outputs ${stage}${path}/.stamp)
        set_property(GLOBAL APPEND PROPERTY DYAD_IMAGE_FILES ${stage}${path}/.stamp)
        dyad_image_line("tree 644 ${path} ${stage}${path}")
    endwhile()
    file(GLOB own_files CONFIGURE_DEPENDS ${folder}/* ${folder}/patches/*)
    file(STRINGS ${recipe} depends REGEX "^depends *=")
    string(REGEX REPLACE "^depends *= *\"(.*)\"$" "\\1" depends "${depends}")
    separate_arguments(depends)
    list(TRANSFORM depends PREPEND package-)
    add_custom_command(OUTPUT ${outputs}
        COMMAND ${CMAKE_SOURCE_DIR}/tools/pkg build ${name} ${CMAKE_BINARY_DIR}/sdk ${stage}
                ${CMAKE_BINARY_DIR}/packages/${name}.d
        DEPENDS ${own_files} ${CMAKE_SOURCE_DIR}/tools/pkg ${sdk_files} ${depends}
        DEPFILE ${CMAKE_BINARY_DIR}/packages/${name}.d
        VERBATIM COMMENT "Building package ${name}")
    add_custom_target(package-${name} ALL DEPENDS ${outputs})
    foreach(path IN LISTS install_paths)
        if(NOT path MATCHES "\\.[ah]$")     # libraries and headers are for other packages
            dyad_image_elf(${stage}${path} ${path} 755)
        endif()
    endforeach()
    foreach(path IN LISTS data_paths)
        set_property(GLOBAL APPEND PROPERTY DYAD_IMAGE_FILES ${stage}${path})
        dyad_image_line("file 644 ${path} ${stage}${path}")
    endforeach()

    dyad_recipe_section(${recipe} links links)
    while(links)
        list(POP_FRONT links path target)
        dyad_image_line("link ${path} ${target}")
    endwhile()
endfunction()
