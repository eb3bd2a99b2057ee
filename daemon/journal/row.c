/* A row of upgrade and of step as structs, and back: the columns in one place. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

/* Columns of row_read(): the id, ROW_IDENTITY, ROW_STATE. */
enum {
	C_ID,
	C_PAIR,
	C_PROCEDURE,
	C_FROM,
	C_TO,
	C_OPTIONS,
	C_GATES,
	C_ACTIVE,
	C_STANDBY,
	C_INSTALLATIONS,
	C_PLAN_HASH,
	C_CREATED_BY,
	C_KEY,
	C_CREATED,
	C_LIST,
	C_POS,
	C_RESUME_POS,
	C_REVISION,
	C_HOLD,
	C_ABORT_ASKED,
	C_PAST_RETURN,
	C_SWAP_HELD,
	C_PAUSE_LIST,
	C_PAUSE_POS,
	C_PAUSE_STARTED,
	C_PAUSE_TOTAL,
	C_STATE_SINCE,
	C_ERROR_CODE,
	C_ERROR_TEXT,
	C_ERROR_REMEDY,
	C_STARTED,
	C_STATE,
	C_ENDED
};

static void
bind_list(struct query *q, enum plan_list l)
{
	static const char *const names[LISTS] = { "f", "u", "b", "x" };

	query_text(q, names[l]);
}

void
row_bind_place(struct query *q, const struct upgrade *u)
{
	bind_list(q, u->list);
	query_int(q, u->walk.pos);
	query_int(q, u->resume_pos);
	query_int(q, u->revision);
	query_int(q, u->hold);
	query_int(q, u->abort_asked);
	query_int(q, u->past_return);
	query_int(q, u->swap_held);
	bind_list(q, u->pause_list);
	query_int(q, u->pause_pos);
	query_int(q, u->pause_started_wall_ms);
	query_int(q, u->pause_total_ms);
	query_int(q, u->state_since_wall_ms);
	query_text(q, ud_code_name(u->error.code));
	query_text(q, u->error.text);
	query_text(q, u->error.remedy);
	query_int(q, u->started_wall_ms);
}

void
row_bind_state(struct query *q, const struct upgrade *u)
{
	row_bind_place(q, u);
	query_text(q, upgrade_state_name(u->state));
	query_int(q, u->ended_wall_ms);
}

void
row_bind_run(struct query *q, const struct step_run *run)
{
	query_text(q, step_state_name(run->state));
	query_int(q, run->approved);
	query_int(q, run->cleaning);
	query_int(q, run->touched);
	query_int(q, run->attempt);
	query_int(q, run->started_wall_ms);
	query_int(q, run->ended_wall_ms);
	query_text(q, run->error);
}

static int
unreadable(const struct query *q, const char *what, const char *is,
    struct ud_error *err)
{
	ud_fail(err, UD_EJOURNAL, "%s: %s \"%.64s\" is not known", q->j->path, what,
	    is);
	return ud_remedy(err,
	    "the file was changed by something else: restore it from a "
	    "backup of %s",
	    q->j->directory);
}

static int
read_identity(const struct query *q, struct upgrade *u, struct ud_error *err)
{
	u->id = column_int(q, C_ID);
	column_copy(q, C_PAIR, u->pair, sizeof(u->pair));
	column_copy(q, C_PROCEDURE, u->procedure, sizeof(u->procedure));
	release_of_text(column_text(q, C_FROM), &u->from);
	release_of_text(column_text(q, C_TO), &u->to);
	column_copy(q, C_ACTIVE, u->active, sizeof(u->active));
	column_copy(q, C_STANDBY, u->standby, sizeof(u->standby));
	column_copy(q, C_PLAN_HASH, u->plan_hash, sizeof(u->plan_hash));
	column_copy(q, C_CREATED_BY, u->created_by, sizeof(u->created_by));
	column_copy(q, C_KEY, u->idempotency_key, sizeof(u->idempotency_key));
	u->created_wall_ms = column_int(q, C_CREATED);
	if (settings_of_text(column_text(q, C_OPTIONS), &u->options, err) != 0 ||
	    list_of_text(column_text(q, C_GATES), &u->gates, err) != 0 ||
	    settings_of_text(column_text(q, C_INSTALLATIONS), &u->installations, err) !=
		0)
		return unreadable(q, "a list of the upgrade", err->text, err);
	return 0;
}

static int
read_state(const struct query *q, struct upgrade *u, struct ud_error *err)
{
	u->state = upgrade_state_find(column_text(q, C_STATE));
	u->list = list_of_letter(column_text(q, C_LIST));
	u->pause_list = list_of_letter(column_text(q, C_PAUSE_LIST));
	u->error.code = ud_code_find(column_text(q, C_ERROR_CODE));
	if (u->state == UPGRADE_STATES)
		return unreadable(q, "state", column_text(q, C_STATE), err);
	if (u->list == LISTS || u->pause_list == LISTS)
		return unreadable(q, "list", column_text(q, C_LIST), err);
	if (u->error.code == UD_CODES)
		return unreadable(q, "error", column_text(q, C_ERROR_CODE), err);
	u->walk.pos = (int)column_int(q, C_POS);
	u->resume_pos = (int)column_int(q, C_RESUME_POS);
	u->revision = column_int(q, C_REVISION);
	u->hold = column_int(q, C_HOLD) != 0;
	u->abort_asked = column_int(q, C_ABORT_ASKED) != 0;
	u->past_return = column_int(q, C_PAST_RETURN) != 0;
	u->swap_held = column_int(q, C_SWAP_HELD) != 0;
	u->pause_pos = (int)column_int(q, C_PAUSE_POS);
	u->pause_started_wall_ms = column_int(q, C_PAUSE_STARTED);
	u->pause_total_ms = column_int(q, C_PAUSE_TOTAL);
	u->state_since_wall_ms = column_int(q, C_STATE_SINCE);
	column_copy(q, C_ERROR_TEXT, u->error.text, sizeof(u->error.text));
	column_copy(q, C_ERROR_REMEDY, u->error.remedy, sizeof(u->error.remedy));
	u->started_wall_ms = column_int(q, C_STARTED);
	u->ended_wall_ms = column_int(q, C_ENDED);
	return 0;
}

int
row_read(const struct query *q, struct upgrade **ret, struct ud_error *err)
{
	struct upgrade *u = mem_alloc(sizeof(*u));

	if (read_identity(q, u, err) != 0 || read_state(q, u, err) != 0) {
		upgrade_free(u);
		return -1;
	}
	*ret = u;
	return 0;
}

int
row_read_step(const struct query *q, struct step_row *ret, struct ud_error *err)
{
	struct step_row s = { .list = column_text(q, 0)[0] };

	s.pos = (int)column_int(q, 1);
	column_copy(q, 2, s.number, sizeof(s.number));
	column_copy(q, 3, s.step, sizeof(s.step));
	column_copy(q, 4, s.title, sizeof(s.title));
	column_copy(q, 5, s.member, sizeof(s.member));
	s.run.state = step_state_find(column_text(q, 6));
	if (s.run.state == STEP_STATES)
		return unreadable(q, "state of a step", column_text(q, 6), err);
	s.run.approved = column_int(q, 7) != 0;
	s.run.cleaning = column_int(q, 8) != 0;
	s.run.touched = column_int(q, 9) != 0;
	s.run.attempt = (int)column_int(q, 10);
	s.run.started_wall_ms = column_int(q, 11);
	s.run.ended_wall_ms = column_int(q, 12);
	column_copy(q, 13, s.run.error, sizeof(s.run.error));
	*ret = s;
	return 0;
}

int
row_read_notes(struct journal *j, struct upgrade *u, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_NOTES, err) != 0)
		return -1;
	query_int(&q, u->id);
	while ((rc = query_row(&q, err)) > 0)
		settings_set(&u->notes, column_text(&q, 0), column_text(&q, 1));
	query_close(&q);
	return rc;
}
