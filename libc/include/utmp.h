/* utmp.h: login_tty, where Unix programs look for it. There are no records of logins. */
#pragma once
#include <features.h>

__BEGIN_DECLS
int login_tty(int fd);
__END_DECLS
