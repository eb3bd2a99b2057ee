/*
 * A pair for tests: masters a and b, subscriber r1 that reads from b, each on a host of its
 * own with the installations "old" (15) and "new" (17). Settings are those of a site that
 * gives everything; a test changes them with settings_set() and settings_unset().
 */
#ifndef UD_TESTS_UNIT_ENGINE_POSTGRES_PG_PAIR_H
#define UD_TESTS_UNIT_ENGINE_POSTGRES_PG_PAIR_H

#include "daemon/model/engine.h"

enum { PAIR_A, PAIR_B, PAIR_R1, PAIR_MEMBERS };
enum { PAIR_OLD, PAIR_NEW };

struct pg_pair {
	struct pair pair;
	struct member members[PAIR_MEMBERS];
	struct host hosts[PAIR_MEMBERS];
	struct installation installations[2];
	struct engine engine;
};

void pg_pair_init(struct pg_pair *w);
void pg_pair_done(struct pg_pair *w);

#endif
