#include "config.h"

#include "tests/bench/fake_engine.h"

#include <string.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/model/upgrade.h"

struct fake fake = { .sessions = true };

/* ---- sessions: cat says what it is told ---- */

static void
open_cat(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	(void)m;
	(void)installation;
	(void)env;
	str_list_add(argv, "/bin/cat");
}

static char *
wrap(const char *statements, const char *nonce)
{
	return mem_printf("%s%s\n", statements, nonce);
}

static const char *
end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	const char *at = strstr(text, nonce),
		   *rest = at != NULL ? strchr(at, '\n') : NULL;

	if (rest == NULL)
		return NULL;
	*ret_len = (size_t)(at - text);
	*ret_status = 0;
	return rest + 1;
}

static const struct dialect dialect = { open_cat, wrap, end, "\n" };

static bool
ask(const struct member *m, unsigned looks, const struct observation *draft, int round,
    bool sessions, struct question *ret)
{
	(void)looks;
	(void)draft;
	(void)round;
	(void)sessions;
	(void)ret;
	fake.looked(m);
	return false;
}

static void
answer(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	(void)m;
	(void)q;
	(void)o;
	(void)draft;
	(void)seen;
}

static enum verdict
judge(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	(void)c;
	(void)err;
	return o->ending == ENDING_EXITED ? VERDICT_OK : VERDICT_AGAIN;
}

/* ---- what is seen ---- */

static void
add_peer(struct observation *o, const struct member *m, int64_t held)
{
	struct peer_seen *p = observation_peer_add(o);

	str_copy(p->store, sizeof(p->store), m->name);
	str_copy(p->host, sizeof(p->host), m->host->name);
	str_copy(p->state, sizeof(p->state), "start");
	p->last_message_s = 0;
	p->logs = 1;
	p->held = (struct position){ .offset = held, .set = true };
}

void
fake_observe(const struct member *m, int64_t now_ms, struct observation *ret)
{
	static const enum role roles[] = { ROLE_ACTIVE, ROLE_STANDBY, ROLE_SUBSCRIBER };
	const struct pair *p = m->pair;
	int64_t written = now_ms * 10;

	observation_init(ret);
	for (int i = 0; i < LOOKS; i++)
		ret->at_ms[i] = ret->tried_ms[i] = now_ms;
	ret->at_wall_ms = clock_wall_ms();
	ret->reachable = FACT_YES;
	ret->home = 0;
	for (int i = 0; i < 2; i++) {
		struct installation_seen *s = &ret->inst[i];

		s->daemon_up = FACT_YES;
		s->release =
		    (struct release){ .part = { i == 0 ? 1 : 2, 1 }, .parts = 2 };
		s->exists = s->loaded = i == 0 ? FACT_YES : FACT_NO;
		s->changing = FACT_NO;
		s->replication_agent = i == 0 ? AGENT_RUNNING : AGENT_STOPPED;
		s->cache_agent = AGENT_STOPPED;
	}
	ret->role = roles[m->index < 2 ? m->index : 2];
	ret->writable = m->index == 0 ? FACT_YES : FACT_NO;
	ret->bookmark.written = (struct position){ .offset = written, .set = true };
	ret->bookmark.forced = ret->bookmark.written;
	ret->bookmark.held = (struct position){ .offset = written - 1000, .set = true };
	ret->peers_seen = FACT_YES;
	if (m->index > 1)
		return;
	for (size_t i = 0; i < p->member_count; i++)
		if ((int)i != m->index)
			add_peer(ret, &p->members[i], written - 1000);
}

/* ---- the procedure: forty steps of one kind ---- */

static void
build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	if (!fake.sessions)
		return;
	ret->kind = COMMAND_SESSION;
	ret->member = ps->member;
	ret->host = ps->member->host;
	ret->installation = 0;
	ret->statements = mem_printf("call StepOfTheBench('%s', '%s');\n", ps->number,
	    ps->member->name);
	ret->limit_ms = 10000;
}

static enum probe
probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_seen(w, "not yet");
	if (s->outcome == NULL || s->now_ms < s->performed_ms + fake.step_ms)
		return PROBE_TO_DO;
	return PROBE_DONE;
}

static const struct step step = {
	.id = "work",
	.title = "let %s work",
	.effect = "its time has passed",
	.build = build,
	.probe = probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
};

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	(void)p;
	(void)from;
	(void)to;
	(void)text;
	(void)size;
	return true;
}

/* clang-format off */
#define ROW(n, gate) { #n, &step, n % 2 ? WHO_STANDBY : WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600, 0, gate }
#define TEN(n) ROW(n##1, NULL), ROW(n##2, NULL), ROW(n##3, NULL), ROW(n##4, NULL), \
	ROW(n##5, NULL), ROW(n##6, NULL), ROW(n##7, NULL), ROW(n##8, NULL), ROW(n##9, NULL)

static const struct row forward[] = {
	TEN(1), ROW(20, NULL),
	ROW(21, "before-swap"), ROW(22, NULL), ROW(23, NULL), ROW(24, NULL), ROW(25, NULL),
	ROW(26, NULL), ROW(27, NULL), ROW(28, NULL), ROW(29, NULL), ROW(30, NULL),
	TEN(3), ROW(40, NULL), TEN(4), ROW(50, NULL),
	{ NULL }
};
static const struct row none[] = { { NULL } };
static const char *const no_options[] = { NULL };

static const struct procedure procedure = {
	.id = "asp-major",
	.title = "forty steps that complete by themselves",
	.source = "tests/bench/README.md",
	.needs = "nothing.",
	.costs = "nothing.",
	.forbids = "nothing.",
	.topology = "active-standby",
	.forward = forward,
	.undo = none,
	.backout = none,
	.undo_backout = none,
	.options = no_options,
	.applies = applies,
};
static const struct procedure *const procedures[] = { &procedure, NULL };
/* clang-format on */

static int
parse(const char *text, struct release *ret, struct ud_error *err)
{
	return release_parse(text, ret, err);
}

const struct engine fake_engine = {
	.name = "fake",
	.title = "no database",
	.procedures = procedures,
	.dialect = &dialect,
	.ask = ask,
	.answer = answer,
	.judge = judge,
	.check_looks = LOOK_BASIC | LOOK_RELEASE,
	.same_major = release_same_major,
	.release_parse = parse,
};
