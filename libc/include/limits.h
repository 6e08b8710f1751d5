/* limits.h: the limits of integers, and POSIX's. */
#pragma once
#include <features.h>

#define CHAR_BIT   8
#define MB_LEN_MAX 4
#define SCHAR_MAX  0x7f
#define SCHAR_MIN  (-SCHAR_MAX - 1)
#define UCHAR_MAX  (SCHAR_MAX * 2 + 1)
#ifdef __CHAR_UNSIGNED__
#define CHAR_MIN 0
#define CHAR_MAX UCHAR_MAX
#else
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#endif
#define SHRT_MAX  0x7fff
#define SHRT_MIN  (-SHRT_MAX - 1)
#define USHRT_MAX (SHRT_MAX * 2 + 1)
#define INT_MAX   0x7fffffff
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  (INT_MAX * 2U + 1)
#define LONG_MAX  0x7fffffffffffffffL
#define LONG_MIN  (-LONG_MAX - 1)
#define ULONG_MAX (LONG_MAX * 2UL + 1)
#if __ISO_C_VISIBLE >= 1999
#define LLONG_MAX  0x7fffffffffffffffLL
#define LLONG_MIN  (-LLONG_MAX - 1)
#define ULLONG_MAX (LLONG_MAX * 2ULL + 1)
#endif
#if __MISC_VISIBLE
#define LONG_LONG_MAX  LLONG_MAX
#define LONG_LONG_MIN  LLONG_MIN
#define ULONG_LONG_MAX ULLONG_MAX
#endif
#if __ISO_C_VISIBLE >= 2023
#define BOOL_WIDTH   1
#define BOOL_MAX     1
#define CHAR_WIDTH   8
#define SCHAR_WIDTH  8
#define UCHAR_WIDTH  8
#define SHRT_WIDTH   16
#define USHRT_WIDTH  16
#define INT_WIDTH    32
#define UINT_WIDTH   32
#define LONG_WIDTH   64
#define ULONG_WIDTH  64
#define LLONG_WIDTH  64
#define ULLONG_WIDTH 64
#ifdef __BITINT_MAXWIDTH__
#define BITINT_MAXWIDTH __BITINT_MAXWIDTH__
#endif
#endif

#if __POSIX_VISIBLE
#define SSIZE_MAX  LONG_MAX
#define SIZE_T_MAX ULONG_MAX
#define OFF_MAX    LONG_MAX

/* What this system allows. */
#define AIO_PRIO_DELTA_MAX            20
#define ARG_MAX                       2097152
#define CHILD_MAX                     1024
#define HOST_NAME_MAX                 255
#define IOV_MAX                       1024
#define LINE_MAX                      4096
#define LOGIN_NAME_MAX                256
#define NAME_MAX                      255
#define NGROUPS_MAX                   32
#define OPEN_MAX                      1024
#define PATH_MAX                      4096
#define PIPE_BUF                      4096
#define SYMLOOP_MAX                   40
#define SYMLINK_MAX                   4095
#define TTY_NAME_MAX                  64
#define TZNAME_MAX                    16
#define ATEXIT_MAX                    2147483647
#define PTHREAD_KEYS_MAX              128
#define PTHREAD_STACK_MIN             16384
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#define PTHREAD_THREADS_MAX           1024
#define SEM_VALUE_MAX                 2147483647
#define DELAYTIMER_MAX                2147483647
#define SIGQUEUE_MAX                  1024
#define TIMER_MAX                     1024
#define RTSIG_MAX                     31
#define GETENTROPY_MAX                256

/* What a POSIX program may count on anywhere. */
#define _POSIX_AIO_LISTIO_MAX               2
#define _POSIX_AIO_MAX                      1
#define _POSIX_ARG_MAX                      4096
#define _POSIX_CLOCKRES_MIN                 20000000
#define _POSIX_DELAYTIMER_MAX               32
#define _POSIX_HOST_NAME_MAX                255
#define _POSIX_LINK_MAX                     8
#define _POSIX_LOGIN_NAME_MAX               9
#define _POSIX_MAX_CANON                    255
#define _POSIX_MAX_INPUT                    255
#define _POSIX_NAME_MAX                     14
#define _POSIX_PATH_MAX                     256
#define _POSIX_PIPE_BUF                     512
#define _POSIX_RE_DUP_MAX                   255
#define _POSIX_RTSIG_MAX                    8
#define _POSIX_SEM_NSEMS_MAX                256
#define _POSIX_SEM_VALUE_MAX                32767
#define _POSIX_SIGQUEUE_MAX                 32
#define _POSIX_SSIZE_MAX                    32767
#define _POSIX_STREAM_MAX                   8
#define _POSIX_SYMLINK_MAX                  255
#define _POSIX_SYMLOOP_MAX                  8
#define _POSIX_THREAD_DESTRUCTOR_ITERATIONS 4
#define _POSIX_THREAD_KEYS_MAX              128
#define _POSIX_THREAD_THREADS_MAX           64
#define _POSIX_TIMER_MAX                    32
#define _POSIX_TTY_NAME_MAX                 9
#define _POSIX2_BC_BASE_MAX                 99
#define _POSIX2_BC_DIM_MAX                  2048
#define _POSIX2_BC_SCALE_MAX                99
#define _POSIX2_BC_STRING_MAX               1000
#define _POSIX2_CHARCLASS_NAME_MAX          14
#define _POSIX2_COLL_WEIGHTS_MAX            2
#define _POSIX2_EXPR_NEST_MAX               32
#define _POSIX2_LINE_MAX                    2048
#define _POSIX2_RE_DUP_MAX                  255
#define _XOPEN_IOV_MAX                      16
#define _XOPEN_NAME_MAX                     255
#define _XOPEN_PATH_MAX                     1024
#define MQ_PRIO_MAX                         32768
#define _POSIX_MQ_OPEN_MAX                  8
#define _POSIX_MQ_PRIO_MAX                  32
#define _POSIX_SS_REPL_MAX                  4
#define BC_BASE_MAX                         99
#define BC_DIM_MAX                          2048
#define BC_SCALE_MAX                        99
#define BC_STRING_MAX                       1000
#define CHARCLASS_NAME_MAX                  14
#define COLL_WEIGHTS_MAX                    2
#define EXPR_NEST_MAX                       32
#define RE_DUP_MAX                          255
#define LINK_MAX                            65535
#define MAX_CANON                           255
#define MAX_INPUT                           255
#define STREAM_MAX                          1024
#if __POSIX_VISIBLE >= 200112
#define _POSIX_CHILD_MAX   25
#define _POSIX_NGROUPS_MAX 8
#define _POSIX_OPEN_MAX    20
#define _POSIX_TZNAME_MAX  6
#else
#define _POSIX_CHILD_MAX   6
#define _POSIX_NGROUPS_MAX 0
#define _POSIX_OPEN_MAX    16
#define _POSIX_TZNAME_MAX  3
#endif

#if __POSIX_VISIBLE >= 202405
#define NSIG_MAX       65  /* signals, with 0 */
#define TEXTDOMAIN_MAX 252 /* NAME_MAX without ".mo" */
#endif
#if __POSIX_VISIBLE >= 200112
#define FILESIZEBITS 64
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#define NL_ARGMAX  32
#define NL_MSGMAX  32767
#define NL_SETMAX  255
#define NL_TEXTMAX 2048
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200112
#define PAGESIZE 4096
#endif
#if __XSI_VISIBLE
#define PAGE_SIZE  PAGESIZE
#define NZERO      20
#define LONG_BIT   64
#define WORD_BIT   32
#define NL_LANGMAX 32
#endif
#endif
