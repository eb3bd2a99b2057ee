#include "config.h"

#include "daemon/observe/lag.h"

#include <string.h>

#define SPAN_MS    1000 /* shorter histories tell no trend */
#define SMALL      4096.0
#define SMALL_PART 0.05

void
lag_record(struct lag_history *h, int64_t at_ms, int64_t value)
{
	int last = h->count - 1;

	if (h->count > 0 && at_ms < h->at_ms[last])
		return;
	/* The last one may move as long as the one before it stays a gap away. */
	if (h->count > 1 && at_ms - h->at_ms[last - 1] < LAG_GAP_MS) {
		h->at_ms[last] = at_ms;
		h->value[last] = value;
		return;
	}
	if (h->count == LAG_SAMPLES) {
		memmove(h->at_ms, h->at_ms + 1, sizeof(h->at_ms) - sizeof(h->at_ms[0]));
		memmove(h->value, h->value + 1, sizeof(h->value) - sizeof(h->value[0]));
		h->count--;
	}
	h->at_ms[h->count] = at_ms;
	h->value[h->count++] = value;
}

int64_t
lag_passed_ms(const struct lag_history *h, int64_t value)
{
	int i = 0;

	while (i < h->count && h->value[i] < value)
		i++;
	if (i == h->count || (i == 0 && h->value[0] > value))
		return -1;
	if (h->value[i] == value || i == 0)
		return h->at_ms[i];
	return h->at_ms[i - 1] +
	    (int64_t)((double)(h->at_ms[i] - h->at_ms[i - 1]) *
		(double)(value - h->value[i - 1]) /
		(double)(h->value[i] - h->value[i - 1]));
}

int64_t
lag_behind_ms(const struct lag_history *written, int64_t confirmed)
{
	int last = written->count - 1;
	int64_t passed;

	if (last < 0)
		return -1;
	if (confirmed >= written->value[last])
		return 0;
	passed = lag_passed_ms(written, confirmed);
	return passed < 0 ? -1 : written->at_ms[last] - passed;
}

/* Slope of the line through the samples, in bytes a millisecond (least squares). */
static double
slope(const struct lag_history *h, double *ret_mean)
{
	double t = 0, v = 0, tv = 0, tt = 0, n = h->count;

	for (int i = 0; i < h->count; i++) {
		double x = (double)(h->at_ms[i] - h->at_ms[0]), y = (double)h->value[i];

		t += x;
		v += y;
		tv += x * y;
		tt += x * x;
	}
	*ret_mean = v / n;
	return (n * tv - t * v) / (n * tt - t * t);
}

void
lag_view(const struct lag_history *behind, struct lag_view *ret)
{
	int last = behind->count - 1;
	double rate, mean, span, least;

	*ret = (struct lag_view){ .bytes = -1, .left_ms = -1 };
	if (last < 0)
		return;
	ret->bytes = behind->value[last];
	span = (double)(behind->at_ms[last] - behind->at_ms[0]);
	if (last < 2 || span < SPAN_MS)
		return;
	rate = slope(behind, &mean);
	least = mean * SMALL_PART > SMALL ? mean * SMALL_PART : SMALL;
	ret->bytes_per_s = (int64_t)(rate * 1000);
	if (ret->bytes == 0 || (rate * span < least && rate * span > -least)) {
		ret->trend = LAG_STEADY;
	} else {
		ret->trend = rate > 0 ? LAG_GROWING : LAG_SHRINKING;
		if (rate < 0)
			ret->left_ms = (int64_t)((double)ret->bytes / -rate);
	}
}

int64_t
lag_growth(const struct lag_history *written)
{
	int last = written->count - 1;
	int64_t span_ms;

	if (last < 1)
		return -1;
	span_ms = written->at_ms[last] - written->at_ms[0];
	if (span_ms < SPAN_MS || written->value[last] < written->value[0])
		return -1;
	return (int64_t)((double)(written->value[last] - written->value[0]) * 1000 /
	    (double)span_ms);
}

const char *
lag_trend_name(enum lag_trend t)
{
	switch (t) {
	case LAG_STEADY:
		return "steady";
	case LAG_GROWING:
		return "growing";
	case LAG_SHRINKING:
		return "shrinking";
	case LAG_UNKNOWN:
		break;
	}
	return "unknown";
}
