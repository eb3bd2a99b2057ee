/*
 * A procedure expanded for one pair and one target release: four lists of steps with
 * members, tools and limits filled in. Pure data: made by plan/, walked by core/.
 */
#ifndef UD_MODEL_PLAN_H
#define UD_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/model/option.h"
#include "daemon/model/procedure.h"

enum plan_list {
	LIST_FORWARD,
	LIST_UNDO,	   /* abort */
	LIST_BACKOUT,	   /* a forward swap that is taken back */
	LIST_UNDO_BACKOUT, /* a swap of the undo list that is taken back */
	LISTS
};

struct plan_step {
	const struct row *row;
	const struct step *step;
	enum plan_list list;
	int index;		    /* in its list */
	const struct member *member; /* NULL: WHO_NONE */
	const struct member *peer;  /* the other master; of a subscriber: its source */
	int installation;	    /* of the member's host by row->side; -1 none */
	int64_t limit_ms;
	int64_t past_ms;	    /* what it took in an earlier upgrade, by sizes; -1 none */
	int64_t past_upgrade;	    /* in which one; 0 none */
	int64_t estimate_ms;	    /* usual time of it, from sizes when they were seen */
	const char *gate;	    /* NULL: none, also when the pair does not ask for it */
	bool gate_off;		    /* the procedure has one, the pair does not ask for it */
	int from, until;	    /* undo: indexes in the forward list; -1 none */
	/* Of a row that is walked for several subscribers side by side: the first and the last
	 * index of those that may be, and of the ones of this subscriber. -1: it is not. */
	int section_from, section_until, lane_from, lane_until;
	bool host_alone;	    /* members of one host take turns all the same */
	char number[16];	    /* "15", for the second subscriber "15/2" */
};

struct plan_steps {
	struct plan_step *items;
	int count;
};

#define PLAN_HASH 24

struct plan {
	const struct pair *pair;
	const struct procedure *procedure;
	struct release from, to;
	struct settings options;
	struct str_list gates; /* as for pair.gates, or the ones given at start */
	const struct member *active, *standby; /* when the plan was made; NULL: none */
	int side_by_side; /* subscribers that are worked on at once; 1: one after another */
	int *old_installation; /* one per member: index on its host, -1 none */
	int *new_installation;
	struct plan_steps lists[LISTS];
	char why[320]; /* this procedure, where nobody asked for one; "" somebody did */
	char hash[PLAN_HASH]; /* of everything that is approved: steps, members, tools */
};

void plan_free(struct plan *p);
const struct plan_step *plan_step_at(const struct plan *p, enum plan_list l, int index);

/* The step's title with its member's name in it. */
void plan_step_title(const struct plan_step *ps, char *buf, size_t size);

/* Was this advisory overridden by name? */
bool plan_overrides(const struct plan *p, const char *advisory);

/* How long the steps of a list take from this one on when each takes ms[its index]: their sum,
 * and where subscribers have their turns side by side the time until the last of them is done.
 * A time below 0 is unknown, and so is the result then: -1. From stands at
 * the first step of a section, or in none: in its middle the rest is summed up. */
int64_t plan_time_ms(const struct plan *p, enum plan_list list, int from, const int64_t *ms);

/* Index of the first row of the list with this number, -1 none. */
int plan_find(const struct plan *p, enum plan_list l, const char *number);

#endif
