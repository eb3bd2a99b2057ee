/* Time. Everything the sandbox compares is CLOCK_MONOTONIC; wall time is only printed. */
#ifndef SANDBOX_MOMENT_H
#define SANDBOX_MOMENT_H

#include <stdint.h>

int64_t moment_us(void);
int64_t moment_ms(void);
void moment_sleep_ms(int64_t ms);

#endif
