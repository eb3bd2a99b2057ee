/*
 * Questions in their order, and which file reads the answer.
 *
 * A round goes: ttStatus for each installation, ttVersion for each (once more for one that
 * does not know -m), the clock, ttAdmin -query where the store exists, then the database itself, and at last what only check
 * wants to know of host and database. What can be asked of the database depends on what
 * ttStatus said before, in this round or an earlier one.
 *
 * An aspect that takes several questions is carried by the last of them: its answer says
 * whether enough was read.
 */
#include "config.h"

#include "daemon/engine/timesten/observe.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/observe_parts.h"

enum tag {
	ASK_STATUS,
	ASK_VERSION,
	ASK_PLAIN_VERSION,
	ASK_CLOCK,
	ASK_POLICY,
	ASK_DATABASE,
	ASK_ROWS,
	ASK_HOST,
	ASK_TRANSACTIONS,
	ASK_HISTORY
};

/* A connect waits while other connections load or recover the database. */
enum {
	PROCESS_LIMIT_MS = 20000,
	ASIDE_LIMIT_MS = 8000, /* what only check asks: busy hosts take their time */
	CHEAP_LIMIT_MS = 10000,
	SCHEMA_LIMIT_MS = 60000,
	ROWS_LIMIT_MS = 600000
};

void
detail_setf(struct observation *draft, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = mem_vprintf(fmt, ap);
	va_end(ap);
	settings_set(&draft->details, key, value);
	free(value);
}

void
details_clear(struct observation *draft, const char *const *prefixes)
{
	struct settings old = draft->details;

	draft->details = (struct settings){ 0 };
	for (size_t i = 0; i < old.count; i++) {
		const char *const *p = prefixes;

		while (*p != NULL && !str_starts(old.items[i].key, *p))
			p++;
		if (*p == NULL)
			settings_set(&draft->details, old.items[i].key,
			    old.items[i].value);
	}
	settings_done(&old);
}

bool
detail_has_word(const struct observation *draft, const char *key, const char *word)
{
	const char *list = settings_get(&draft->details, key);
	size_t len = strlen(word);

	for (const char *p = list; p != NULL && (p = strstr(p, word)) != NULL; p += len)
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

void
detail_add_word(struct observation *draft, const char *key, const char *word)
{
	const char *was = settings_get(&draft->details, key);

	if (detail_has_word(draft, key, word))
		return;
	if (was == NULL || was[0] == '\0')
		settings_set(&draft->details, key, word);
	else
		detail_setf(draft, key, "%s %s", was, word);
}

int
look_installations(const struct member *m)
{
	int n = member_installation_count(m);

	return n < INSTALLATIONS_MAX ? n : INSTALLATIONS_MAX;
}

/* The question takes the command over. */
static bool
ask_process(struct question *ret, enum tag tag, unsigned looks, struct command *c)
{
	*ret = (struct question){ .tag = (int)tag,
		.looks = looks,
		.installation = c->installation,
		.argv = c->argv,
		.env = c->env,
		.limit_ms = PROCESS_LIMIT_MS };
	return true;
}

static bool
ask_status(const struct member *m, int installation, unsigned looks,
    struct question *ret)
{
	struct command c;

	command_init(&c);
	tt_status(&c, m, installation);
	return ask_process(ret, ASK_STATUS, looks, &c);
}

static bool
ask_version(const struct member *m, int installation, bool plain, unsigned looks,
    struct question *ret)
{
	struct command c;

	command_init(&c);
	tt_version(&c, m, installation, plain);
	return ask_process(ret, plain ? ASK_PLAIN_VERSION : ASK_VERSION, looks, &c);
}

/* Takes off *round the questions for the releases; true: it is one of them. */
static bool
ask_release(const struct member *m, const struct observation *draft, int *round,
    struct question *ret)
{
	int n = look_installations(m), plain = -1, left = 0;

	if (*round < n)
		return ask_version(m, *round, false, *round == n - 1 ? LOOK_RELEASE : 0,
		    ret);
	*round -= n;
	for (int i = 0; i < n; i++) {
		if (!version_is_plain(draft, i))
			continue;
		if (plain >= 0)
			left++;
		else if ((*round)-- == 0)
			plain = i;
	}
	return plain >= 0 && ask_version(m, plain, true, left == 0 ? LOOK_RELEASE : 0, ret);
}

static bool
ask_policy(const struct member *m, int installation, unsigned looks,
    struct question *ret)
{
	struct command c;

	command_init(&c);
	tt_admin_query(&c, m, installation);
	return ask_process(ret, ASK_POLICY, looks, &c);
}

static bool
ask_clock(struct question *ret)
{
	struct command c;

	command_init(&c);
	c.installation = 0;
	str_list_add(&c.argv, "date");
	str_list_add(&c.argv, "-u");
	str_list_add(&c.argv, "+%s.%N");
	str_list_add(&c.env, "LC_ALL=C");
	return ask_process(ret, ASK_CLOCK, LOOK_CLOCK, &c);
}

static bool
ask_host(const struct member *m, const struct observation *draft, struct question *ret)
{
	struct command c;

	command_init(&c);
	host_command(&c, m, draft);
	ask_process(ret, ASK_HOST, 0, &c);
	ret->limit_ms = ASIDE_LIMIT_MS;
	return true;
}

static bool
ask_transactions(const struct member *m, int installation, struct question *ret)
{
	struct command c;

	command_init(&c);
	tt_xact_admin(&c, m, installation);
	ask_process(ret, ASK_TRANSACTIONS, 0, &c);
	ret->limit_ms = ASIDE_LIMIT_MS;
	return true;
}

static bool
ask_session(struct question *ret, enum tag tag, unsigned looks, int installation,
    struct buf *statements, int64_t limit_ms)
{
	*ret = (struct question){ .via = VIA_SESSION,
		.tag = (int)tag,
		.looks = looks,
		.installation = installation,
		.statements = buf_take(statements),
		.limit_ms = limit_ms };
	return true;
}

/* Only a database that is in memory is connected to: connecting loads one, or makes one. */
static bool
may_connect(const struct observation *draft, bool sessions)
{
	const struct installation_seen *home = observation_home(draft);

	return sessions && home != NULL && home->loaded == FACT_YES &&
	    home->changing != FACT_YES;
}

/* Rows are counted in the write pause only, and other questions wait behind. */
static int64_t
rows_limit_ms(const struct member *m)
{
	int64_t pause = m->pair->limits.write_pause_ms;

	return pause > 0 && pause < ROWS_LIMIT_MS ? pause : ROWS_LIMIT_MS;
}

/* The round-th question to the database: all cheap and schema aspects, then the schemes of
 * before, where the schema names some, then the rows. */
static bool
ask_database(const struct member *m, unsigned looks, const struct observation *draft,
    int round, struct question *ret)
{
	unsigned served = looks & (LOOK_CHEAP | LOOK_SCHEMA);
	struct buf b = { 0 };

	if (database_statements(m, looks, draft, &b) && round-- == 0)
		return ask_session(ret, ASK_DATABASE, served, draft->home, &b,
		    looks & LOOK_SCHEMA ? SCHEMA_LIMIT_MS : CHEAP_LIMIT_MS);
	buf_done(&b);
	if ((looks & LOOK_SCHEMA) && history_statements(draft, &b) && round-- == 0)
		return ask_session(ret, ASK_HISTORY, 0, draft->home, &b, CHEAP_LIMIT_MS);
	buf_done(&b);
	if ((looks & LOOK_ROWS) && round == 0 && rows_statements(draft, &b))
		return ask_session(ret, ASK_ROWS, LOOK_ROWS, draft->home, &b,
		    rows_limit_ms(m));
	buf_done(&b);
	return false;
}

/* How many questions ask_database() has, as far as that is known by now. */
static int
count_database(const struct member *m, unsigned looks, const struct observation *draft)
{
	struct buf b = { 0 };
	int n = database_statements(m, looks, draft, &b);

	if (looks & LOOK_SCHEMA)
		n += history_statements(draft, &b);
	if (looks & LOOK_ROWS)
		n += rows_statements(draft, &b);
	buf_done(&b);
	return n;
}

/* The round-th question of those that only check asks. Transactions matter on the active. */
static bool
ask_aside(const struct member *m, const struct observation *draft, int round,
    bool sessions, struct question *ret)
{
	if (round == 0)
		return ask_host(m, draft, ret);
	return round == 1 && draft->role == ROLE_ACTIVE &&
	    may_connect(draft, sessions) && ask_transactions(m, draft->home, ret);
}

/* The round-th installation that has the store; *ret_left: how many come after it. */
static int
nth_with_store(const struct member *m, const struct observation *draft, int round,
    int *ret_left)
{
	int found = -1;

	*ret_left = 0;
	for (int i = 0; i < look_installations(m); i++) {
		if (draft->inst[i].exists != FACT_YES)
			continue;
		if (found >= 0)
			++*ret_left;
		else if (round-- == 0)
			found = i;
	}
	return found;
}

static int
count_with_store(const struct member *m, const struct observation *draft)
{
	int n = 0;

	for (int i = 0; i < look_installations(m); i++)
		n += draft->inst[i].exists == FACT_YES;
	return n;
}

bool
tt_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret)
{
	int n = look_installations(m), left, installation;

	if (looks & LOOK_INSTANCE) {
		if (round < n)
			return ask_status(m, round,
			    round == n - 1 ? looks & (LOOK_INSTANCE | LOOK_POLICY) : 0,
			    ret);
		round -= n;
	}
	if ((looks & LOOK_RELEASE) && ask_release(m, draft, &round, ret))
		return true;
	if ((looks & LOOK_CLOCK) && round-- == 0)
		return ask_clock(ret);
	if (looks & LOOK_POLICY) {
		installation = nth_with_store(m, draft, round, &left);
		if (round >= 0 && installation >= 0)
			return ask_policy(m, installation, left == 0 ? LOOK_POLICY : 0,
			    ret);
		round -= count_with_store(m, draft);
	}
	if (round < 0)
		return false;
	if (may_connect(draft, sessions)) {
		if (ask_database(m, looks, draft, round, ret))
			return true;
		round -= count_database(m, looks, draft);
	}
	return (looks & LOOK_CLOCK) != 0 && ask_aside(m, draft, round, sessions, ret);
}

void
tt_answer(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	switch ((enum tag)q->tag) {
	case ASK_STATUS:
		answer_status(m, q, o, draft, seen);
		break;
	case ASK_VERSION:
		answer_version(m, q, o, draft, seen);
		break;
	case ASK_PLAIN_VERSION:
		answer_plain_version(m, q, o, draft, seen);
		break;
	case ASK_CLOCK:
		answer_clock(o, draft, seen);
		break;
	case ASK_POLICY:
		answer_policy(m, q, o, draft, seen);
		break;
	case ASK_DATABASE:
		answer_database(m, q, o, draft, seen);
		break;
	case ASK_ROWS:
		answer_rows(o, draft, seen);
		break;
	case ASK_HISTORY:
		answer_history(o, draft);
		break;
	case ASK_HOST:
		answer_host(m, o, draft);
		break;
	case ASK_TRANSACTIONS:
		answer_transactions(o, draft);
		break;
	}
}
