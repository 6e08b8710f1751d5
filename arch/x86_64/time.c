/*
 * time.c: the monotonic clock is the time stamp counter, the clock of the day the same plus what the CMOS clock said at boot.
 * Counters of different cores are taken to agree, as those of every processor since 2008 and of QEMU do.
 */
#include "time.h"

#include "abi/syscall.h"
#include "acpi.h"
#include "apic.h"
#include "boot/boot.h"
#include "cpu.h"
#include "fail.h"
#include "memory.h"

#define NS_PER_S      1000000000UL
#define MEASURE_US    2000
#define MEASURE_SLACK 16 /* times as long is too long */
#define MEASURE_TRIES 100
#define TSC_MAX       (1UL << 34) /* seconds at any speed: the reference may have wrapped */
#define FRACTION      32          /* bits after the point of the factors */
#define COUNT_LARGEST 0xfffffffful

static struct {
    uint64_t tsc_start;
    uint64_t ns_per_tick;  /* of the TSC, with FRACTION bits; read for each arch_time_ns */
    uint64_t ticks_per_us; /* of the TSC, with FRACTION bits */
    uint64_t timer_per_ns; /* ticks of the APIC timer, with FRACTION bits */
    uint64_t realtime_ns;  /* of monotonic 0 */
} scales;

static uint64_t scale(uint64_t value, uint64_t factor)
{
    return (uint64_t)((unsigned __int128)value * factor >> FRACTION);
}

/* ---- a clock of known speed ---- */

struct reference {
    volatile uint8_t *hpet; /* NULL: the ACPI timer */
    uint16_t port;
    uint64_t mask;
    uint64_t ticks_per_s;
};

struct hpet_table {
    struct acpi_header header;
    uint32_t id;
    uint8_t space, width, offset, access;
    uint64_t address;
} __attribute__((packed));

enum { HPET_PERIOD = 0x04, HPET_CONFIG = 0x10, HPET_COUNTER = 0xf0 };
#define FS_PER_S        1000000000000000UL
#define HPET_PERIOD_MAX 100000000u /* femtoseconds, by the specification */
#define PM_TIMER_HZ     3579545
#define FADT_PM_TIMER   76
#define FADT_LENGTH_MIN 80

static bool find_hpet(struct reference *r)
{
    const struct hpet_table *table = (const struct hpet_table *)acpi_find("HPET", false);
    if (!table || table->header.length < sizeof *table || table->space != 0)
        return false;
    r->hpet = phys_window(table->address, DYAD_PAGE_SIZE, KERNEL_DEVICE);
    uint32_t period = mmio_read32(r->hpet + HPET_PERIOD);
    if (!period || period > HPET_PERIOD_MAX)
        return false;
    mmio_write32(r->hpet + HPET_CONFIG, mmio_read32(r->hpet + HPET_CONFIG) | 1);
    r->ticks_per_s = FS_PER_S / period;
    r->mask = UINT32_MAX;
    return true;
}

static bool find_pm_timer(struct reference *r)
{
    const struct acpi_header *fadt = acpi_find("FACP", false);
    uint32_t port = 0;
    if (!fadt || fadt->length < FADT_LENGTH_MIN)
        return false;
    memcpy(&port, (const uint8_t *)fadt + FADT_PM_TIMER, sizeof port);
    if (!port || port > UINT16_MAX)
        return false;
    *r = (struct reference){.port = (uint16_t)port, .mask = 0xffffff, .ticks_per_s = PM_TIMER_HZ};
    return true;
}

static uint64_t reference_now(const struct reference *r)
{
    return (r->hpet ? mmio_read32(r->hpet + HPET_COUNTER) : inl(r->port)) & r->mask;
}

struct sample {
    uint64_t reference, tsc;
};

/* The tightest of some readings of both. */
static struct sample sample(const struct reference *r)
{
    struct sample best = {0, 0};
    uint64_t best_width = UINT64_MAX;
    for (unsigned i = 0; i < 5; i++) {
        uint64_t before = rdtsc();
        uint64_t now = reference_now(r);
        uint64_t after = rdtsc();
        if (after - before >= best_width)
            continue;
        best_width = after - before;
        best = (struct sample){now, before + best_width / 2};
    }
    return best;
}

/* false: something (a busy host) has held us up for so long that counters may have wrapped. */
static bool measure(const struct reference *r)
{
    uint64_t wanted = r->ticks_per_s * MEASURE_US / 1000000;
    apic_timer_set(COUNT_LARGEST);
    struct sample start = sample(r);
    uint32_t timer_start = apic_timer_left();
    uint64_t tsc_first = rdtsc();
    for (uint64_t polls = 0; ((reference_now(r) - start.reference) & r->mask) < wanted; polls++)
        if (polls > 100000000)
            fail("the %s does not count", r->hpet ? "HPET" : "ACPI timer");
    uint32_t timer_ticks = timer_start - apic_timer_left();
    uint64_t tsc_timer = rdtsc() - tsc_first;
    struct sample end = sample(r);
    apic_timer_set(0);
    uint64_t tsc = end.tsc - start.tsc, ticks = (end.reference - start.reference) & r->mask;
    if (!tsc || !ticks || !timer_ticks || !tsc_timer)
        fail("the time stamp counter or the APIC timer does not count");
    if (ticks > MEASURE_SLACK * wanted || tsc_timer > MEASURE_SLACK * tsc || tsc > TSC_MAX)
        return false;
    /* Both products stay below 2^64. */
    uint64_t hz = tsc * r->ticks_per_s / ticks;
    scales.ns_per_tick = (NS_PER_S << FRACTION) / hz;
    scales.ticks_per_us = (hz / 1000 << FRACTION) / 1000;
    uint64_t timer_ns = scale(tsc_timer, scales.ns_per_tick);
    scales.timer_per_ns = ((uint64_t)timer_ticks << FRACTION) / timer_ns;
    return true;
}

/* ---- the day ---- */

static uint8_t cmos(uint8_t reg)
{
    outb(0x70, reg);
    return inb(0x71);
}

enum {
    CMOS_SECOND,
    CMOS_MINUTE = 2,
    CMOS_HOUR = 4,
    CMOS_DAY = 7,
    CMOS_MONTH,
    CMOS_YEAR,
    CMOS_A,
    CMOS_B
};

static unsigned from_bcd(unsigned value)
{
    return value / 16 * 10 + value % 16;
}

/* Days since 1970 of a date of the Gregorian calendar (months counted from March, so that the leap day is last). */
static uint64_t days_from_date(unsigned year, unsigned month, unsigned day)
{
    unsigned y = month > 2 ? year : year - 1, m = (month + 9) % 12;
    return 365UL * y + y / 4 - y / 100 + y / 400 + (m * 306UL + 5) / 10 + day - 1 - 719468;
}

static uint64_t cmos_seconds(void)
{
    static const uint8_t registers[] = {CMOS_SECOND, CMOS_MINUTE, CMOS_HOUR,
                                        CMOS_DAY,    CMOS_MONTH,  CMOS_YEAR};
    unsigned now[6], again[6];
    for (unsigned tries = 0; tries < 1000; tries++) {
        while (cmos(CMOS_A) & 0x80) /* being updated: less than 2 ms */
            if (tries++ > 100000)
                return 0;
        for (unsigned i = 0; i < 6; i++)
            now[i] = cmos(registers[i]);
        for (unsigned i = 0; i < 6; i++)
            again[i] = cmos(registers[i]);
        if (memcmp(now, again, sizeof now) == 0)
            break;
    }
    uint8_t format = cmos(CMOS_B);
    bool afternoon = now[2] & 0x80;
    now[2] &= 0x7f;
    for (unsigned i = 0; i < 6 && !(format & 4); i++)
        now[i] = from_bcd(now[i]);
    if (!(format & 2))
        now[2] = now[2] % 12 + (afternoon ? 12 : 0);
    return days_from_date(2000 + now[5], now[4], now[3]) * 86400 + now[2] * 3600UL + now[1] * 60UL +
           now[0];
}

/* ---- clocks and timers ---- */

/* 0 until time_init. */
static uint64_t now_ns(void)
{
    return scale(rdtsc() - scales.tsc_start, scales.ns_per_tick);
}

void time_init(void)
{
    struct reference r = {0};
    if (!find_hpet(&r) && !find_pm_timer(&r))
        fail("there is neither an HPET nor an ACPI timer to measure time with");
    for (unsigned tries = 1; !measure(&r); tries++)
        if (tries == MEASURE_TRIES)
            fail("time cannot be measured: this machine is held up again and again");
    scales.tsc_start = boot_tsc;
    scales.realtime_ns = cmos_seconds() * NS_PER_S - now_ns();
}

uint64_t arch_time_ns(unsigned clock)
{
    return now_ns() + (clock == DYAD_CLOCK_REALTIME ? scales.realtime_ns : 0);
}

void time_wait_us(uint64_t us)
{
    uint64_t end = now_ns() + us * 1000;
    while (now_ns() < end)
        __builtin_ia32_pause();
}

void timer_enter(void)
{
    if (features.tsc_deadline)
        apic_timer_deadline_mode();
}

static void timer_set(uint64_t deadline_ns, uint64_t now)
{
    if (features.tsc_deadline) {
        uint64_t us = deadline_ns / 1000 + 1;
        wrmsr(MSR_TSC_DEADLINE,
              deadline_ns == UINT64_MAX ? 0 : scales.tsc_start + scale(us, scales.ticks_per_us));
        return;
    }
    if (deadline_ns == UINT64_MAX) {
        apic_timer_set(0);
        return;
    }
    uint64_t left = deadline_ns - now;
    uint64_t count = left > 1UL << 40 ? COUNT_LARGEST : scale(left, scales.timer_per_ns) + 1;
    apic_timer_set((uint32_t)(count > COUNT_LARGEST ? COUNT_LARGEST : count));
}

void arch_timer_arm(uint64_t deadline_ns)
{
    struct core *core = this_core();
    uint64_t now = now_ns();
    core->deadline_ns = deadline_ns;
    atomic_fetch_and_explicit(&core->events, ~EVENT_TIMER, memory_order_relaxed);
    if (deadline_ns <= now)
        timer_interrupt(core);
    else
        timer_set(deadline_ns, now);
}

/* Too early when the deadline was beyond the counter, or by rounding. */
void timer_interrupt(struct core *core)
{
    uint64_t now = now_ns();
    if (core->deadline_ns > now) {
        if (core->deadline_ns != UINT64_MAX)
            timer_set(core->deadline_ns, now);
        return;
    }
    core->deadline_ns = UINT64_MAX;
    atomic_fetch_or_explicit(&core->events, EVENT_TIMER, memory_order_relaxed);
}
