/* sys/syslog.h: another name of syslog.h. */
#pragma once
#include <syslog.h>
