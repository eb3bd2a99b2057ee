#include "tests/lib/fake_engine.h"

#include "common/clock.h"
#include "common/str.h"

void (*fake_looked)(const struct member *m);

const struct row fake_no_rows[] = { { NULL } };
const char *const fake_no_options[] = { NULL };

bool
fake_applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	(void)p;
	(void)from;
	(void)to;
	str_printf(text, size, "it does");
	return true;
}

bool
fake_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret)
{
	(void)looks;
	(void)draft;
	(void)round;
	(void)sessions;
	(void)ret;
	fake_looked(m);
	return false;
}

void
fake_answer(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	(void)m;
	(void)q;
	(void)o;
	(void)draft;
	(void)seen;
}

enum verdict
fake_judge(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	(void)c;
	(void)err;
	return o->ending == ENDING_EXITED && o->status == 0 ? VERDICT_OK
							    : VERDICT_AGAIN;
}

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
fake_see(const struct member *m, int64_t now_ms, struct observation *ret)
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
