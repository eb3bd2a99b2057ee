#include "config.h"

#include "daemon/api/views.h"

#include "daemon/api/fields.h"

/* The letters that the journal keeps; plan_list_name() has the words. */
static const char *
phase_of(char list)
{
	static const char letters[LISTS + 1] = "fubx";

	for (int l = 0; l < LISTS; l++)
		if (letters[l] == list)
			return plan_list_name((enum plan_list)l);
	return NULL;
}

static int64_t
took_ms(int64_t started_wall_ms, int64_t ended_wall_ms)
{
	if (started_wall_ms <= 0 || ended_wall_ms <= 0)
		return -1;
	return ended_wall_ms > started_wall_ms ? ended_wall_ms - started_wall_ms : 0;
}

/* data was written as JSON by us; should it not be, it is shown as the text it is. */
static json_t *
view_data(const char *text)
{
	json_t *value;

	if (!text || !*text)
		return json_null();
	value = json_loads(text, JSON_DECODE_ANY, NULL);
	return value ? value : ujson_str_or_null(text);
}

json_t *
view_event(const struct event_row *e)
{
	json_t *obj = json_object();

	put_int(obj, "id", e->id);
	put_time(obj, "at", e->wall_ms);
	put_str(obj, "pair", e->pair);
	put_count(obj, "upgrade", e->upgrade > 0 ? e->upgrade : -1);
	put_str(obj, "kind", e->kind);
	put_str(obj, "step", e->step);
	put_str(obj, "member", e->member);
	put_str(obj, "text", e->text);
	put(obj, "data", view_data(e->data));
	return obj;
}

json_t *
view_step_row(const struct step_row *s)
{
	const struct step_run *run = &s->run;
	json_t *obj = json_object();

	put_str(obj, "number", s->number);
	put_str(obj, "id", s->step);
	put_str(obj, "title", s->title);
	put_str(obj, "member", s->member);
	put_str(obj, "phase", phase_of(s->list));
	put_str(obj, "state", step_state_name(run->state));
	put_int(obj, "attempt", run->attempt);
	put_time(obj, "started_at", run->started_wall_ms);
	put_time(obj, "ended_at", run->ended_wall_ms);
	put_ms(obj, "took_ms", took_ms(run->started_wall_ms, run->ended_wall_ms));
	put_str(obj, "error", run->error);
	return obj;
}

/* One number in the journal, two meanings: an exit status or a signal. */
static void
put_ending(json_t *obj, const struct command_row *c)
{
	bool exited = str_equal(c->ending, ending_name(ENDING_EXITED));
	bool signalled = str_equal(c->ending, ending_name(ENDING_SIGNALLED));

	put_str(obj, "ending", c->ending);
	put_count(obj, "exit", exited ? c->status : -1);
	put_count(obj, "signal", signalled ? c->status : -1);
}

json_t *
view_command_row(const struct command_row *c)
{
	json_t *obj = json_object();

	put_int(obj, "id", c->id);
	put_str(obj, "step", c->step);
	put_str(obj, "number", c->number);
	put_str(obj, "phase", phase_of(c->list));
	put_int(obj, "attempt", c->attempt);
	put_bool(obj, "clean_up", c->clean_up);
	put_str(obj, "member", c->member);
	put_str(obj, "host", c->host);
	put_str(obj, "kind", c->kind);
	put_str(obj, "command", c->text);
	put_time(obj, "started_at", c->started_wall_ms);
	put_time(obj, "ended_at", c->ended_wall_ms);
	put_ms(obj, "took_ms", took_ms(c->started_wall_ms, c->ended_wall_ms));
	put_ending(obj, c);
	put_str(obj, "verdict", c->verdict);
	put_str(obj, "output", c->output);
	return obj;
}

json_t *
view_approval(const struct approval_row *a)
{
	json_t *obj = json_object();

	put_time(obj, "at", a->wall_ms);
	put_str(obj, "gate", a->gate);
	put_str(obj, "step", a->step);
	put_str(obj, "who", a->who);
	put_str(obj, "comment", a->comment);
	return obj;
}
