/*
 * Questions in their order, and which file reads the answer.
 *
 * What comes next depends on what was answered: the answer leaves it as the detail
 * "pg.next", which holds for one look.
 *
 * An aspect that takes several questions is carried by those whose answer decides whether
 * it was seen.
 */
#include "config.h"

#include "daemon/engine/postgres/observe.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_parts.h"
#include "daemon/engine/postgres/sql/names.h"

#define NEXT     "pg.next"
#define PREPARED "pg.prepared" /* the session that knows the question for the state */

/* In their order. Those with a number are asked for each of something. */
enum kind {
	ASK_RELEASE, /* of each installation */
	ASK_INSTANCE,
	ASK_DOWN, /* the shell, instead of the server */
	ASK_STATE,
	ASK_STATE_AGAIN, /* the session was another than we thought */
	ASK_VERSION,     /* of a server that is too old for the state */
	ASK_WHY,         /* the shell, behind a server that did not answer */
	ASK_CLUSTER,
	ASK_DATABASE, /* of each database */
	ASK_ROWS,     /* of each database */
	ASK_NOTHING
};

#define NUMBERS 4096 /* of each kind */

enum {
	PROCESS_LIMIT_MS = 20000,
	SHELL_LIMIT_MS = 10000,
	STATE_LIMIT_MS = 5000,
	SCHEMA_LIMIT_MS = 60000,
	ROWS_LIMIT_MS = 600000
};

#define CHEAP (LOOK_ROLE | LOOK_PEERS | LOOK_MARKER)

/* ---- what the files share ---- */

void
pg_look_failed(struct observation *draft, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (draft->error[0] != '\0')
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	str_copy(draft->error, sizeof(draft->error), text);
	free(text);
}

void
pg_detail_put(struct observation *draft, const char *key, const char *value)
{
	if (value == NULL)
		settings_unset(&draft->details, key);
	else if (!settings_is(&draft->details, key, value))
		settings_set(&draft->details, key, value);
}

void
pg_detail_putf(struct observation *draft, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = mem_vprintf(fmt, ap);
	va_end(ap);
	pg_detail_put(draft, key, value);
	free(value);
}

bool
pg_detail_is(const struct observation *draft, const char *key, const char *value)
{
	return settings_is(&draft->details, key, value);
}

void
pg_details_clear(struct observation *draft, const char *prefix)
{
	struct settings *d = &draft->details;

	for (size_t i = d->count; i-- > 0;)
		if (str_starts(d->items[i].key, prefix)) {
			char *key = mem_strdup(d->items[i].key);

			settings_unset(d, key);
			free(key);
		}
}

const char *
pg_place_detail(const struct observation *draft, int installation, const char *name)
{
	char key[PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.%d.%s", installation, name);
	return settings_get(&draft->details, key);
}

void
pg_place_put(struct observation *draft, int installation, const char *name,
    const char *value)
{
	char key[PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.%d.%s", installation, name);
	pg_detail_put(draft, key, value);
}

int
pg_look_installations(const struct member *m)
{
	int n = member_installation_count(m);

	return n < INSTALLATIONS_MAX ? n : INSTALLATIONS_MAX;
}

int
pg_look_place(const struct member *m, int installation)
{
	int i = 0;

	while (i < installation && !str_equal(pg_data(m, i), pg_data(m, installation)))
		i++;
	return i;
}

int
pg_look_session(const struct member *m, const struct observation *draft)
{
	int old = member_installation_find(m, "old");

	if (draft->home >= 0)
		return draft->home;
	return old >= 0 ? old : 0;
}

/* ---- questions ---- */

static bool
ask_release(const struct member *m, int i, struct question *ret)
{
	char *tool;

	if (i >= pg_look_installations(m))
		return false;
	tool = pg_tool(m, i, "postgres");
	*ret = (struct question){ .via = VIA_PROCESS,
		.installation = i,
		.looks = LOOK_RELEASE,
		.limit_ms = PROCESS_LIMIT_MS };
	str_list_add(&ret->argv, tool);
	str_list_add(&ret->argv, "-V");
	free(tool);
	return true;
}

static bool
ask_shell(const struct member *m, bool all, unsigned looks, struct question *ret)
{
	*ret = (struct question){ .via = VIA_SHELL,
		.installation = -1,
		.looks = looks,
		.statements = instance_statements(m, all),
		.limit_ms = SHELL_LIMIT_MS };
	return true;
}

static bool
ask_session(int installation, unsigned looks, char *statements, int64_t limit_ms,
    struct question *ret)
{
	*ret = (struct question){ .via = VIA_SESSION,
		.installation = installation,
		.looks = looks,
		.statements = statements,
		.limit_ms = limit_ms };
	return true;
}

static bool
is_prepared(const struct observation *draft, int session)
{
	char text[16];

	str_printf(text, sizeof(text), "%d", session);
	return pg_detail_is(draft, PREPARED, text);
}

static bool
ask_state(const struct member *m, unsigned looks, const struct observation *draft,
    struct question *ret)
{
	int session = pg_look_session(m, draft);

	return ask_session(session, looks & CHEAP,
	    state_statements(m, looks, is_prepared(draft, session)), STATE_LIMIT_MS,
	    ret);
}

/* The number-th question of this kind, where it is to be asked at all. due: the answer
 * before it said that this one comes next. */
static bool
ask_one(const struct member *m, int at, bool due, unsigned looks,
    const struct observation *draft, bool sessions, struct question *ret)
{
	bool serves = sessions && instance_serves(m, draft);
	int number = at % NUMBERS;

	switch ((enum kind)(at / NUMBERS)) {
	case ASK_RELEASE:
		return (looks & LOOK_RELEASE) != 0 && ask_release(m, number, ret);
	case ASK_INSTANCE:
		return (looks & LOOK_INSTANCE) != 0 && number == 0 &&
		    ask_shell(m, true, LOOK_INSTANCE, ret);
	case ASK_DOWN:
		return (looks & LOOK_ROLE) != 0 && !serves && number == 0 &&
		    ask_shell(m, false, LOOK_ROLE, ret);
	case ASK_STATE:
		return (looks & CHEAP) != 0 && serves && number == 0 &&
		    ask_state(m, looks, draft, ret);
	case ASK_STATE_AGAIN:
		return due && ask_state(m, looks, draft, ret);
	case ASK_VERSION:
		return due &&
		    ask_session(pg_look_session(m, draft), 0,
			mem_strdup("SHOW server_version_num;\n"), STATE_LIMIT_MS, ret);
	case ASK_WHY:
		return due && ask_shell(m, false, looks & LOOK_ROLE, ret);
	case ASK_CLUSTER:
	case ASK_DATABASE:
	case ASK_ROWS:
	case ASK_NOTHING:
		break;
	}
	return false;
}

bool
pg_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret)
{
	const char *text = settings_get(&draft->details, NEXT);
	int64_t first = 0;

	if (round > 0 &&
	    (text == NULL || !str_to_int(text, 0, ASK_NOTHING * NUMBERS, &first)))
		return false;
	for (int64_t at = first; at < ASK_NOTHING * NUMBERS;
	     at = (at / NUMBERS + 1) * NUMBERS)
		if (ask_one(m, (int)at, round > 0 && at == first, looks, draft,
			sessions, ret)) {
			ret->tag = (int)at;
			return true;
		}
	return false;
}

/* ---- answers ---- */

/* One that neither the server nor the shell explains. */
static void
answer_down(const struct member *m, const struct outcome *o, struct observation *draft,
    unsigned *seen)
{
	bool starting = strstr(draft->error, "starting up") != NULL ||
	    strstr(draft->error, "not yet accepting") != NULL ||
	    strstr(draft->error, "not accepting") != NULL;

	state_forget(draft);
	if (!instance_read(m, o, false, draft)) {
		*seen = 0;
		return;
	}
	if (instance_role(m, draft))
		return;
	if (starting) {
		state_starting(m, draft);
		return;
	}
	pg_look_failed(draft, "no session may be opened, and the server runs");
	*seen = 0;
}

/* What comes behind it. */
static enum kind
answer_state(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	bool again = q->tag / NUMBERS == ASK_STATE_AGAIN;

	switch (state_read(m, q, o, draft, seen)) {
	case STATE_READ:
		pg_detail_putf(draft, PREPARED, "%d", q->installation);
		return ASK_CLUSTER;
	case STATE_NOT_PREPARED:
		pg_detail_put(draft, PREPARED, NULL);
		return again ? ASK_WHY : ASK_STATE_AGAIN;
	case STATE_PREPARED:
		pg_detail_putf(draft, PREPARED, "%d", q->installation);
		return again ? ASK_WHY : ASK_STATE_AGAIN;
	case STATE_TOO_OLD:
		return ASK_VERSION;
	case STATE_FAILED:
		break;
	}
	pg_detail_put(draft, PREPARED, NULL);
	return ASK_WHY;
}

static void
answer_version(const struct outcome *o, struct observation *draft)
{
	const char *cursor = o->output;
	struct pg_row row;

	if (o->ending != ENDING_EXITED || o->status != 0 || !pg_row_next(&cursor, &row))
		return;
	draft->error[0] = '\0';
	pg_look_failed(draft,
	    "the server has release number %s: releases before 13 are not served",
	    pg_field(&row, 0));
}

void
pg_answer(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	int next = q->tag + 1;

	switch ((enum kind)(q->tag / NUMBERS)) {
	case ASK_RELEASE:
		answer_release(m, q, o, draft, seen);
		break;
	case ASK_INSTANCE:
		if (!instance_read(m, o, true, draft))
			*seen = 0;
		break;
	case ASK_DOWN:
	case ASK_WHY:
		answer_down(m, o, draft, seen);
		next = ASK_NOTHING * NUMBERS;
		break;
	case ASK_STATE:
	case ASK_STATE_AGAIN:
		next = (int)answer_state(m, q, o, draft, seen) * NUMBERS;
		break;
	case ASK_VERSION:
		answer_version(o, draft);
		next = ASK_NOTHING * NUMBERS;
		break;
	case ASK_CLUSTER:
	case ASK_DATABASE:
	case ASK_ROWS:
	case ASK_NOTHING:
		break;
	}
	pg_detail_putf(draft, NEXT, "%d", next);
	instance_settle(m, draft);
}
