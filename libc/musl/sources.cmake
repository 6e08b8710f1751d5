# What the C library takes from musl's source package: the mathematics, search.h,
# crypt, the walk of file trees and the text of Internet addresses.
# Paths are relative to musl's folder src. Where musl has an x86-64 version of a function, it is that one.
set(LIBC_MUSL_SOURCES
    complex/__cexp.c complex/__cexpf.c complex/cabs.c complex/cabsf.c complex/cabsl.c complex/cacos.c
    complex/cacosf.c complex/cacosh.c complex/cacoshf.c complex/cacoshl.c complex/cacosl.c complex/carg.c
    complex/cargf.c complex/cargl.c complex/casin.c complex/casinf.c complex/casinh.c complex/casinhf.c
    complex/casinhl.c complex/casinl.c complex/catan.c complex/catanf.c complex/catanh.c complex/catanhf.c
    complex/catanhl.c complex/catanl.c complex/ccos.c complex/ccosf.c complex/ccosh.c complex/ccoshf.c
    complex/ccoshl.c complex/ccosl.c complex/cexp.c complex/cexpf.c complex/cexpl.c complex/cimag.c
    complex/cimagf.c complex/cimagl.c complex/clog.c complex/clogf.c complex/clogl.c complex/conj.c
    complex/conjf.c complex/conjl.c complex/cpow.c complex/cpowf.c complex/cpowl.c complex/cproj.c
    complex/cprojf.c complex/cprojl.c complex/creal.c complex/crealf.c complex/creall.c complex/csin.c
    complex/csinf.c complex/csinh.c complex/csinhf.c complex/csinhl.c complex/csinl.c complex/csqrt.c
    complex/csqrtf.c complex/csqrtl.c complex/ctan.c complex/ctanf.c complex/ctanh.c complex/ctanhf.c
    complex/ctanhl.c complex/ctanl.c fenv/__flt_rounds.c fenv/fegetexceptflag.c fenv/feholdexcept.c
    fenv/x86_64/fenv.s fenv/fesetexceptflag.c fenv/fesetround.c fenv/feupdateenv.c math/__cos.c math/__cosdf.c
    math/__cosl.c math/__expo2.c math/__expo2f.c math/__fpclassify.c math/__fpclassifyf.c math/__fpclassifyl.c
    math/x86_64/__invtrigl.s math/__math_divzero.c math/__math_divzerof.c math/__math_invalid.c
    math/__math_invalidf.c math/__math_invalidl.c math/__math_oflow.c math/__math_oflowf.c math/__math_uflow.c
    math/__math_uflowf.c math/__math_xflow.c math/__math_xflowf.c math/__polevll.c math/__rem_pio2.c
    math/__rem_pio2_large.c math/__rem_pio2f.c math/__rem_pio2l.c math/__signbit.c math/__signbitf.c
    math/__signbitl.c math/__sin.c math/__sindf.c math/__sinl.c math/__tan.c math/__tandf.c math/__tanl.c
    math/acos.c math/acosf.c math/acosh.c math/acoshf.c math/acoshl.c math/x86_64/acosl.s math/asin.c
    math/asinf.c math/asinh.c math/asinhf.c math/asinhl.c math/x86_64/asinl.s math/atan.c math/atan2.c
    math/atan2f.c math/x86_64/atan2l.s math/atanf.c math/atanh.c math/atanhf.c math/atanhl.c
    math/x86_64/atanl.s math/cbrt.c math/cbrtf.c math/cbrtl.c math/ceil.c math/ceilf.c math/x86_64/ceill.s
    math/copysign.c math/copysignf.c math/copysignl.c math/cos.c math/cosf.c math/cosh.c math/coshf.c
    math/coshl.c math/cosl.c math/erf.c math/erff.c math/erfl.c math/exp.c math/exp10.c math/exp10f.c
    math/exp10l.c math/exp2.c math/exp2f.c math/exp2f_data.c math/x86_64/exp2l.s math/exp_data.c math/expf.c
    math/x86_64/expl.s math/expm1.c math/expm1f.c math/x86_64/expm1l.s math/x86_64/fabs.c math/x86_64/fabsf.c
    math/x86_64/fabsl.c math/fdim.c math/fdimf.c math/fdiml.c math/finite.c math/finitef.c math/floor.c
    math/floorf.c math/x86_64/floorl.s math/x86_64/fma.c math/x86_64/fmaf.c math/fmal.c math/fmax.c
    math/fmaxf.c math/fmaxl.c math/fmin.c math/fminf.c math/fminl.c math/fmod.c math/fmodf.c
    math/x86_64/fmodl.c math/frexp.c math/frexpf.c math/frexpl.c math/hypot.c math/hypotf.c math/hypotl.c
    math/ilogb.c math/ilogbf.c math/ilogbl.c math/j0.c math/j0f.c math/j1.c math/j1f.c math/jn.c math/jnf.c
    math/ldexp.c math/ldexpf.c math/ldexpl.c math/lgamma.c math/lgamma_r.c math/lgammaf.c math/lgammaf_r.c
    math/lgammal.c math/x86_64/llrint.c math/x86_64/llrintf.c math/x86_64/llrintl.c math/llround.c
    math/llroundf.c math/llroundl.c math/log.c math/log10.c math/log10f.c math/x86_64/log10l.s math/log1p.c
    math/log1pf.c math/x86_64/log1pl.s math/log2.c math/log2_data.c math/log2f.c math/log2f_data.c
    math/x86_64/log2l.s math/log_data.c math/logb.c math/logbf.c math/logbl.c math/logf.c math/logf_data.c
    math/x86_64/logl.s math/x86_64/lrint.c math/x86_64/lrintf.c math/x86_64/lrintl.c math/lround.c
    math/lroundf.c math/lroundl.c math/modf.c math/modff.c math/modfl.c math/nan.c math/nanf.c math/nanl.c
    math/nearbyint.c math/nearbyintf.c math/nearbyintl.c math/nextafter.c math/nextafterf.c math/nextafterl.c
    math/nexttoward.c math/nexttowardf.c math/nexttowardl.c math/pow.c math/pow_data.c math/powf.c
    math/powf_data.c math/powl.c math/remainder.c math/remainderf.c math/x86_64/remainderl.c math/remquo.c
    math/remquof.c math/x86_64/remquol.c math/rint.c math/rintf.c math/x86_64/rintl.c math/round.c
    math/roundf.c math/roundl.c math/scalb.c math/scalbf.c math/scalbln.c math/scalblnf.c math/scalblnl.c
    math/scalbn.c math/scalbnf.c math/scalbnl.c math/signgam.c math/significand.c math/significandf.c
    math/sin.c math/sincos.c math/sincosf.c math/sincosl.c math/sinf.c math/sinh.c math/sinhf.c math/sinhl.c
    math/sinl.c math/x86_64/sqrt.c math/sqrt_data.c math/x86_64/sqrtf.c math/x86_64/sqrtl.c math/tan.c
    math/tanf.c math/tanh.c math/tanhf.c math/tanhl.c math/tanl.c math/tgamma.c math/tgammaf.c math/tgammal.c
    math/trunc.c math/truncf.c math/x86_64/truncl.s search/hsearch.c search/insque.c search/lsearch.c search/tdelete.c search/tdestroy.c
    search/tfind.c search/tsearch.c search/twalk.c
    crypt/crypt.c crypt/crypt_blowfish.c crypt/crypt_des.c crypt/crypt_md5.c crypt/crypt_r.c crypt/crypt_sha256.c
    crypt/crypt_sha512.c crypt/encrypt.c legacy/ftw.c misc/fmtmsg.c misc/nftw.c network/htonl.c network/htons.c
    network/ether.c network/inet_legacy.c stdlib/ecvt.c stdlib/fcvt.c stdlib/gcvt.c
    network/in6addr_any.c network/in6addr_loopback.c network/inet_addr.c network/inet_aton.c
    network/inet_ntoa.c network/inet_ntop.c network/inet_pton.c network/ntohl.c network/ntohs.c
)
