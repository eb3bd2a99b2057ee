/* A pair of TimesTen with one step of its plan in hand: what is seen and printed is set, then the step is asked. */
#ifndef UD_TESTS_UNIT_ENGINE_STEPS_STAGE_H
#define UD_TESTS_UNIT_ENGINE_STEPS_STAGE_H

#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"
#include "tests/simulation/site.h"

struct stage {
	struct site site;
	struct observation seen[SITE_MEMBERS];
	struct plan *plan;
	struct upgrade *u;
	struct outcome outcome;
	struct scene scene;
	const struct plan_step *ps;
	struct plan_step other; /* in its place, when one was put there */
};

/* The step of this number in a list of asp-major; master1 is active, nothing was done yet. */
void stage_init(struct stage *g, enum plan_list list, const char *number);
void stage_done(struct stage *g);

/* Another step at the same place of the plan; g->other is it, and may be changed. */
void stage_step(struct stage *g, const struct step *step);

/* Its command ended and left this output; text is borrowed and may be NULL. */
void stage_printed(struct stage *g, char *text);

enum probe stage_probe(struct stage *g);

/* What its command is, as a plan prints it; free it. */
char *stage_command(struct stage *g);

/* Nothing when the value is NULL. */
void set_if(struct settings *s, const char *key, const char *value);

#endif
