/* keys.h: keys to the bytes that a terminal sends for them (as xterm does). Pure. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "abi/input.h"
#include "servers/console/vt.h"

#define KEYS_BYTES_MAX 16

/* What pressing the key sends, in the modes the terminal is in -> bytes; 0: nothing. */
size_t keys_bytes(const struct vt *vt, const struct input_key *key, uint8_t bytes[KEYS_BYTES_MAX]);
