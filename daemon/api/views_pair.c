#include "config.h"

#include "daemon/api/views.h"

#include <string.h>

#include "common/clock.h"
#include "daemon/api/fields.h"

static json_t *
view_position(const struct position *p)
{
	char text[POSITION_TEXT];

	return p->set ? json_string(position_text(p, text)) : json_null();
}

static json_t *
view_bookmark(const struct bookmark *b)
{
	json_t *obj;

	if (!b->written.set && !b->forced.set && !b->held.set)
		return json_null();
	obj = json_object();
	put(obj, "written", view_position(&b->written));
	put(obj, "forced", view_position(&b->forced));
	put(obj, "held", view_position(&b->held));
	return obj;
}

static const char *
agent_word(enum agent_state s)
{
	switch (s) {
	case AGENT_UNKNOWN:
		return NULL;
	case AGENT_STOPPED:
		return "stopped";
	case AGENT_RUNNING:
		return "running";
	}
	return NULL;
}

static json_t *
view_agents(const struct installation_seen *home)
{
	json_t *obj = json_object();

	put_str(obj, "replication", home ? agent_word(home->replication_agent) : NULL);
	put_str(obj, "cache", home ? agent_word(home->cache_agent) : NULL);
	return obj;
}

/* What this engine alone knows, by the last word of its names. */
static json_t *
view_details(const struct member *m, const struct observation *o)
{
	const char *const *shown = m->pair->engine->shown;
	json_t *obj = json_object();

	for (; shown != NULL && *shown != NULL; shown++) {
		const char *dot = strrchr(*shown, '.');

		put_str(obj, dot != NULL ? dot + 1 : *shown,
		    settings_get(&o->details, *shown));
	}
	return obj;
}

/* Who receives from it, or has a place kept in its log. */
static json_t *
view_peers(const struct observation *o)
{
	json_t *list = json_array();

	for (int i = 0; i < o->peer_count; i++) {
		json_t *obj = json_object();

		put_str(obj, "name", o->peers[i].store);
		put_str(obj, "state", o->peers[i].state);
		put(obj, "held", view_position(&o->peers[i].held));
		(void)json_array_append_new(list, obj);
	}
	return list;
}

/* Age of the newest aspect that was seen, -1 never. */
static int64_t
age_ms(const struct observation *o, int64_t now_ms)
{
	int64_t newest = 0;

	for (int i = 0; i < LOOKS; i++)
		if (o->at_ms[i] > newest)
			newest = o->at_ms[i];
	if (newest == 0)
		return -1;
	return now_ms > newest ? now_ms - newest : 0;
}

static json_t *
view_member(const struct member *m, const struct observation *o, int64_t now_ms)
{
	const struct installation_seen *home = observation_home(o);
	struct release release = observation_release(o);
	json_t *obj = json_object();

	put_str(obj, "name", m->name);
	put_str(obj, "host", m->host ? m->host->name : NULL);
	put_str(obj, "role", role_name(o->role));
	put_release(obj, "release", &release);
	put_release(obj, "release_on_disk",
	    home ? &home->release : &(struct release){ 0 });
	put_fact(obj, "reachable", o->reachable);
	put_bool(obj, "subscriber", m->subscriber);
	put_fact(obj, "loaded", home ? home->loaded : FACT_UNKNOWN);
	put_fact(obj, "writable", o->writable);
	put(obj, "agents", view_agents(home));
	put(obj, "bookmark", view_bookmark(&o->bookmark));
	put(obj, "peers", view_peers(o));
	put(obj, "details", view_details(m, o));
	put_count(obj, "lag_bytes", o->lag_bytes);
	put_ms(obj, "lag_ms", o->lag_ms);
	put_time(obj, "observed_at", o->at_wall_ms);
	put_ms(obj, "age_ms", age_ms(o, now_ms));
	put_str(obj, "error", o->error);
	return obj;
}

const struct member *
view_active(const struct pair *p, const struct observation *seen)
{
	const struct member *found = NULL;

	for (size_t i = 0; i < p->member_count; i++) {
		if (seen[i].role != ROLE_ACTIVE)
			continue;
		if (found)
			return NULL;
		found = &p->members[i];
	}
	return found;
}

static void
add_attention(void *arg, const char *code, const char *text, const char *remedy)
{
	json_t *obj = json_object();

	put_str(obj, "code", code);
	put_str(obj, "text", text);
	put_str(obj, "remedy", remedy);
	(void)json_array_append_new(arg, obj);
}

json_t *
view_attention(struct conductor *c, const struct pair *p)
{
	json_t *list = json_array();

	conductor_attention(c, p, add_attention, list);
	return list;
}

json_t *
view_pair(struct conductor *c, const struct pair *p)
{
	const struct observation *seen = observer_seen(conductor_observer(c), p);
	const struct member *active = view_active(p, seen);
	const struct plan *plan = NULL;
	const struct upgrade *u = conductor_upgrade(c, p, &plan);
	int64_t now_ms = clock_mono_ms();
	json_t *obj = json_object(), *members = json_array();

	for (size_t i = 0; i < p->member_count; i++)
		(void)json_array_append_new(members,
		    view_member(&p->members[i], &seen[i], now_ms));
	put_str(obj, "pair", p->name);
	put_str(obj, "engine", p->engine ? p->engine->name : NULL);
	put_str(obj, "topology", p->topology);
	put_str(obj, "state", pair_state_name(conductor_pair_state(c, p)));
	put_str(obj, "active", active ? active->name : NULL);
	put(obj, "attention", view_attention(c, p));
	put(obj, "members", members);
	put(obj, "upgrade", u ? view_upgrade(c, u, plan) : json_null());
	return obj;
}
