/* splitmix64. */
#include "config.h"

#include "tests/simulation/rng.h"

void
rng_init(struct rng *r, uint64_t seed)
{
	r->state = seed;
	r->state = rng_next(r) * 0xd1342543de82ef95ULL + seed;
	rng_next(r);
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

int64_t
rng_between(struct rng *r, int64_t low, int64_t high)
{
	if (high <= low)
		return low;
	return low + (int64_t)(rng_next(r) % (uint64_t)(high - low + 1));
}

bool
rng_chance(struct rng *r, int permille)
{
	return (int)(rng_next(r) % 1000) < permille;
}
