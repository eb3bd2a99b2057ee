/* The journal, as a test wrote it down in the world. */
#include <string.h>

#include "tests/unit/api/world.h"

static int
may_read(struct ud_error *err)
{
	return world.journal_broken ? ud_fail(err, UD_EJOURNAL, "disk I/O error") : 0;
}

int
journal_history(struct journal *j, const char *pair, const char *state, int64_t after,
    int limit, journal_history_fn *each, void *arg, struct ud_error *err)
{
	(void)j;
	for (int i = world.past_count - 1; i >= 0 && limit > 0; i--) {
		const struct upgrade *u = world.past[i];

		if ((pair && strcmp(u->pair, pair) != 0) ||
		    (after > 0 && u->id >= after) ||
		    (state && strcmp(upgrade_state_name(u->state), state) != 0))
			continue;
		each(arg, u);
		limit--;
	}
	return may_read(err);
}

int
journal_find(struct journal *j, int64_t id, journal_history_fn *each, void *arg,
    struct ud_error *err)
{
	(void)j;
	if (may_read(err) != 0)
		return -1;
	if (world.live && world.live->id == id) {
		each(arg, world.live);
		return 0;
	}
	for (int i = 0; i < world.past_count; i++) {
		if (world.past[i]->id != id)
			continue;
		each(arg, world.past[i]);
		return 0;
	}
	return ud_fail(err, UD_ENOTFOUND, "no upgrade %d", (int)id);
}

int
journal_find_key(struct journal *j, const char *key, int64_t *ret_id,
    struct ud_error *err)
{
	(void)j;
	*ret_id = 0;
	for (int i = 0; i < world.past_count; i++)
		if (strcmp(world.past[i]->idempotency_key, key) == 0)
			*ret_id = world.past[i]->id;
	return may_read(err);
}

int
journal_steps(struct journal *j, int64_t upgrade, journal_step_fn *each, void *arg,
    struct ud_error *err)
{
	(void)j;
	(void)upgrade;
	for (int i = 0; i < world.step_count; i++)
		each(arg, &world.steps[i]);
	return may_read(err);
}

int
journal_commands(struct journal *j, int64_t upgrade, const char *number, int64_t after,
    int limit, journal_command_fn *each, void *arg, struct ud_error *err)
{
	(void)j;
	for (int i = 0; i < world.command_count && limit > 0; i++) {
		const struct command_row *c = &world.commands[i];

		if (c->upgrade != upgrade || c->id <= after ||
		    (number && strcmp(c->number, number) != 0))
			continue;
		each(arg, c);
		limit--;
	}
	return may_read(err);
}

int
journal_events(struct journal *j, int64_t after, const char *pair, int limit,
    journal_event_fn *each, void *arg, struct ud_error *err)
{
	(void)j;
	world.event_reads++;
	if (may_read(err) != 0)
		return -1;
	for (int i = (int)after; i < world.event_count && limit > 0; i++) {
		if (pair && strcmp(world.events[i].pair, pair) != 0)
			continue;
		each(arg, &world.events[i].row);
		limit--;
	}
	return 0;
}

int64_t
journal_last_event(const struct journal *j)
{
	(void)j;
	return world.event_count;
}

int
journal_approvals(struct journal *j, int64_t upgrade, journal_approval_fn *each,
    void *arg, struct ud_error *err)
{
	(void)j;
	(void)upgrade;
	for (int i = 0; i < world.approval_count; i++)
		each(arg, &world.approvals[i]);
	return may_read(err);
}

void
journal_totals(const struct journal *j, struct journal_totals *ret)
{
	(void)j;
	*ret = world.totals;
}
