#include "config.h"

#include "daemon/model/upgrade.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/model/engine.h"

/* clang-format off */
static const char *const state_names[UPGRADE_STATES] = {
	[UPGRADE_CHECKING]  = "checking",
	[UPGRADE_RUNNING]   = "running",
	[UPGRADE_GATED]     = "gated",
	[UPGRADE_PAUSED]    = "paused",
	[UPGRADE_ATTENTION] = "attention",
	[UPGRADE_ABORTING]  = "aborting",
	[UPGRADE_COMPLETED] = "completed",
	[UPGRADE_ABORTED]   = "aborted",
};

static const char *const step_names[STEP_STATES] = {
	[STEP_PENDING]	 = "pending",
	[STEP_RUNNING]	 = "running",
	[STEP_VERIFYING] = "verifying",
	[STEP_DONE]	 = "done",
	[STEP_SKIPPED]	 = "skipped",
	[STEP_FAILED]	 = "failed",
	[STEP_UNDONE]	 = "undone",
};

static const char *const list_names[LISTS] = {
	[LIST_FORWARD]	    = "forward",
	[LIST_UNDO]	    = "abort",
	[LIST_BACKOUT]	    = "back-out",
	[LIST_UNDO_BACKOUT] = "abort-back-out",
};
/* clang-format on */

const char *
upgrade_state_name(enum upgrade_state s)
{
	return state_names[s];
}

const char *
step_state_name(enum step_state s)
{
	return step_names[s];
}

const char *
plan_list_name(enum plan_list l)
{
	return list_names[l];
}

enum upgrade_state
upgrade_state_find(const char *name)
{
	for (int i = 0; i < UPGRADE_STATES; i++)
		if (str_equal(state_names[i], name))
			return (enum upgrade_state)i;
	return UPGRADE_STATES;
}

enum step_state
step_state_find(const char *name)
{
	for (int i = 0; i < STEP_STATES; i++)
		if (str_equal(step_names[i], name))
			return (enum step_state)i;
	return STEP_STATES;
}

bool
upgrade_is_over(const struct upgrade *u)
{
	return u->state == UPGRADE_COMPLETED || u->state == UPGRADE_ABORTED;
}

static void
name_installations(struct upgrade *u, const struct plan *plan)
{
	const struct pair *pair = plan->pair;

	for (size_t i = 0; i < pair->member_count; i++) {
		const struct member *m = &pair->members[i];
		const struct installation *from, *to;
		char *text;

		from = member_installation(m, plan->old_installation[i]);
		to = member_installation(m, plan->new_installation[i]);
		text = mem_printf("%s/%s", from ? from->name : "", to ? to->name : "");
		settings_set(&u->installations, m->name, text);
		free(text);
	}
}

struct upgrade *
upgrade_new(const struct plan *plan)
{
	struct upgrade *u = mem_alloc(sizeof(*u));
	char chosen[400];

	str_copy(u->pair, sizeof(u->pair), plan->pair->name);
	str_copy(u->procedure, sizeof(u->procedure), plan->procedure->id);
	u->from = plan->from;
	u->to = plan->to;
	settings_copy(&u->options, &plan->options);
	str_list_copy(&u->gates, &plan->gates);
	if (plan->active != NULL)
		str_copy(u->active, sizeof(u->active), plan->active->name);
	if (plan->standby != NULL)
		str_copy(u->standby, sizeof(u->standby), plan->standby->name);
	name_installations(u, plan);
	if (plan->why[0] != '\0') {
		str_printf(chosen, sizeof(chosen), "%s was chosen: %s", u->procedure, plan->why);
		settings_set(&u->notes, NOTE_RECORD "chosen", chosen);
	}
	str_copy(u->plan_hash, sizeof(u->plan_hash), plan->hash);
	for (int l = 0; l < LISTS; l++) {
		u->run_count[l] = plan->lists[l].count;
		u->runs[l] = mem_array(NULL, (size_t)u->run_count[l] + 1,
		    sizeof(struct step_run));
		memset(u->runs[l], 0,
		    ((size_t)u->run_count[l] + 1) * sizeof(struct step_run));
	}
	u->pause_pos = -1;
	u->pause_total_ms = -1;
	u->revision = 1;
	return u;
}

struct upgrade *
upgrade_copy(const struct upgrade *u)
{
	struct upgrade *c = mem_alloc(sizeof(*c));

	*c = *u;
	memset(&c->options, 0, sizeof(c->options));
	memset(&c->installations, 0, sizeof(c->installations));
	memset(&c->notes, 0, sizeof(c->notes));
	memset(&c->gates, 0, sizeof(c->gates));
	settings_copy(&c->options, &u->options);
	settings_copy(&c->installations, &u->installations);
	settings_copy(&c->notes, &u->notes);
	str_list_copy(&c->gates, &u->gates);
	for (int l = 0; l < LISTS; l++) {
		size_t n = (size_t)u->run_count[l] + 1;

		if (u->runs[l] == NULL)
			continue;
		c->runs[l] = mem_array(NULL, n, sizeof(struct step_run));
		memcpy(c->runs[l], u->runs[l], n * sizeof(struct step_run));
	}
	return c;
}

void
upgrade_free(struct upgrade *u)
{
	if (u == NULL)
		return;
	settings_done(&u->options);
	settings_done(&u->installations);
	settings_done(&u->notes);
	str_list_done(&u->gates);
	for (int l = 0; l < LISTS; l++)
		free(u->runs[l]);
	free(u);
}

const struct walk *
upgrade_walk(const struct upgrade *u, int lane)
{
	return lane == 0 ? &u->walk : &u->lanes[lane - 1];
}

int
upgrade_lane(const struct upgrade *u, int pos)
{
	for (int i = 0; i <= u->lane_count; i++)
		if (upgrade_walk(u, i)->pos == pos)
			return i;
	return -1;
}

void
upgrade_turn_to(struct upgrade *u, int lane)
{
	struct walk other;

	if (lane == 0)
		return;
	other = u->lanes[lane - 1];
	u->lanes[lane - 1] = u->walk;
	u->walk = other;
}

struct step_run *
upgrade_run(struct upgrade *u)
{
	if (u->runs[u->list] == NULL || u->walk.pos >= u->run_count[u->list])
		return NULL;
	return &u->runs[u->list][u->walk.pos];
}

const struct plan_step *
upgrade_step(const struct upgrade *u, const struct plan *p)
{
	return plan_step_at(p, u->list, u->walk.pos);
}

int
upgrade_steps_done(const struct upgrade *u)
{
	int done = 0;

	for (int i = 0; i < u->run_count[LIST_FORWARD]; i++) {
		enum step_state s = u->runs[LIST_FORWARD][i].state;

		done += s == STEP_DONE || s == STEP_SKIPPED;
	}
	return done;
}
