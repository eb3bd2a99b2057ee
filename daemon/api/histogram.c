#include "config.h"

#include "daemon/api/histogram.h"

void
histogram_init(struct histogram *h, const double *bounds_s)
{
	*h = (struct histogram){ .bounds_s = bounds_s };
}

void
histogram_add(struct histogram *h, int64_t took_us)
{
	int i = 0;

	if (took_us < 0)
		took_us = 0;
	while (i < HISTOGRAM_CLASSES - 1 && h->bounds_s[i] > 0 &&
	    (double)took_us / 1e6 > h->bounds_s[i])
		i++;
	h->classes[i]++;
	h->count++;
	h->sum_us += took_us;
}

void
histogram_print(const struct histogram *h, const char *name, const char *labels,
    struct buf *out)
{
	const char *comma = *labels ? "," : "";
	const char *open = *labels ? "{" : "", *close = *labels ? "}" : "";
	int64_t below = 0;

	for (int i = 0; i < HISTOGRAM_CLASSES - 1 && h->bounds_s[i] > 0; i++) {
		below += h->classes[i];
		buf_addf(out, "%s_bucket{%s%sle=\"%g\"} %lld\n", name, labels, comma,
		    h->bounds_s[i], (long long)below);
	}
	buf_addf(out, "%s_bucket{%s%sle=\"+Inf\"} %lld\n", name, labels, comma,
	    (long long)h->count);
	buf_addf(out, "%s_sum%s%s%s %.6f\n", name, open, labels, close,
	    (double)h->sum_us / 1e6);
	buf_addf(out, "%s_count%s%s%s %lld\n", name, open, labels, close,
	    (long long)h->count);
}
