/* memfd.h: anonymous files, on old and new Linuxes. */
#pragma once
#include <stdbool.h>

int memfd_new(const char *name,
              bool executable); /* close-on-exec, number >= 16; ends dyad on failure */
