/* See pg_site.h. */
#include "config.h"

#include "tests/unit/engine/postgres/pg_site.h"

#include <check.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/observe.h"

void
pg_site_play(struct pg_site *s, const struct question *q, struct outcome *o)
{
	*o = (struct outcome){ .ending = ENDING_EXITED };
	switch (q->via) {
	case VIA_PROCESS:
		o->output = mem_strdup(strstr(q->argv.items[0], "/15/") != NULL
			? "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"
			: "postgres (PostgreSQL) 17.11\n");
		return;
	case VIA_SESSION:
		s->asked_session++;
		if (s->session == NULL)
			o->ending = ENDING_TIMED_OUT;
		else if (s->lost)
			o->ending = ENDING_FAILED;
		else if (strstr(s->session, "ERROR:") != NULL)
			o->status = 1;
		if (s->hung_up && str_starts(q->statements, "\\kept\n")) {
			o->ending = ENDING_FAILED;
			o->output = mem_strdup("no connection is open\n");
			return;
		}
		o->output = mem_strdup(s->session != NULL ? s->session : "");
		return;
	case VIA_SHELL:
		s->asked_shell++;
		if (s->shell == NULL)
			o->ending = ENDING_FAILED;
		o->output = mem_strdup(s->shell != NULL
			? s->shell
			: "ssh: connect to host db1: timed out\n");
		return;
	}
}

unsigned
pg_site_look(struct pg_site *s, const struct member *m, unsigned looks, bool sessions,
    struct observation *draft)
{
	unsigned asked = 0, failed = 0;
	struct question q = { 0 };

	draft->error[0] = '\0';
	if (looks & LOOK_ROLE) {
		draft->role = ROLE_UNKNOWN;
		draft->writable = FACT_UNKNOWN;
	}
	for (int round = 0; pg_ask(m, looks, draft, round, sessions, &q); round++) {
		unsigned seen = q.looks;
		struct outcome o;

		ck_assert_int_lt(round, 64);
		pg_site_play(s, &q, &o);
		pg_answer(m, &q, &o, draft, &seen);
		asked |= q.looks;
		failed |= q.looks & ~seen;
		outcome_done(&o);
		question_done(&q);
	}
	return asked & ~failed;
}
