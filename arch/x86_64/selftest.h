/* selftest.h: breaking rules on purpose. */
#pragma once

/* With the boot argument selftest=NAME: do that; the machine ends with the panic that is expected. Otherwise nothing. */
void selftest_run(void);
