#include "tests/sandbox/load_stats.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t
load_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/*
 * Sixteen buckets for each power of two, so that a percentile is exact to a sixteenth.
 */
static int
bucket_of(int64_t us)
{
	int power = 0, at;

	if (us < 16)
		return us < 0 ? 0 : (int)us;
	while ((us >> power) >= 32)
		power++;
	at = (power + 1) * 16 + (int)((us >> power) & 15);
	return at < LOAD_BUCKETS ? at : LOAD_BUCKETS - 1;
}

static int64_t
bucket_top_us(int at)
{
	if (at < 16)
		return at;
	return ((int64_t)(at & 15) + 17) << (at / 16 - 1);
}

static struct load_store_count *
count_of(struct load_stats *s, const char *store, const char *host)
{
	struct load_store_count *c;

	for (int i = 0; i < s->stores; i++) {
		c = &s->by_store[i];
		if (strcmp(c->store, store) == 0 && strcmp(c->host, host) == 0)
			return c;
	}
	if (s->stores == LOAD_STORES)
		return &s->by_store[LOAD_STORES - 1];
	c = &s->by_store[s->stores++];
	snprintf(c->store, sizeof(c->store), "%s", store);
	snprintf(c->host, sizeof(c->host), "%s", host);
	return c;
}

void
load_stats_ack(struct load_stats *s, const char *store, const char *host, int rows,
    int64_t sent_us, int64_t ack_us)
{
	struct load_store_count *c = count_of(s, store, host);

	s->committed++;
	s->rows += rows;
	c->transactions++;
	c->rows += rows;
	s->latency[bucket_of(ack_us - sent_us)]++;
	if (s->first_ack_us == 0)
		s->first_ack_us = ack_us;
	else if (ack_us - s->last_ack_us > s->stall_to_us - s->stall_from_us) {
		s->stall_from_us = s->last_ack_us;
		s->stall_to_us = ack_us;
	}
	if (ack_us > s->last_ack_us)
		s->last_ack_us = ack_us;
}

int64_t
load_stats_latency_us(const struct load_stats *s, double share)
{
	int64_t below = 0, wanted = (int64_t)(share * (double)s->committed);

	if (s->committed == 0)
		return 0;
	if (wanted < 1)
		wanted = 1;
	for (int i = 0; i < LOAD_BUCKETS; i++) {
		below += s->latency[i];
		if (below >= wanted)
			return bucket_top_us(i);
	}
	return bucket_top_us(LOAD_BUCKETS - 1);
}

static json_t *
stores_json(const struct load_stats *s)
{
	json_t *all = json_array();

	for (int i = 0; i < s->stores; i++) {
		const struct load_store_count *c = &s->by_store[i];

		json_array_append_new(all,
		    json_pack("{s:s, s:s, s:I, s:I}", "store", c->store, "host",
			c->host, "transactions", (json_int_t)c->transactions, "rows",
			(json_int_t)c->rows));
	}
	return all;
}

json_t *
load_stats_json(const struct load_stats *s)
{
	json_t *stall, *latency;

	stall = json_pack("{s:f, s:I, s:I}", "longest_ms",
	    (double)(s->stall_to_us - s->stall_from_us) / 1000.0, "from_us",
	    (json_int_t)s->stall_from_us, "to_us", (json_int_t)s->stall_to_us);
	latency = json_pack("{s:I, s:I, s:I, s:I}", "p50",
	    (json_int_t)load_stats_latency_us(s, 0.50), "p95",
	    (json_int_t)load_stats_latency_us(s, 0.95), "p99",
	    (json_int_t)load_stats_latency_us(s, 0.99), "max",
	    (json_int_t)load_stats_latency_us(s, 1.0));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
	    "committed", (json_int_t)s->committed, "rows", (json_int_t)s->rows,
	    "unknown", (json_int_t)s->unknown, "refused", (json_int_t)s->refused,
	    "connects", (json_int_t)s->connects, "first_ack_us",
	    (json_int_t)s->first_ack_us, "last_ack_us", (json_int_t)s->last_ack_us,
	    "stall", stall, "latency_us", latency, "stores", stores_json(s));
}
