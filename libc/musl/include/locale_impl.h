/* locale_impl.h: stands for musl's header of that name; our messages are not translated. */
#pragma once
#define LCTRANS_CUR(message) (message)
