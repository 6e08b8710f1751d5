# dyad_uses_font(TARGET): TARGET's C files may include screen_font.h and console_font.h: the console font as C, made from the
# package xfonts-base (packages/xfonts-base) by tools/mkfont.
#
# The font is misc-fixed 9x18, in the public domain. The kernel gets ASCII; the console's server Latin, Greek, Cyrillic, punctuation,
# arrows, mathematics, box drawing, symbols and Braille (scripts that are not written cell by cell from left to right are left out).
set(DYAD_FONT_FOLDER ${CMAKE_BINARY_DIR}/font)
set(DYAD_FONT_PCF ${DYAD_FONT_FOLDER}/9x18.pcf)
set(unpacked ${DYAD_FONT_FOLDER}/xfonts-base)
add_custom_command(OUTPUT ${DYAD_FONT_PCF}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${unpacked}
    COMMAND ${CMAKE_SOURCE_DIR}/tools/pkg unpack xfonts-base ${unpacked}
    COMMAND sh -c "gzip -dc ${unpacked}/usr/share/fonts/X11/misc/9x18.pcf.gz >${DYAD_FONT_PCF}"
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${unpacked}
    DEPENDS ${CMAKE_SOURCE_DIR}/packages/xfonts-base/recipe.toml VERBATIM COMMENT "Unpacking xfonts-base, for the console font")
function(dyad_font_header name ranges)
    set(header ${DYAD_FONT_FOLDER}/${name}.h)
    add_custom_command(OUTPUT ${header}
        COMMAND sh -c "$<TARGET_FILE:mkfont> ${DYAD_FONT_PCF} ${name} ${ranges} >${header}.new && mv ${header}.new ${header}"
        DEPENDS mkfont ${DYAD_FONT_PCF} VERBATIM COMMENT "Converting the console font: ${name}.h")
endfunction()
dyad_font_header(screen_font "20-7e")
dyad_font_header(console_font "20-7e a0-52f 1e00-1fff 2000-2bff fffd-fffd")
add_custom_target(font DEPENDS ${DYAD_FONT_FOLDER}/screen_font.h ${DYAD_FONT_FOLDER}/console_font.h)

function(dyad_uses_font target)
    add_dependencies(${target} font)
    target_include_directories(${target} PRIVATE ${DYAD_FONT_FOLDER})
endfunction()
