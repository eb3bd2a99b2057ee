/* A pair with one subscriber, 11.2.2.8.35 to 22.1.1.27.0, that no rule complains of. */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_WORLD_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_WORLD_H

#include "daemon/model/engine.h"
#include "daemon/model/plan.h"

enum { M1, M2, SUB, MEMBERS, ALL };
enum { OLD, NEW, INSTALLATIONS };

struct world {
	struct pair pair;
	struct host hosts[MEMBERS];
	struct installation inst[MEMBERS][INSTALLATIONS];
	struct member members[MEMBERS];
	struct observation seen[MEMBERS];
	int old[MEMBERS], new[MEMBERS];
	struct plan plan;
	struct findings f;
};

extern struct world w;
extern const char *const world_bins[INSTALLATIONS]; /* folder of each installation */

void world_init(void);
void world_done(void);
void world_release(struct release *r, const char *text);

/* The look at the tables and the scheme of a member failed. */
void world_no_schema(int member);

#endif
