/*
 * What each tool does to the world, and what it prints.
 *
 * Source of what they refuse: TimesTen Reference, "Utilities"; of the words: the same, and
 * public transcripts.
 */
#include "config.h"

#include "tests/simulation/tools.h"

#include <string.h>

#include "tests/simulation/sim.h"

static void
refuse(struct run *r, int status, int number, const char *text)
{
	r->status = status;
	buf_addf(&r->out,
	    "*** [TimesTen][TimesTen 11.2.2.8.0 ODBC Driver][TimesTen]TT%d: %s -- file "
	    "\"db.c\", lineno 1, procedure \"sb\"\n*** ODBC Error = S1000, TimesTen Error = "
	    "%d\n", number, text, number);
}

static bool
daemon_answers(struct sim *s, struct run *r)
{
	if (s->w.machine[r->member].up[r->inst])
		return true;
	r->status = 1;
	buf_adds(&r->out, "Could not connect to the TimesTen daemon.\n");
	return false;
}

static struct base *
base_of(struct sim *s, const struct run *r)
{
	return &s->w.base[r->member][r->inst];
}

static bool
exists(struct run *r, const struct base *b)
{
	if (b->exists)
		return true;
	refuse(r, 1, 832, "The data store does not exist");
	return false;
}

/* ---- agents, policies, memory ---- */

static void
rep_start(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);

	if (!exists(r, b))
		return;
	if (!b->whole) {
		refuse(r, 1, 821, "No readable checkpoint files");
		return;
	}
	if (b->agent != AGENT_OFF) {
		refuse(r, 5, 12026, "The agent is already running for the data store.");
		return;
	}
	base_load(s, r->member, b);
	b->agent = AGENT_STARTING;
	b->agent_at = s->now_ms + rng_between(&s->rng, 0, s->w.agent_start_ms);
}

static void
rep_stop(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);

	if (!exists(r, b))
		return;
	if (b->rep == POLICY_ALWAYS) {
		refuse(r, 1, 10012, "Replication agent policy is always");
	} else if (b->agent == AGENT_OFF) {
		refuse(r, 6, 12027, "The agent is already stopped for the data store.");
	} else {
		base_agent_stop(s, b);
		if (b->agent_at != NEVER && b->agent_at < s->now_ms + 10000 &&
		    b->agent_at > r->end_at)
			r->end_at = b->agent_at; /* the utility waits, for a while */
	}
}

static void
ram_unload(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);
	struct machine *m = &s->w.machine[r->member];

	if (!exists(r, b))
		return;
	if (b->ram != POLICY_MANUAL) {
		refuse(r, 1, 12018, "RAM policy is not manual");
	} else if (!b->loaded) {
		refuse(r, 8, 12029, "The data store is already unloaded from RAM");
	} else if (b->agent != AGENT_OFF || m->session || m->reader_until > s->now_ms) {
		refuse(r, 9, 12030, "The data store is in use");
	} else {
		base_unload(b);
	}
}

static void
print_policies(struct run *r, const struct base *b)
{
	static const char *const words[] = { "manual", "always", "inUse" };

	buf_addf(&r->out,
	    "RAM Residence Policy            : %s\n"
	    "Replication Agent Policy        : %s\n"
	    "Replication Manually Started    : %s\n",
	    words[b->ram], words[b->rep], b->agent == AGENT_OFF ? "False" : "True");
}

/* ---- copies ---- */

static void
print_rows(struct run *r, const char *verb, const char *done, int64_t rows, int64_t total)
{
	buf_addf(&r->out, "%s user OPS\nUser successfully %s.\n\n", verb, done);
	buf_addf(&r->out, "%s table OPS.T\n  %s rows...\n  %lld/%lld rows %s.\n", verb, verb,
	    (long long)rows, (long long)total, done);
	buf_addf(&r->out, "Table %s %s.\n", rows == total ? "successfully" : "was not", done);
}

static void
migrate_out(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);
	struct export_file *f = &s->w.file[r->member];

	if (!exists(r, b))
		return;
	if (b->ram == POLICY_MANUAL && !b->loaded) {
		refuse(r, 1, 707, "Attempt to connect to a data store that has been manually "
				  "unloaded from RAM");
		return;
	}
	if (f->exists) {
		r->status = 1;
		buf_adds(&r->out, "ttMigrate: not overwriting the existing file\n");
		return;
	}
	f->exists = f->whole = true;
	memcpy(f->have, b->have, sizeof(f->have));
	f->total = b->total;
	print_rows(r, "Saving", "saved", b->total, b->total);
}

static void
base_make(struct base *b)
{
	*b = (struct base){
		.exists = true,
		.whole = true,
		.role = ROLE_IDLE,
		.ram = POLICY_INUSE,
		.unload_at = NEVER,
		.log = LOG_FILE,
	};
	for (int m = 0; m < SITE_MEMBERS; m++)
		b->clear_at[m] = NEVER;
}

static void
migrate_in(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);
	const struct export_file *f = &s->w.file[r->member];

	if (!f->exists) {
		r->status = 2;
		buf_adds(&r->out, "ttMigrate: could not open file: No such file\n");
		return;
	}
	if (!s->w.machine[r->member].present[r->inst]) {
		refuse(r, 1, 819, "The data store is not compatible");
		return;
	}
	if (b->exists) {
		refuse(r, 1, 2206, "Table OPS.T already exists");
		return;
	}
	base_make(b);
	base_copy_rows(b, f->have);
	print_rows(r, "Restoring", "restored", f->total, f->total);
}

static bool
may_copy(struct sim *s, struct run *r, const struct base *from)
{
	const struct world *w = &s->w;
	bool other_failed = from->failed[1 - (r->peer & 1)];

	if (!machines_see(w, r->member, r->peer) || from->agent != AGENT_ON ||
	    !w->machine[r->peer].up[r->inst]) {
		refuse(r, 1, 12039, "Could not get port number of TimesTen replication agent");
		return false;
	}
	if (r->member < 2 && from->role != ROLE_ACTIVE) {
		refuse(r, 1, 8143, "The standby can only be duplicated from the active");
		return false;
	}
	if (r->member >= 2 && from->role != ROLE_STANDBY &&
	    !(from->role == ROLE_ACTIVE && other_failed)) {
		refuse(r, 1, 8144, "A subscriber is duplicated from the standby");
		return false;
	}
	return true;
}

static void
duplicate(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r), *from;

	if (r->peer < 0 || r->peer >= s->w.members) {
		refuse(r, 1, 16255, "no such store");
		return;
	}
	from = &s->w.base[r->peer][r->inst];
	if (b->exists) {
		refuse(r, 1, 12116, "The data store exists already");
		return;
	}
	if (!from->exists || !from->whole || !from->loaded) {
		refuse(r, 1, 16045, "source and copy are of different releases");
		return;
	}
	if (!may_copy(s, r, from))
		return;
	base_make(b);
	base_copy_rows(b, from->have);
	if (r->member >= 2)
		b->role = ROLE_SUBSCRIBER;
	from->keeps[r->member] = true;
}

/* ---- the end of a database ---- */

static void
destroy(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);
	const struct machine *m = &s->w.machine[r->member];

	if (!exists(r, b))
		return;
	if (b->loaded || b->agent != AGENT_OFF || (m->session && b->loaded)) {
		refuse(r, 1, 12030, "The data store is in use");
		return;
	}
	judge_destroyed(s, r->member, r->inst);
	STORY(s, "world", "the database of %s in %s is gone",
	    s->site.members[r->member].name, r->inst == INST_NEW ? "new" : "old");
	*b = (struct base){ .unload_at = NEVER };
}

/* ---- the site ---- */

/* In its place: not while it runs. */
static void
patch(struct sim *s, struct run *r)
{
	struct machine *m = &s->w.machine[r->member];

	if (!m->up[INST_OLD]) {
		m->patched = !r->back;
		return;
	}
	r->status = 1;
	buf_adds(&r->out, "the site's script: the main daemon runs\n");
}

static void
hook(struct sim *s, struct run *r)
{
	struct world *w = &s->w;

	if (s->f.hook_fails > 0) {
		s->f.hook_fails--;
		judge_hindered(s, s->now_ms + 3000);
		r->status = 1;
		buf_adds(&r->out, "the site's script: no connection to the broker\n");
		return;
	}
	if (r->op == OP_INSTALL && s->site.patch) {
		patch(s, r);
		return;
	}
	if (r->op == OP_INSTALL) {
		w->machine[r->member].present[INST_NEW] = true;
		w->machine[r->member].up[INST_NEW] = rng_chance(&s->rng, 500);
		return;
	}
	site_pause(s, r->op == OP_PAUSE);
	if (r->op == OP_RESUME && r->peer >= 0)
		w->where = r->peer;
}

void
site_pause(struct sim *s, bool pause)
{
	struct world *w = &s->w;

	if (pause && !w->paused) {
		w->paused_at = s->now_ms;
		w->paused_writer = w->writer;
	}
	w->paused = pause;
	STORY(s, "site", pause ? "applications stand still" : "applications write");
}

static void
set_policy(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);

	if (!exists(r, b))
		return;
	*(r->op == OP_REP_POLICY ? &b->rep : &b->ram) = r->policy;
	if (r->op == OP_RAM_POLICY && r->policy == POLICY_MANUAL && b->loaded)
		b->held_in_memory = true;
	if (r->op == OP_RAM_POLICY && r->policy == POLICY_ALWAYS)
		base_load(s, r->member, b);
	print_policies(r, b);
}

static void
ram_load(struct sim *s, struct run *r)
{
	struct base *b = base_of(s, r);

	if (!exists(r, b))
		return;
	base_load(s, r->member, b);
	b->held_in_memory = true;
}

static void
daemon_start(struct sim *s, struct run *r)
{
	struct machine *m = &s->w.machine[r->member];

	m->up[r->inst] = m->present[r->inst];
}

/* By who knows that it is stopped on purpose: nobody brings it back. */
static void
daemon_stop(struct sim *s, struct run *r)
{
	s->w.machine[r->member].watch_at = 0;
	world_daemon_down(s, r->member, r->inst);
}

static void
remove_file(struct sim *s, struct run *r)
{
	s->w.file[r->member].exists = false;
}

/* clang-format off */
static const struct { void (*act)(struct sim *s, struct run *r); bool asks_daemon; } tools[OPS] = {
	[OP_REP_START]	  = { rep_start,    true },
	[OP_REP_STOP]	  = { rep_stop,	    true },
	[OP_REP_POLICY]	  = { set_policy,   true },
	[OP_RAM_POLICY]	  = { set_policy,   true },
	[OP_RAM_LOAD]	  = { ram_load,	    true },
	[OP_RAM_UNLOAD]	  = { ram_unload,   true },
	[OP_MIGRATE_OUT]  = { migrate_out,  true },
	[OP_MIGRATE_IN]	  = { migrate_in,   true },
	[OP_DESTROY]	  = { destroy,	    true },
	[OP_DUPLICATE]	  = { duplicate,    true },
	[OP_DAEMON_START] = { daemon_start, false },
	[OP_DAEMON_STOP]  = { daemon_stop,  false },
	[OP_REMOVE]	  = { remove_file,  false },
	[OP_PAUSE]	  = { hook,	    false },
	[OP_RESUME]	  = { hook,	    false },
	[OP_INSTALL]	  = { hook,	    false },
	[OP_GUARD]	  = { guard_call,   false },
};
/* clang-format on */

/* It says that it did it, and did nothing. */
static void
pretend(struct sim *s, struct run *r)
{
	int64_t rows = base_of(s, r)->total;

	if (r->op == OP_MIGRATE_OUT)
		print_rows(r, "Saving", "saved", rows, rows);
	if (r->op == OP_MIGRATE_IN)
		print_rows(r, "Restoring", "restored", rows, rows);
}

void
run_act(struct sim *s)
{
	struct run *r = s->run;

	if (r->lie == LIE_DONE)
		pretend(s, r);
	else if (tools[r->op].act != NULL && (!tools[r->op].asks_daemon || daemon_answers(s, r)))
		tools[r->op].act(s, r);
}

/* Tools that make something leave half of it. */
void
run_half(struct sim *s)
{
	struct run *r = s->run;
	struct base *b = base_of(s, r);
	struct export_file *f = &s->w.file[r->member];

	if (r->op == OP_MIGRATE_OUT && !f->exists && b->exists) {
		f->exists = true;
		f->whole = false;
		f->total = b->total / 2;
	}
	if ((r->op == OP_MIGRATE_IN && f->exists && !b->exists) ||
	    (r->op == OP_DUPLICATE && !b->exists)) {
		base_make(b);
		b->whole = false;
		print_rows(r, "Restoring", "restored", f->total / 2, f->total);
	}
}
