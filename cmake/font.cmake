# dyad_uses_font(TARGET): TARGET's C files may include screen_font.h and console_font.h: the console font as C, made from the
# source package kbd (packages/kbd) by tools/mkfont.
#
# The font is eurlatgr: 8 by 16 pixels; Latin, Greek, box drawing. The kernel gets ASCII, the console's server all of it.
set(DYAD_FONT_FOLDER ${CMAKE_BINARY_DIR}/font)
set(DYAD_FONT_PSF ${DYAD_FONT_FOLDER}/kbd/data/consolefonts/eurlatgr.psfu)
add_custom_command(OUTPUT ${DYAD_FONT_PSF}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${DYAD_FONT_FOLDER}/kbd
    COMMAND ${CMAKE_SOURCE_DIR}/tools/pkg unpack kbd ${DYAD_FONT_FOLDER}/kbd
    COMMAND ${CMAKE_COMMAND} -E touch ${DYAD_FONT_PSF}
    DEPENDS ${CMAKE_SOURCE_DIR}/packages/kbd/recipe.toml VERBATIM COMMENT "Unpacking kbd, for the console font")
function(dyad_font_header name range)
    set(header ${DYAD_FONT_FOLDER}/${name}.h)
    add_custom_command(OUTPUT ${header}
        COMMAND sh -c "$<TARGET_FILE:mkfont> ${DYAD_FONT_PSF} ${name} ${range} >${header}.new && mv ${header}.new ${header}"
        DEPENDS mkfont ${DYAD_FONT_PSF} VERBATIM COMMENT "Converting the console font: ${name}.h")
endfunction()
dyad_font_header(screen_font "20 7e")
dyad_font_header(console_font "0 0 all")
add_custom_target(font DEPENDS ${DYAD_FONT_FOLDER}/screen_font.h ${DYAD_FONT_FOLDER}/console_font.h)

function(dyad_uses_font target)
    add_dependencies(${target} font)
    target_include_directories(${target} PRIVATE ${DYAD_FONT_FOLDER})
endfunction()
