#include "tests/sandbox/cache.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"
#include "tests/sandbox/sql.h"
#include "tests/sandbox/sql_scheme.h"

/* ---- "Oracle" ---- */

static sqlite3 *
oracle_open(const char *root, bool make)
{
	char *file = need_format("%s/oracle.db", root);
	sqlite3 *db = NULL;
	int flags = SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0);

	if (sqlite3_open_v2(file, &db, flags, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		db = NULL;
	} else {
		sqlite3_busy_timeout(db, 20000);
	}
	free(file);
	return db;
}

static int
print_line(void *arg, int n, char **values, char **names)
{
	(void)arg;
	(void)names;
	for (int i = 0; i < n; i++)
		printf("%s%s", i > 0 ? " " : "", values[i] != NULL ? values[i] : "NULL");
	putchar('\n');
	return 0;
}

/* APP.PRICES is the name of one table: that of a statement is quoted by who writes it. */
int
cache_oracle_run(const char *root, const char *sql)
{
	sqlite3 *db = oracle_open(root, false);
	char *why = NULL;
	int rc = 1;

	if (db == NULL) {
		fputs("sandbox: nothing is cached here\n", stderr);
		return 1;
	}
	if (sqlite3_exec(db, sql, print_line, NULL, &why) == SQLITE_OK)
		rc = 0;
	else
		fprintf(stderr, "sandbox: oracle: %s\n", why);
	sqlite3_free(why);
	sqlite3_close(db);
	return rc;
}

int
cache_oracle_rows(const char *root)
{
	sqlite3 *db = oracle_open(root, false);
	struct store s = { .data = db, .w = &(struct world){ .part = { 0 } } };
	int rc = 1;

	if (db == NULL)
		return 1;
	if (store_print_rows(&s, stdout) == 0)
		rc = 0;
	sqlite3_close(db);
	return rc;
}

/* ---- rows come ---- */

static char *
columns_of(struct store *s, const char *table)
{
	return store_text(s->data,
	    "SELECT group_concat('\"' || name || '\"', ', ') FROM pragma_table_info(%Q)", table);
}

/*
 * Makes the rows those of Oracle, or only adds what is missing. Changed rows, -1 when the
 * database does not take writes, or is busy.
 */
static int64_t
bring(struct store *s, const char *table, bool all)
{
	char *columns = columns_of(s, table);
	struct sim_error err;
	int64_t before, n = -1;

	if (store_begin(s, &err) != 0)
		goto out;
	before = sqlite3_total_changes64(s->data);
	if (all)
		store_run(s->data,
		    "DELETE FROM main.\"%w\" WHERE (%s) NOT IN (SELECT %s FROM oracle.\"%w\")", table,
		    columns, columns, table);
	store_run(s->data,
	    "INSERT OR IGNORE INTO main.\"%w\" SELECT %s FROM oracle.\"%w\" EXCEPT SELECT %s FROM"
	    " main.\"%w\"", table, columns, table, columns, table);
	n = sqlite3_total_changes64(s->data) - before;
	/* As any commit: not while the role changes. */
	if (flock(s->lock_fd, LOCK_SH | LOCK_NB) != 0) {
		n = -1;
	} else {
		role_settle(s);
		if (n == 0 || !role_may_write(s))
			n = n == 0 ? 0 : -1;
		else if (sqlite3_exec(s->data, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			n = -1;
		store_lock(s, LOCK_UN);
	}
	if (!sqlite3_get_autocommit(s->data))
		(void)sqlite3_exec(s->data, "ROLLBACK", NULL, NULL, NULL);
	if (n > 0)
		record_event(s->w, s->name, "refreshed", "{s:s,s:I,s:b}", "table", table, "rows",
		    (json_int_t)(n / 2), "all", all);
out:
	sqlite3_free(columns);
	return n;
}

static int
attach_oracle(struct store *s)
{
	char *sql = sqlite3_mprintf("ATTACH '%q/oracle.db' AS oracle", s->w->root);
	int rc = sqlite3_exec(s->data, sql, NULL, NULL, NULL);

	sqlite3_free(sql);
	return rc == SQLITE_OK ? 0 : -1;
}

static void
detach_oracle(struct store *s)
{
	(void)sqlite3_exec(s->data, "DETACH oracle", NULL, NULL, NULL);
}

/* ---- the agent ---- */

/* A group that was made anew by ttMigrate has never been loaded: knob autorefresh_fills. */
static void
refresh_groups(struct store *s)
{
	bool fills = knob_is(s->w, s->name, "autorefresh_fills", "yes", "yes");
	sqlite3_stmt *st = NULL;
	char *table[16];
	int n = 0;

	if (sqlite3_prepare_v2(s->self,
		"SELECT tbl FROM cachegroup WHERE state='Y' AND (loaded OR ?1)", -1, &st, NULL) !=
	    SQLITE_OK)
		need_die("%s", sqlite3_errmsg(s->self));
	sqlite3_bind_int(st, 1, fills);
	while (n < 16 && sqlite3_step(st) == SQLITE_ROW)
		table[n++] = need_copy((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	while (n-- > 0) {
		if (role_may_write(s) && bring(s, table[n], true) > 0)
			store_run(s->self, "UPDATE cachegroup SET loaded=1 WHERE tbl=%Q", table[n]);
		free(table[n]);
	}
}

int
cache_agent_main(struct world *w, int argc, char **argv)
{
	struct sim_error err;
	struct store s;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc < 2 || getppid() == 1)
		return 2;
	world_register(w);
	for (;;) {
		moment_sleep_ms(knob_draw_ms(w, NULL, "refresh", 400, 800));
		if (knob_int(w, NULL, "oracle_down", 0) || store_open(&s, w, argv[1], &err) != 0)
			continue;
		if (attach_oracle(&s) == 0)
			refresh_groups(&s);
		detach_oracle(&s);
		store_close(&s);
	}
}

/* ---- statements ---- */

char *
cache_group_of(struct store *s, const char *table)
{
	char *text = store_text(s->self,
		 "SELECT owner || '.' || name FROM cachegroup WHERE tbl=%Q", table),
	     *copy = text != NULL ? need_copy(text) : NULL;

	sqlite3_free(text);
	return copy;
}

/* ... FROM OWNER.TABLE (COLUMNS): the table is made here, and in Oracle when it is not there. */
static int
create(struct session *c, const char *text, const char *owner, const char *name,
    const char *state, struct sim_error *err)
{
	const char *from = strcasestr(text, " FROM "), *open;
	struct sql_outcome outcome;
	char table[128], *sql;
	sqlite3 *db;
	int rc;

	if (from == NULL || (open = strchr(from, '(')) == NULL)
		return refuse(err, 1001, "Syntax error in SQL statement: a table with its columns");
	sql_word(from, 1, table, sizeof(table));
	sql = need_format("create table %s%s", table, open);
	rc = sql_run(c, sql, 0, NULL, NULL, NULL, &outcome, err) == SIM_OK ? 0 : -1;
	free(sql);
	if (rc != 0)
		return -1;
	db = oracle_open(c->w.root, true);
	sql = store_text(c->s.data, "SELECT sql FROM sqlite_master WHERE type='table' AND name=%Q",
	    table);
	if (db == NULL || sql == NULL)
		need_die("cannot make %s in Oracle", table);
	(void)sqlite3_exec(db, sql, NULL, NULL, NULL); /* it may be there */
	sqlite3_free(sql);
	sqlite3_close(db);
	store_run(c->s.self, "INSERT INTO cachegroup VALUES(%Q, %Q, 'I', %Q, 5000, %Q, 0)", owner,
	    name, state, table);
	return 0;
}

static bool
agent_runs(struct session *c)
{
	struct sim_error err;
	json_t *answer = NULL;
	bool runs = false;

	if (session_ask(&c->w, json_pack("{s:s,s:s}", "op", "query", "path", c->s.path), &answer,
		&err) == 0)
		runs = json_is_true(
		    json_object_get(json_object_get(answer, "database"), "cache_running"));
	json_decref(answer);
	return runs;
}

/* The group must be PAUSED; then it is ON. */
static int
load(struct session *c, const char *owner, const char *name, struct sim_error *err)
{
	char *state = store_text(c->s.self,
	    "SELECT state || tbl FROM cachegroup WHERE owner=%Q AND name=%Q", owner, name);
	int64_t n = -1;
	int rc = 0;

	if (!agent_runs(c) || knob_int(&c->w, NULL, "oracle_down", 0))
		rc = refuse(err, 5220, "The cache agent is not connected to the Oracle database");
	else if (*state != 'P')
		rc = refuse(err, 8289, "Autorefresh of cache group %s.%s must be PAUSED", owner, name);
	else if (attach_oracle(&c->s) == 0)
		n = bring(&c->s, state + 1, false);
	detach_oracle(&c->s);
	if (rc == 0 && n < 0)
		rc = refuse(err, 8151,
		    "%s's replication role disallows the requested operation", state + 1);
	if (rc == 0)
		store_run(c->s.self,
		    "UPDATE cachegroup SET state='Y', loaded=1 WHERE owner=%Q AND name=%Q", owner,
		    name);
	sqlite3_free(state);
	return rc;
}

/* Of a pair it would be replicated; else the table goes with the group. */
static int
drop(struct session *c, const char *owner, const char *name, struct sim_error *err)
{
	char *table;

	if (!store_is(&c->s, "scheme", ""))
		return refuse(err, 8002,
		    "Cannot drop or alter replicated cache group %s.%s", owner, name);
	table = store_text(c->s.self,
	    "SELECT tbl FROM cachegroup WHERE owner=%Q AND name=%Q", owner, name);
	store_run(c->s.self, "DELETE FROM cachegroup WHERE owner=%Q AND name=%Q", owner,
	    name);
	store_run(c->s.data, "DROP TABLE \"%w\"", table);
	sqlite3_free(table);
	return 0;
}

int
cache_statement(struct session *c, const char *text, struct sim_error *err)
{
	struct words w = { .text = text };
	char verb[32], name[128], *dot;
	const char *state = NULL;

	need_fit(verb, sizeof(verb), strlen(words_next(&w)) < 31 ? w.now : "");
	while (*words_next(&w) != '\0' && !words_are(&w, "GROUP"))
		;
	need_fit(name, sizeof(name), words_next(&w));
	dot = strchr(name, '.');
	if (dot == NULL)
		return 1;
	*dot++ = '\0';
	while (*words_next(&w) != '\0')
		if (words_are(&w, "STATE")) {
			words_next(&w);
			state = words_are(&w, "ON") ? "Y" : words_are(&w, "PAUSED") ? "P" : "N";
		}
	if (strcmp(verb, "CREATE") == 0)
		return create(c, text, name, dot, state != NULL ? state : "P", err);
	if (store_int(c->s.self, "SELECT count(*) FROM cachegroup WHERE owner=%Q AND name=%Q", name,
		dot) == 0)
		return refuse(err, 5004, "Cache group %s.%s not found", name, dot);
	if (strcmp(verb, "LOAD") == 0)
		return load(c, name, dot, err);
	if (strcmp(verb, "DROP") == 0)
		return drop(c, name, dot, err);
	if (strcmp(verb, "ALTER") != 0 || state == NULL)
		return refuse(err, 1001, "Syntax error in SQL statement near %s", verb);
	store_run(c->s.self, "UPDATE cachegroup SET state=%Q WHERE owner=%Q AND name=%Q", state, name,
	    dot);
	return 0;
}
