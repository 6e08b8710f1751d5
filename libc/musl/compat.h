/* compat.h: what musl's own wrapper headers would define for its sources; included before each of them. */
#pragma once
#define weak                 __attribute__((__weak__))
#define hidden               __attribute__((__visibility__("hidden")))
#define weak_alias(old, new) extern __typeof(old) new __attribute__((__weak__, __alias__(#old)))
