#ifndef SANDBOX_LOAD_STATS_H
#define SANDBOX_LOAD_STATS_H

#include <stdint.h>

#include <jansson.h>

/*
 * What the applications of a test saw: how many transactions were acknowledged, by
 * which store, how long one took, and the longest time without an acknowledgement.
 * Times are microseconds of CLOCK_MONOTONIC. The caller serialises the calls.
 */

enum { LOAD_STORES = 16, LOAD_BUCKETS = 64 * 16 };

struct load_store_count {
	char store[64];
	char host[64];
	int64_t transactions;
	int64_t rows;
};

struct load_stats {
	int64_t committed; /* acknowledged transactions */
	int64_t rows;
	int64_t refused;
	int64_t unknown;
	int64_t connects;
	int64_t first_ack_us; /* 0: none yet */
	int64_t last_ack_us;
	int64_t stall_from_us; /* the longest time between two acknowledgements */
	int64_t stall_to_us;
	int stores;
	struct load_store_count by_store[LOAD_STORES];
	uint32_t latency[LOAD_BUCKETS];
};

/*
 * Microseconds of CLOCK_MONOTONIC: the one clock of the load, the ledger and the log.
 */
int64_t load_now_us(void);

/*
 * Notes one acknowledged transaction of `rows` rows, sent and acknowledged at these
 * times.
 */
void load_stats_ack(struct load_stats *s, const char *store, const char *host, int rows,
    int64_t sent_us, int64_t ack_us);

/*
 * The latency below which this share of the acknowledged transactions stayed, in
 * microseconds, exact to a sixteenth; 0 when there were none. share is 0.0 to 1.0.
 */
int64_t load_stats_latency_us(const struct load_stats *s, double share);

/* The numbers as a new JSON object, owned by the caller. */
json_t *load_stats_json(const struct load_stats *s);

#endif
