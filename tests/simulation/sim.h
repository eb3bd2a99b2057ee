/* One simulated upgrade, from start to its end; everything hangs on the seed. */
#ifndef UD_TESTS_SIMULATION_SIM_H
#define UD_TESTS_SIMULATION_SIM_H

#include "tests/simulation/faults.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/people.h"
#include "tests/simulation/shell.h"
#include "tests/simulation/site.h"
#include "tests/simulation/story.h"
#include "tests/simulation/tools.h"
#include "tests/simulation/world.h"

struct sim {
	uint64_t seed;
	struct rng rng;
	int64_t now_ms;
	struct site site;
	int side_by_side; /* as the site wishes it */
	bool swap_back;	  /* option of asp-patch */
	struct world w;
	struct run *run; /* the one that is dealt with, */
	struct run by_hand; /* of a person, if it is not of the supervisor */
	struct faults f;
	struct shell sh;
	struct people people;
	struct judge judge;
	struct story story;
	int64_t events;
	bool lose, lost;  /* the supervisor, right behind the decision of a swap */
	int64_t lose_ms;  /* when the guard that knows of it acts */
};

struct sim_wish {
	uint64_t seed;
	bool told;
	bool calm;	 /* no faults at all, a fixed site: for the golden traces */
	bool patch;	 /* calm: asp-patch, and the roles back */
	const char *abort_at; /* calm: abort is asked when this step is done; NULL: never */
	const char *only; /* draw only faults whose name begins so; NULL: any */
};

/* Runs to the end. s is to be released by sim_done. False: the judge found a fault. */
bool sim_run(struct sim *s, const struct sim_wish *wish);
void sim_done(struct sim *s);

/* What the run ended as: completed, aborted, attention, or failed. */
const char *sim_result(const struct sim *s);

/* act.c */
void site_pause(struct sim *s, bool pause);

/* hands.c: people and machines of the site beside the supervisor */
void site_daemon_dies(struct sim *s, int member, int64_t ms);
void site_agent_again(struct sim *s, int member, int64_t ms);
void site_watch(struct sim *s);
int64_t site_watch_next(const struct sim *s);
void site_by_hand(struct sim *s);
void site_wrong_hand(struct sim *s);

#endif
