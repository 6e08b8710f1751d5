/* smp.h: starting the other cores. */
#pragma once

/* Before machine_boot: find a low page for their first steps, make their structures. `count`: cores in all. */
void smp_prepare(unsigned count);
