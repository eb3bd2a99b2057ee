/*
 * How far a receiver is behind its source, and whether that gets better. Pure.
 *
 * The source alone knows both ends: how far it has written, and how far it must keep its
 * log for the receiver. Time behind is the age of the source's write that the receiver has
 * confirmed last, read from the history of what was written when.
 */
#ifndef UD_OBSERVE_LAG_H
#define UD_OBSERVE_LAG_H

#include <stdint.h>

#define LAG_SAMPLES 32
#define LAG_GAP_MS  500 /* samples that come faster replace the last one */

/* A value over time, the newest last. All zero is empty. */
struct lag_history {
	int64_t at_ms[LAG_SAMPLES];
	int64_t value[LAG_SAMPLES];
	int count;
};

/* Times must not go back: such samples are dropped. */
void lag_record(struct lag_history *h, int64_t at_ms, int64_t value);

/* When a growing history passed value, between samples by the rule of three; -1 when it
 * has not yet, or did before its first sample. */
int64_t lag_passed_ms(const struct lag_history *h, int64_t value);

/* Age of that moment at the newest sample: 0 when value is the newest, -1 unknown. */
int64_t lag_behind_ms(const struct lag_history *written, int64_t confirmed);

enum lag_trend { LAG_UNKNOWN, LAG_STEADY, LAG_GROWING, LAG_SHRINKING };

struct lag_view {
	enum lag_trend trend;
	int64_t bytes;       /* newest; -1 unknown */
	int64_t bytes_per_s; /* negative: it catches up; 0 when the trend is unknown */
	int64_t left_ms;     /* until it is in step, at this rate; -1 unknown */
};

/* Trend of a history of bytes behind. Three samples over a second tell one; what moves
 * by less than a twentieth of itself, or 4 KiB, is steady. */
void lag_view(const struct lag_history *behind, struct lag_view *ret);

/* How fast a growing history grew, bytes a second, from its first sample to its last; -1
 * before two samples lie a second apart. */
int64_t lag_growth(const struct lag_history *written);

const char *lag_trend_name(enum lag_trend t); /* "unknown", "steady", ... */

#endif
