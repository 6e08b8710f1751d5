/* hidden.h: included before everything: no symbol of the kernel is seen from outside, so each is addressed directly. */
#pragma GCC visibility push(hidden)
