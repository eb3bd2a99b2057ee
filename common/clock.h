/* The only reader of clocks. Core and plan get time as an argument. */
#ifndef UD_COMMON_CLOCK_H
#define UD_COMMON_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_BOOTTIME in milliseconds: goes on while the machine sleeps, never jumps. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* Wall clock, milliseconds since 1970 UTC: for records and people only. */
int64_t clock_wall_ms(void);

#define CLOCK_TEXT 32
/* RFC 3339 UTC with milliseconds, "2026-01-31T23:59:59.123Z". buf has CLOCK_TEXT. */
const char *clock_text(int64_t wall_ms, char *buf);

#endif
