/* Writing what only grows: events, commands, approvals, observations. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/journal/internal.h"

static void
query_id_or_null(struct query *q, int64_t id)
{
	if (id != 0)
		query_int(q, id);
	else
		query_text(q, NULL);
}

int
journal_put_event(struct journal *j, const char *pair, int64_t upgrade,
    enum event_kind kind, const char *step, const char *member, const char *text,
    const char *data, int64_t *ret_id, struct ud_error *err)
{
	struct query q;

	if (put_open(&q, j, ST_EVENT_INSERT, err) != 0)
		return -1;
	query_int(&q, j->now[LAST_EVENT] + 1);
	query_int(&q, clock_wall_ms());
	query_id_or_null(&q, upgrade);
	query_text(&q, pair != NULL ? pair : "");
	query_text(&q, event_kind_name(kind));
	query_text(&q, step != NULL ? step : "");
	query_text(&q, member != NULL ? member : "");
	query_text_cut(&q, text != NULL ? text : "");
	query_text(&q, data);
	if (put_run(&q, err) != 0)
		return -1;
	j->now[LAST_EVENT]++;
	if (ret_id != NULL)
		*ret_id = j->now[LAST_EVENT];
	return 0;
}

int
journal_put_command(struct journal *j, struct command_row *c, struct ud_error *err)
{
	const char letter[2] = { c->list, '\0' };
	struct query q;

	if (put_open(&q, j, ST_COMMAND_INSERT, err) != 0)
		return -1;
	query_int(&q, j->now[LAST_COMMAND] + 1);
	query_id_or_null(&q, c->upgrade);
	query_text(&q, letter);
	query_int(&q, c->pos);
	query_text(&q, c->number);
	query_text(&q, c->step);
	query_int(&q, c->attempt);
	query_int(&q, c->clean_up);
	query_text(&q, c->member);
	query_text(&q, c->host);
	query_text(&q, c->kind);
	query_text_cut(&q, c->text);
	query_int(&q, c->started_wall_ms);
	query_int(&q, c->ended_wall_ms);
	query_text(&q, c->ending);
	query_int(&q, c->status);
	query_text(&q, c->verdict);
	query_text_cut(&q, c->output);
	if (put_run(&q, err) != 0)
		return -1;
	c->id = ++j->now[LAST_COMMAND];
	return 0;
}

int
journal_end_command(struct journal *j, const struct command_row *c,
    struct ud_error *err)
{
	struct query q;

	if (put_open(&q, j, ST_COMMAND_END, err) != 0)
		return -1;
	query_int(&q, c->started_wall_ms);
	query_int(&q, c->ended_wall_ms);
	query_text(&q, c->ending);
	query_int(&q, c->status);
	query_text(&q, c->verdict);
	query_text_cut(&q, c->output);
	query_int(&q, c->id);
	if (put_run(&q, err) != 0)
		return -1;
	if (sqlite3_changes(j->db) != 1) {
		ud_fail(err, UD_EJOURNAL, "command %lld is not in the journal",
		    (long long)c->id);
		return put_failed(j, err);
	}
	j->now[str_equal(c->verdict, "ok") ? COUNT_COMMANDS_OK
					   : COUNT_COMMANDS_FAILED]++;
	return 0;
}

int
journal_put_approval(struct journal *j, int64_t upgrade, const char *gate,
    const char *step, const char *who, const char *comment, const char *plan_hash,
    struct ud_error *err)
{
	struct query q;

	if (put_open(&q, j, ST_APPROVAL_INSERT, err) != 0)
		return -1;
	query_int(&q, upgrade);
	query_int(&q, clock_wall_ms());
	query_text(&q, gate != NULL ? gate : "");
	query_text(&q, step != NULL ? step : "");
	query_text(&q, who != NULL ? who : "");
	query_text_cut(&q, comment != NULL ? comment : "");
	query_text(&q, plan_hash != NULL ? plan_hash : "");
	return put_run(&q, err);
}

static void
query_position(struct query *q, const struct position *p, char buf[POSITION_TEXT])
{
	query_text(q, p->set ? position_text(p, buf) : NULL);
}

static void
query_known(struct query *q, int64_t v)
{
	if (v >= 0)
		query_int(q, v);
	else
		query_text(q, NULL);
}

int
journal_put_observation(struct journal *j, const char *pair, const char *member,
    const struct observation *o, struct ud_error *err)
{
	char written[POSITION_TEXT], forced[POSITION_TEXT], held[POSITION_TEXT];
	struct query q;

	if (put_open(&q, j, ST_OBSERVATION_INSERT, err) != 0)
		return -1;
	query_int(&q, o->at_wall_ms > 0 ? o->at_wall_ms : clock_wall_ms());
	query_text(&q, pair);
	query_text(&q, member);
	query_text(&q, role_name(o->role));
	query_text(&q, fact_name(o->reachable));
	query_text(&q, fact_name(o->writable));
	query_position(&q, &o->bookmark.written, written);
	query_position(&q, &o->bookmark.forced, forced);
	query_position(&q, &o->bookmark.held, held);
	query_known(&q, o->lag_bytes);
	query_known(&q, o->lag_ms);
	return put_run(&q, err);
}
