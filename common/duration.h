/* Durations: "250ms", "90s", "15m", "6h", "400d" in configuration and options. */
#ifndef UD_COMMON_DURATION_H
#define UD_COMMON_DURATION_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* A number (decimals allowed) and a unit ms s m h d, or "0". Units may be chained:
 * "1h30m". Negative and empty ones are refused with what is accepted. */
int duration_parse(const char *text, int64_t *ret_ms, struct ud_error *err) UD_CHECKED;

#define DURATION_TEXT 32
/* For people, exact to three places: "0.042 s", "12.3 s", "4 min 05 s", "2 h 10 min",
 * "3 d 4 h". Negative means unknown: "-". buf has DURATION_TEXT. */
const char *duration_text(int64_t ms, char *buf);

#endif
