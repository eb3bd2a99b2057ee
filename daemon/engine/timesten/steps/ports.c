/*
 * Static ports: what agents of two major releases find each other by. The scheme of a pair is
 * changed on the active; every other database gets it by being made anew. A classic scheme is
 * changed in the same words on every database.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Upgrades for major TimesTen releases", the
 * preparation of an active standby pair; SQL Reference, ALTER ACTIVE STANDBY PAIR.
 */
#include "config.h"

#include <strings.h>

#include <string.h>

#include "common/buf.h"
#include "daemon/engine/timesten/steps/common.h"

static void
set_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct pair *p = s->plan->pair;
	const char *scheme =
	    s->upgrade != NULL ? settings_get(&s->upgrade->notes, TT_NOTE_SCHEME) : NULL;
	bool classic = str_equal(p->topology, "bidirectional");
	struct buf b = { 0 };

	if (classic)
		buf_addf(&b, "ALTER REPLICATION %s", scheme != NULL ? scheme : "SCHEME");
	else
		buf_adds(&b, "ALTER ACTIVE STANDBY PAIR");
	for (size_t i = 0; i < p->member_count; i++)
		buf_addf(&b, " ALTER STORE %s ON \"%s\" SET PORT %d",
		    step_scheme_store(s, &p->members[i]),
		    step_scheme_host(s, &p->members[i]), p->members[i].port);
	tt_session(ret, ps->member, step_home(s, ps, ps->member),
	    "%s", buf_text(&b));
	buf_done(&b);
	ret->limit_ms = 30000;
}

/* The port that m's own copy of the scheme has for the member; -1: not told. */
static int64_t
port_of(const struct scene *s, const struct member *m, const struct member *of)
{
	const struct settings *d = &step_seen(s, m)->details;
	const char *store = step_scheme_store(s, of);
	size_t len = strlen(store);
	int64_t port;

	for (size_t i = 0; i < d->count; i++) {
		const char *key = d->items[i].key;

		if (str_starts(key, "store.") &&
		    strncasecmp(key + 6, store, len) == 0 &&
		    str_equal(key + 6 + len, ".port") &&
		    str_to_int(d->items[i].value, 0, 65535, &port))
			return port;
	}
	return -1;
}

/* Does the copy of the scheme that m has name the configured ports? */
static enum probe
ports_are_set(const struct scene *s, const struct member *m, struct why *w)
{
	const struct pair *p = s->plan->pair;
	enum probe answer = PROBE_DONE;

	why_needed(w, "the configured port of every store in the scheme of %s",
	    m->name);
	why_remedy(w,
	    "see what TTREP.TTSTORES of %s says, and what the statement was refused "
	    "for: upgradectl log",
	    m->name);
	for (size_t i = 0; i < p->member_count; i++) {
		int64_t port = port_of(s, m, &p->members[i]);

		if (port == p->members[i].port)
			continue;
		if (port >= 0) {
			why_seen(w, "port %d of %s", (int)port, p->members[i].name);
			return PROBE_TO_DO;
		}
		why_seen(w, "the scheme does not tell the port of %s",
		    p->members[i].name);
		answer = PROBE_UNKNOWN;
	}
	return answer;
}

bool
step_ports_differ(const struct scene *s)
{
	const struct pair *p = s->plan->pair;
	struct why w;

	for (size_t i = 0; i < p->member_count; i++)
		if (ports_are_set(s, &p->members[i], &w) == PROBE_TO_DO)
			return true;
	return false;
}

/* Where the scheme cannot be read the tool's word counts. */
static enum probe
set_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe p = ports_are_set(s, ps->member, w);

	if (p != PROBE_UNKNOWN)
		return p;
	if (s->outcome == NULL)
		return PROBE_TO_DO;
	return s->verdict == VERDICT_OK ? PROBE_DONE : PROBE_TO_DO;
}

const struct step tt_set_ports = {
	.id = "set-ports",
	.title = "give every store its configured port, on %s",
	.effect = "TTREP.TTSTORES has the configured ports",
	.build = set_build,
	.probe = set_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_SCHEMA | LOOK_ROLE,
	.patience_ms = 5000,
	.tries = 4,
};

/* ---- where the scheme does not have them yet ---- */

static bool
ports_differ(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return settings_is(&s->upgrade->notes, TT_NOTE_PORTS, "yes");
}

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_rep_stop.build(s, ps, ret);
}

static enum probe
stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return tt_rep_stop.probe(s, ps, w);
}

const struct step tt_rep_stop_for_ports = {
	.id = "rep-stop-ports",
	.title = "stop the replication agent of %s, if ports are to be set",
	.effect = "ttStatus shows no replication agent",
	.build = stop_build,
	.needed = ports_differ,
	.probe = stop_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 35000,
	.tries = 8,
};

const struct step tt_set_ports_if_other = {
	.id = "set-ports",
	.title = "give every store its configured port, on %s, if it has not",
	.effect = "TTREP.TTSTORES has the configured ports",
	.build = set_build,
	.needed = ports_differ,
	.probe = set_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_SCHEMA | LOOK_ROLE,
	.patience_ms = 5000,
	.tries = 4,
};

/* ---- half-way: one copy of a classic scheme was changed, the other may not be ---- */

/* An agent that listens on an automatic port is not found by a peer whose copy of the scheme
 * has a static one for it: either both copies have the configured ports, or none. */
static enum probe
as_other_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe other = ports_are_set(s, ps->peer, w);

	if (other == PROBE_DONE)
		return set_probe(s, ps, w);
	return other == PROBE_TO_DO ? PROBE_DONE : other;
}

const struct step tt_set_ports_as_other = {
	.id = "set-ports",
	.title = "give every store its configured port, on %s, if the other has them",
	.effect = "TTREP.TTSTORES has the same ports on both",
	.build = set_build,
	.needed = ports_differ,
	.probe = as_other_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_SCHEMA | LOOK_ROLE,
	.looks_peer = LOOK_SCHEMA,
	.patience_ms = 5000,
	.tries = 4,
};

/* ---- the end ---- */

static enum probe
see_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct pair *p = s->plan->pair;

	(void)ps;
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		const struct observation *o = step_seen(s, m);
		enum role wanted = m->subscriber ? ROLE_SUBSCRIBER
		    : m == s->plan->active       ? ROLE_ACTIVE
						 : ROLE_STANDBY;

		if (o->role != wanted) {
			why_needed(w, "%s %s", m->name, role_name(wanted));
			why_seen(w, "%s is %s", m->name, role_name(o->role));
			return PROBE_TO_DO;
		}
		if (ports_are_set(s, m, w) == PROBE_TO_DO)
			return PROBE_TO_DO;
	}
	return PROBE_DONE;
}

const struct step tt_see_ports = {
	.id = "see-ports",
	.title = "see every member of %s's pair in its place, with the same ports",
	.effect =
	    "roles are as before, and every copy of the scheme has the configured ports",
	.probe = see_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_all = LOOK_BASIC | LOOK_SCHEMA,
};
