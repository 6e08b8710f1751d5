/* sys/termios.h: the old place of <termios.h>. */
#pragma once
#include <termios.h>
