/* sys/syscall.h: here programs look for numbers of system calls. Dyad's are in dyad/syscall.h and not Unix's. */
#pragma once
