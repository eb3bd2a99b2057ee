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

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_schema.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/sql/session.h"

#define NEXT     "pg.next"
#define PREPARED "pg.prepared" /* the session that knows the question for the state */

/* In their order. Those with a number are asked for each of something. */
enum kind {
	ASK_RELEASE, /* of each installation */
	ASK_INSTANCE,
	ASK_DOWN, /* the shell, instead of the server */
	ASK_STATE,
	ASK_DOOR,        /* the shell, before a session that was lost is opened again */
	ASK_STATE_AGAIN, /* the session was another than we thought, or is lost */
	ASK_VERSION,     /* of a server that is too old for the state */
	ASK_WHY,         /* the shell, behind a server that did not answer */
	ASK_CLUSTER,
	ASK_SURVEY,   /* of the host */
	ASK_DATABASE, /* of each database */
	ASK_ADVICE,   /* of each database; with the advisory to begin with */
	ASK_ROWS,     /* of each database */
	ASK_NOTHING
};

#define NUMBERS    (1 << 20) /* of each kind */
#define ADVISORIES (1 << 10) /* of each database */

enum {
	PROCESS_LIMIT_MS = 20000,
	SHELL_LIMIT_MS = 10000,
	STATE_LIMIT_MS = 5000,
	SCHEMA_LIMIT_MS = 60000,
	ROWS_LIMIT_MS = 600000
};

#define CHEAP (LOOK_ROLE | LOOK_PEERS | LOOK_MARKER)

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

/* Rows are counted in the write pause, and other questions wait behind. */
static int64_t
rows_limit_ms(const struct member *m)
{
	int64_t pause = m->pair->limits.write_pause_ms;

	return pause > 0 && pause < ROWS_LIMIT_MS ? pause : ROWS_LIMIT_MS;
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
	bool prepared = is_prepared(draft, session);
	char *statements = state_statements(m, looks, prepared);

	if (prepared) {
		char *kept = mem_printf("\\kept\n%s", statements);

		free(statements);
		statements = kept;
	}
	return ask_session(session, looks & CHEAP, statements, STATE_LIMIT_MS, ret);
}

static bool
ask_survey(const struct member *m, struct question *ret)
{
	*ret = (struct question){ .via = VIA_SHELL,
		.installation = -1,
		.statements = pg_survey_statements(m),
		.limit_ms = SHELL_LIMIT_MS };
	return true;
}

/* A copy of a database says what its source says: only a server that is none is asked for
 * objects, but each for its rows. */
static bool
is_of_databases(enum kind kind, unsigned looks, const struct observation *draft)
{
	if (kind == ASK_ROWS)
		return (looks & LOOK_ROWS) != 0;
	return (looks & LOOK_SCHEMA) != 0 && pg_detail_is(draft, "pg.recovery", "f");
}

static bool
ask_database(const struct member *m, enum kind kind, int n, struct question *ret,
    const struct observation *draft)
{
	int session = pg_look_session(m, draft);
	char name[PG_DETAIL_BYTES];

	if (!pg_cluster_database(draft, n, name))
		return false;
	if (kind == ASK_ROWS)
		return ask_session(session, LOOK_ROWS, pg_rows_statements(name),
		    rows_limit_ms(m), ret);
	return ask_session(session, 0, pg_topics_statements(name), SCHEMA_LIMIT_MS,
	    ret);
}

/* From this one on, of this database or of those that follow; *number is where it is. */
static bool
ask_advice(const struct member *m, int *number, struct question *ret,
    const struct observation *draft)
{
	int n = *number / ADVISORIES, first = *number % ADVISORIES;
	char name[PG_DETAIL_BYTES], *statements;

	for (; pg_cluster_database(draft, n, name); n++, first = 0) {
		statements = pg_advice_statements(m, draft, name, first);
		if (statements == NULL)
			continue;
		*number = n * ADVISORIES + first;
		return ask_session(pg_look_session(m, draft), 0, statements,
		    SCHEMA_LIMIT_MS, ret);
	}
	return false;
}

/* The number-th question of this kind, where it is to be asked at all, or one behind it. due: the answer
 * before it said that this one comes next. */
static bool
ask_one(const struct member *m, enum kind kind, int *ret_number, bool due,
    unsigned looks, const struct observation *draft, bool sessions,
    struct question *ret)
{
	bool serves = sessions && instance_serves(m, draft);
	int number = *ret_number;

	switch (kind) {
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
	case ASK_DOOR:
		return due && ask_shell(m, false, looks & CHEAP, ret);
	case ASK_STATE_AGAIN:
		return due && ask_state(m, looks, draft, ret);
	case ASK_VERSION:
		return due &&
		    ask_session(pg_look_session(m, draft), 0,
			mem_strdup("SHOW server_version_num;\n"), STATE_LIMIT_MS, ret);
	case ASK_WHY:
		return due && ask_shell(m, false, looks & LOOK_ROLE, ret);
	case ASK_CLUSTER:
		return (looks & (LOOK_SCHEMA | LOOK_ROWS)) != 0 && serves &&
		    number == 0 &&
		    ask_session(pg_look_session(m, draft), looks & LOOK_SCHEMA,
			pg_cluster_statements(draft), SCHEMA_LIMIT_MS, ret);
	case ASK_SURVEY:
		return (looks & LOOK_SCHEMA) != 0 && number == 0 && ask_survey(m, ret);
	case ASK_DATABASE:
	case ASK_ROWS:
		return serves && is_of_databases(kind, looks, draft) &&
		    ask_database(m, kind, number, ret, draft);
	case ASK_ADVICE:
		return serves && is_of_databases(kind, looks, draft) &&
		    ask_advice(m, ret_number, ret, draft);
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
	     at = (at / NUMBERS + 1) * NUMBERS) {
		int kind = (int)(at / NUMBERS), number = (int)(at % NUMBERS);

		if (!ask_one(m, (enum kind)kind, &number, round > 0 && at == first,
			looks, draft, sessions, ret))
			continue;
		ret->tag = kind * NUMBERS + number;
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
	observation_failed(draft, "no session may be opened, and the server runs");
	*seen = 0;
}

/*
 * A server that is frozen lets nobody in, and who tries hangs in the kernel's queue: that
 * would take all of a write pause, and it is the fence of that pause which ends our session.
 * So who lost one looks first whether there is anybody behind the door.
 */
static bool
is_lost(const struct outcome *o)
{
	return o->ending == ENDING_FAILED && str_starts(o->output, SESSION_NOT_KEPT);
}

/* What comes behind it. */
static enum kind
answer_door(const struct member *m, const struct outcome *o, struct observation *draft,
    unsigned *seen)
{
	if (!instance_read(m, o, false, draft) || instance_serves(m, draft)) {
		draft->error[0] = '\0';
		return ASK_STATE_AGAIN;
	}
	*seen = LOOK_ROLE;
	answer_down(m, o, draft, seen);
	return ASK_NOTHING;
}

/* What comes behind it. */
static enum kind
answer_state(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	bool again = q->tag / NUMBERS == ASK_STATE_AGAIN;

	if (is_lost(o)) {
		pg_detail_put(draft, PREPARED, NULL);
		return ASK_DOOR;
	}
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
	observation_failed(draft,
	    "the server has release number %s: releases before 13 are not served",
	    pg_field(&row, 0));
}

/* What comes behind it. */
static int
answer_advice(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft)
{
	int n = q->tag % NUMBERS / ADVISORIES, next;
	char name[PG_DETAIL_BYTES];

	if (!pg_cluster_database(draft, n, name))
		return ASK_ROWS * NUMBERS;
	next = pg_advice_read(m, name, o, draft);
	return ASK_ADVICE * NUMBERS +
	    (next >= 0 ? n * ADVISORIES + next : (n + 1) * ADVISORIES);
}

static void
answer_database(const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	int number = q->tag % NUMBERS;
	char name[PG_DETAIL_BYTES];

	if (!pg_cluster_database(draft, number, name))
		return;
	if (q->tag / NUMBERS == ASK_DATABASE) {
		pg_topics_read(name, o, draft);
		return;
	}
	if (number == 0)
		pg_details_clear(draft, "rows");
	if (!pg_rows_read(name, o, draft))
		*seen = 0;
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
	case ASK_DOOR:
		next = (int)answer_door(m, o, draft, seen) * NUMBERS;
		break;
	case ASK_VERSION:
		answer_version(o, draft);
		next = ASK_NOTHING * NUMBERS;
		break;
	case ASK_CLUSTER:
		if (!pg_cluster_read(o, draft)) {
			*seen = 0;
			next = ASK_NOTHING * NUMBERS;
		}
		break;
	case ASK_SURVEY:
		pg_survey_read(o, draft);
		break;
	case ASK_ADVICE:
		next = answer_advice(m, q, o, draft);
		break;
	case ASK_DATABASE:
	case ASK_ROWS:
		answer_database(q, o, draft, seen);
		break;
	case ASK_NOTHING:
		break;
	}
	pg_detail_putf(draft, NEXT, "%d", next);
	instance_settle(m, draft);
}
