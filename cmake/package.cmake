# dyad_package(NAME): one port, built by tools/pkg from packages/NAME/recipe.toml into the image.
#
# CMake reads only [install] and [links] of the recipe; the rest is tools/pkg's. The build never uses
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
    set(outputs "")
    while(install)
        list(POP_FRONT install path file)
        list(APPEND outputs ${stage}${path})
        list(APPEND paths ${path})
    endwhile()
    add_custom_command(OUTPUT ${outputs}
        COMMAND ${CMAKE_SOURCE_DIR}/tools/pkg build ${name} ${CMAKE_BINARY_DIR}/sdk ${stage}
                ${CMAKE_BINARY_DIR}/packages/${name}.d
        DEPENDS ${recipe} ${CMAKE_SOURCE_DIR}/tools/pkg ${sdk_files}
        DEPFILE ${CMAKE_BINARY_DIR}/packages/${name}.d
        VERBATIM COMMENT "Building package ${name}")
    add_custom_target(package-${name} ALL DEPENDS ${outputs})
    foreach(path elf IN ZIP_LISTS paths outputs)
        dyad_image_elf(${elf} ${path} 755)
    endforeach()

    dyad_recipe_section(${recipe} links links)
    while(links)
        list(POP_FRONT links path target)
        dyad_image_line("link ${path} ${target}")
    endwhile()
endfunction()
