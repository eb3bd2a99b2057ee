/* Numbers that a seed decides: the same seed, the same run, on every machine. */
#ifndef UD_TESTS_SIMULATION_RNG_H
#define UD_TESTS_SIMULATION_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

void rng_init(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
int64_t rng_between(struct rng *r, int64_t low, int64_t high); /* both included */
bool rng_chance(struct rng *r, int permille);

#endif
