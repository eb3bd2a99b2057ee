/* Reading for people: every list is a range of an index with a limit. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

/* ---- upgrades ---- */

static int
each_upgrade(struct journal *j, struct query *q, journal_history_fn *each, void *arg,
    int *ret_count, struct ud_error *err)
{
	struct upgrade *u = NULL;
	int rc;

	while ((rc = query_row(q, err)) > 0) {
		if (row_read(q, &u, err) != 0) {
			rc = -1;
			break;
		}
		if (row_read_notes(j, u, err) != 0) {
			upgrade_free(u);
			rc = -1;
			break;
		}
		each(arg, u);
		upgrade_free(u);
		++*ret_count;
	}
	query_close(q);
	return rc;
}

int
journal_history(struct journal *j, const char *pair, const char *state, int64_t after,
    int limit, journal_history_fn *each, void *arg, struct ud_error *err)
{
	enum statement id = pair != NULL && state != NULL ? ST_HISTORY_PAIR_STATE
	    : pair != NULL                                ? ST_HISTORY_PAIR
	    : state != NULL                               ? ST_HISTORY_STATE
							  : ST_HISTORY;
	struct query q;
	int count = 0;

	if (query_open(&q, j, id, err) != 0)
		return -1;
	if (pair != NULL)
		query_text(&q, pair);
	if (state != NULL)
		query_text(&q, state);
	query_int(&q, after > 0 ? after : INT64_MAX);
	query_int(&q, limit > 0 ? limit : 0);
	return each_upgrade(j, &q, each, arg, &count, err);
}

int
journal_find(struct journal *j, int64_t id, journal_history_fn *each, void *arg,
    struct ud_error *err)
{
	struct query q;
	int count = 0;

	if (query_open(&q, j, ST_UPGRADE_FIND, err) != 0)
		return -1;
	query_int(&q, id);
	if (each_upgrade(j, &q, each, arg, &count, err) != 0)
		return -1;
	if (count > 0)
		return 0;
	ud_fail(err, UD_ENOTFOUND, "there is no upgrade %lld", (long long)id);
	return ud_remedy(err, "the upgrades of a pair: upgradectl history PAIR");
}

int
journal_find_key(struct journal *j, const char *key, int64_t *ret_id,
    struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_UPGRADE_BY_KEY, err) != 0)
		return -1;
	query_text(&q, key);
	rc = query_row(&q, err);
	if (rc >= 0)
		*ret_id = rc > 0 ? column_int(&q, 0) : 0;
	query_close(&q);
	return rc < 0 ? -1 : 0;
}

/* ---- steps ---- */

static int
each_step(struct query *q, journal_step_fn *each, void *arg, struct ud_error *err)
{
	struct step_row s;
	int rc;

	while ((rc = query_row(q, err)) > 0) {
		if (row_read_step(q, &s, err) != 0) {
			rc = -1;
			break;
		}
		each(arg, &s);
	}
	query_close(q);
	return rc;
}

#define PAST_MOST 400

int
journal_past(struct journal *j, const char *pair, struct past_runs *ret, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_PAST, err) != 0)
		return -1;
	query_text(&q, pair);
	query_int(&q, PAST_MOST);
	while ((rc = query_row(&q, err)) > 0) {
		struct past_run run = { .upgrade = column_int(&q, 2), .ms = column_int(&q, 3) };
		const char *size = column_text(&q, 4);

		str_copy(run.step, sizeof(run.step), column_text(&q, 0));
		str_copy(run.member, sizeof(run.member), column_text(&q, 1));
		if (size == NULL || !str_to_int(size, 0, INT64_MAX, &run.size_kib))
			run.size_kib = -1;
		past_add(ret, &run);
	}
	query_close(&q);
	return rc < 0 ? -1 : 0;
}

/* In the order of the lists, which is not that of their letters. */
int
journal_steps(struct journal *j, int64_t upgrade, journal_step_fn *each, void *arg,
    struct ud_error *err)
{
	struct query q;

	for (int l = 0; l < LISTS; l++) {
		const char letter[2] = { letter_of_list((enum plan_list)l), '\0' };

		if (query_open(&q, j, ST_STEPS, err) != 0)
			return -1;
		query_int(&q, upgrade);
		query_text(&q, letter);
		if (each_step(&q, each, arg, err) != 0)
			return -1;
	}
	return 0;
}

/* ---- commands ---- */

void
command_row_done(struct command_row *c)
{
	free(c->text);
	free(c->output);
	c->text = NULL;
	c->output = NULL;
}

static char *
text_or_null(const struct query *q, int i)
{
	return mem_strdup((const char *)sqlite3_column_text(q->st, i));
}

static void
read_command(const struct query *q, struct command_row *c)
{
	*c =
	    (struct command_row){ .id = column_int(q, 0), .upgrade = column_int(q, 1) };
	c->list = column_text(q, 2)[0];
	c->pos = (int)column_int(q, 3);
	column_copy(q, 4, c->number, sizeof(c->number));
	column_copy(q, 5, c->step, sizeof(c->step));
	c->attempt = (int)column_int(q, 6);
	c->clean_up = column_int(q, 7) != 0;
	column_copy(q, 8, c->member, sizeof(c->member));
	column_copy(q, 9, c->host, sizeof(c->host));
	column_copy(q, 10, c->kind, sizeof(c->kind));
	c->text = text_or_null(q, 11);
	c->started_wall_ms = column_int(q, 12);
	c->ended_wall_ms = column_int(q, 13);
	column_copy(q, 14, c->ending, sizeof(c->ending));
	c->status = (int)column_int(q, 15);
	column_copy(q, 16, c->verdict, sizeof(c->verdict));
	c->output = text_or_null(q, 17);
}

int
journal_open_command(struct journal *j, int64_t upgrade, char list, int pos,
    bool *ret_found, struct command_row *ret, struct ud_error *err)
{
	const char letter[2] = { list, '\0' };
	struct query q;
	int rc;

	if (query_open(&q, j, ST_COMMAND_OPEN, err) != 0)
		return -1;
	query_int(&q, upgrade);
	query_text(&q, letter);
	query_int(&q, pos);
	rc = query_row(&q, err);
	if (rc > 0)
		read_command(&q, ret);
	query_close(&q);
	if (rc < 0)
		return -1;
	*ret_found = rc > 0;
	return 0;
}

int
journal_commands(struct journal *j, int64_t upgrade, const char *number, int64_t after,
    int limit, journal_command_fn *each, void *arg, struct ud_error *err)
{
	struct command_row c;
	struct query q;
	int rc;

	if (query_open(&q, j, number != NULL ? ST_COMMANDS_NUMBER : ST_COMMANDS, err) !=
	    0)
		return -1;
	query_int(&q, upgrade);
	if (number != NULL)
		query_text(&q, number);
	query_int(&q, after);
	query_int(&q, limit > 0 ? limit : 0);
	while ((rc = query_row(&q, err)) > 0) {
		read_command(&q, &c);
		each(arg, &c);
		command_row_done(&c);
	}
	query_close(&q);
	return rc;
}

/* ---- approvals ---- */

int
journal_approvals(struct journal *j, int64_t upgrade, journal_approval_fn *each,
    void *arg, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_APPROVALS, err) != 0)
		return -1;
	query_int(&q, upgrade);
	while ((rc = query_row(&q, err)) > 0) {
		const struct approval_row a = {
			.wall_ms = column_int(&q, 0),
			.gate = column_text(&q, 1),
			.step = column_text(&q, 2),
			.who = column_text(&q, 3),
			.comment = column_text(&q, 4),
		};

		each(arg, &a);
	}
	query_close(&q);
	return rc;
}
