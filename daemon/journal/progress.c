/* Writing the state of an upgrade: its row, its steps, its notes. */
#include "config.h"

#include <stdlib.h>

#include "daemon/journal/internal.h"

static int
not_text(const struct upgrade *u, struct ud_error *err)
{
	ud_fail(err, UD_EUSAGE, "options or gates of the upgrade of %s are not UTF-8",
	    u->pair);
	return ud_remedy(err, "write them in UTF-8");
}

static void
bind_identity(struct query *q, const struct upgrade *u, char *const lists[3],
    char from[RELEASE_TEXT], char to[RELEASE_TEXT])
{
	query_text(q, u->pair);
	query_text(q, u->procedure);
	query_text(q, text_of_release(&u->from, from));
	query_text(q, text_of_release(&u->to, to));
	query_text(q, lists[0]);
	query_text(q, lists[1]);
	query_text(q, u->active);
	query_text(q, u->standby);
	query_text(q, lists[2]);
	query_text(q, u->plan_hash);
	query_text(q, u->created_by);
	query_text(q, u->idempotency_key[0] != '\0' ? u->idempotency_key : NULL);
	query_int(q, u->created_wall_ms);
}

/* The key is looked for first: a person gets to hear which upgrade has it. */
static int
refuse_used_key(struct journal *j, const struct upgrade *u, struct ud_error *err)
{
	int64_t other = 0;

	if (u->idempotency_key[0] == '\0')
		return 0;
	if (journal_find_key(j, u->idempotency_key, &other, err) != 0)
		return -1;
	if (other == 0)
		return 0;
	ud_fail(err, UD_ESTATE, "idempotency key %s was used for upgrade %lld",
	    u->idempotency_key, (long long)other);
	return ud_remedy(err,
	    "look at that upgrade, or send a new key: upgradectl show %lld",
	    (long long)other);
}

static int
insert_upgrade(struct journal *j, struct upgrade *u, struct ud_error *err)
{
	char *lists[3] = { text_of_settings(&u->options), text_of_list(&u->gates),
		text_of_settings(&u->installations) };
	char from[RELEASE_TEXT], to[RELEASE_TEXT];
	struct query q;
	int rc = -1;

	if (lists[0] == NULL || lists[1] == NULL || lists[2] == NULL) {
		not_text(u, err);
		goto out;
	}
	if (refuse_used_key(j, u, err) != 0 ||
	    put_open(&q, j, ST_UPGRADE_INSERT, err) != 0)
		goto out;
	bind_identity(&q, u, lists, from, to);
	row_bind_state(&q, u);
	rc = put_run(&q, err);
	if (rc == 0)
		u->id = sqlite3_last_insert_rowid(j->db);
out:
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		free(lists[i]);
	return rc;
}

static struct known *
known_place(struct journal *j, int64_t id)
{
	return &j->known[id % KNOWN];
}

/* What the row has now: totals count changes, and indexes are touched by changes only. */
static int
know(struct journal *j, int64_t id, struct known *ret, struct ud_error *err)
{
	struct query q;
	int rc;

	*ret = *known_place(j, id);
	if (ret->id == id)
		return 0;
	if (put_open(&q, j, ST_UPGRADE_STATE, err) != 0)
		return -1;
	query_int(&q, id);
	rc = query_row(&q, err);
	if (rc > 0)
		*ret = (struct known){ id, upgrade_state_find(column_text(&q, 0)),
			column_int(&q, 1) };
	else if (rc == 0)
		ud_fail(err, UD_EJOURNAL, "upgrade %lld is not in the journal",
		    (long long)id);
	query_close(&q);
	return rc > 0 ? 0 : -1;
}

static void
count_state(struct journal *j, enum upgrade_state was, enum upgrade_state is)
{
	if (was == is)
		return;
	j->now[COUNT_COMPLETED] += is == UPGRADE_COMPLETED;
	j->now[COUNT_ABORTED] += is == UPGRADE_ABORTED;
	j->now[COUNT_ATTENTION] += is == UPGRADE_ATTENTION;
}

static int
update_upgrade(struct journal *j, const struct upgrade *u, struct ud_error *err)
{
	struct known was;
	struct query q;
	bool moved_only;

	if (know(j, u->id, &was, err) != 0)
		return -1;
	moved_only = was.state == u->state && was.ended_wall_ms == u->ended_wall_ms;
	if (put_open(&q, j, moved_only ? ST_UPGRADE_MOVE : ST_UPGRADE_UPDATE, err) != 0)
		return -1;
	if (moved_only)
		row_bind_place(&q, u);
	else
		row_bind_state(&q, u);
	query_int(&q, u->id);
	if (put_run(&q, err) != 0)
		return -1;
	count_state(j, was.state, u->state);
	*known_place(j, u->id) = (struct known){ u->id, u->state, u->ended_wall_ms };
	return 0;
}

static int
update_step(struct journal *j, const struct upgrade *u, enum plan_list l, int pos,
    struct ud_error *err)
{
	const char letter[2] = { letter_of_list(l), '\0' };
	struct query q;

	if (put_open(&q, j, ST_STEP_UPDATE, err) != 0)
		return -1;
	row_bind_run(&q, &u->runs[l][pos]);
	query_int(&q, u->id);
	query_text(&q, letter);
	query_int(&q, pos);
	if (put_run(&q, err) != 0)
		return -1;
	if (sqlite3_changes(j->db) == 1)
		return 0;
	return ud_fail(err, UD_EJOURNAL,
	    "step %s%d of upgrade %lld is not in the journal", letter, pos,
	    (long long)u->id);
}

static int
put_dirty_steps(struct journal *j, const struct upgrade *u, struct ud_error *err)
{
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; u->runs[l] != NULL && i < u->run_count[l]; i++)
			if (u->runs[l][i].dirty &&
			    update_step(j, u, (enum plan_list)l, i, err) != 0)
				return -1;
	return 0;
}

static int
put_notes(struct journal *j, const struct upgrade *u, struct ud_error *err)
{
	struct query q;

	if (put_open(&q, j, ST_NOTE_CLEAR, err) != 0)
		return -1;
	query_int(&q, u->id);
	if (put_run(&q, err) != 0)
		return -1;
	for (size_t i = 0; i < u->notes.count; i++) {
		if (put_open(&q, j, ST_NOTE_INSERT, err) != 0)
			return -1;
		query_int(&q, u->id);
		query_int(&q, (int64_t)i);
		query_text(&q, u->notes.items[i].key);
		query_text(&q, u->notes.items[i].value);
		if (put_run(&q, err) != 0)
			return -1;
	}
	return 0;
}

int
journal_put_upgrade(struct journal *j, struct upgrade *u, struct ud_error *err)
{
	bool fresh = u->id == 0;

	if (fresh) {
		if (insert_upgrade(j, u, err) != 0)
			return put_failed(j, err);
	} else if (update_upgrade(j, u, err) != 0 || put_dirty_steps(j, u, err) != 0) {
		return put_failed(j, err);
	}
	if ((u->notes_dirty || (fresh && u->notes.count > 0)) &&
	    put_notes(j, u, err) != 0)
		return put_failed(j, err);
	return 0;
}

static int
insert_step(struct journal *j, const struct upgrade *u, const struct plan_step *ps,
    struct ud_error *err)
{
	const char letter[2] = { letter_of_list(ps->list), '\0' };
	char title[sizeof(((struct step_row *)NULL)->title)];
	struct query q;

	if (put_open(&q, j, ST_STEP_INSERT, err) != 0)
		return -1;
	plan_step_title(ps, title, sizeof(title));
	query_int(&q, u->id);
	query_text(&q, letter);
	query_int(&q, ps->index);
	query_text(&q, ps->number);
	query_text(&q, ps->step->id);
	query_text(&q, title);
	query_text(&q, ps->member != NULL ? ps->member->name : "");
	row_bind_run(&q, &u->runs[ps->list][ps->index]);
	return put_run(&q, err);
}

int
journal_put_steps(struct journal *j, const struct upgrade *u, const struct plan *plan,
    struct ud_error *err)
{
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < plan->lists[l].count; i++)
			if (insert_step(j, u, &plan->lists[l].items[i], err) != 0)
				return put_failed(j, err);
	return 0;
}
