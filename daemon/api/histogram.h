/* Counts of durations in fixed classes, as Prometheus wants them. */
#ifndef UD_API_HISTOGRAM_H
#define UD_API_HISTOGRAM_H

#include <stdint.h>

#include "common/buf.h"

#define HISTOGRAM_CLASSES 16

struct histogram {
	const double *bounds_s; /* upper bounds, rising, ended by 0; static */
	int64_t classes
	    [HISTOGRAM_CLASSES]; /* each without the ones below; the last: above */
	int64_t count;
	int64_t sum_us;
};

/* At most HISTOGRAM_CLASSES - 1 bounds. */
void histogram_init(struct histogram *h, const double *bounds_s);
void histogram_add(struct histogram *h, int64_t took_us);

/* name_bucket, name_sum, name_count; labels: `a="b"` escaped, "" none. */
void histogram_print(const struct histogram *h, const char *name, const char *labels,
    struct buf *out);

#endif
