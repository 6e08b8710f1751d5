/* reset.h: starting the machine again; power_reset is in fail.h, with the other ends. */
#pragma once
#include "acpi.h"

/* What the FADT says about it. Before that, and without, the ways that every PC has are left. */
void reset_init(const struct acpi_header *fadt);
