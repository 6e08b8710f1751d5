/* width.h: how many screen columns characters take, and where UTF-8 characters begin. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Columns of a character: 0 for combining ones, 2 for wide ones. */
unsigned width_of_character(uint32_t character);

/* Decodes the UTF-8 character at bytes[0..length) -> its length, at least 1; an invalid byte counts as one character. */
size_t width_decode(const uint8_t *bytes, size_t length, uint32_t *character);

/* Where the last character of bytes[0..length) begins; length > 0. */
size_t width_last_start(const uint8_t *bytes, size_t length);
