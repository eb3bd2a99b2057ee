#include "tests/sandbox/sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

struct text {
	char *at;
	size_t n, room;
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->room) {
		t->room = (t->room + n) * 2 + 64;
		t->at = need_grow(t->at, t->room);
	}
	memcpy(t->at + t->n, s, n);
	t->n += n;
	t->at[t->n] = '\0';
}

static bool
is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#';
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*s) && *s != '_')
		return 0;
	while (is_name_char(s[n]))
		n++;
	return n;
}

/* Length of a quoted string, or 0. */
static size_t
quoted_length(const char *s)
{
	const char *p = s;

	if (*s != '\'' && *s != '"')
		return 0;
	for (p++; *p != '\0'; p++)
		if (*p == *s && *++p != *s)
			return (size_t)(p - s);
	return (size_t)(p - s);
}

void
sql_word(const char *text, int n, char *ret, size_t size_bytes)
{
	size_t k = 0;

	while (n-- >= 0) {
		while (*text != '\0' && !is_name_char(*text) && *text != '"' &&
		    *text != '\'')
			text++;
		k = quoted_length(text);
		if (k == 0)
			while (is_name_char(text[k]) || (text[k] == '.' && k > 0))
				k++;
		if (n >= 0)
			text += k;
	}
	if (k >= 2 && (*text == '"' || *text == '\'')) {
		text++;
		k -= 2;
	}
	if (k >= size_bytes)
		k = size_bytes - 1;
	for (size_t i = 0; i < k; i++)
		ret[i] = (char)toupper((unsigned char)text[i]);
	ret[k] = '\0';
}

static bool
exists(struct session *c, const char *name)
{
	return store_int(c->s.data,
		   "SELECT count(*) FROM (SELECT name FROM main.sqlite_master UNION ALL"
		   " SELECT name FROM temp.sqlite_master) WHERE name=%Q",
		   name) > 0;
}

/* OWNER.NAME of a name without owner: one's own table, else what the system offers. */
static char *
resolve(struct session *c, const char *name)
{
	char *full = need_format("%s.%s", c->user, name);

	if (exists(c, full))
		return full;
	free(full);
	full = need_format("SYS.%s", name);
	if (exists(c, full))
		return full;
	free(full);
	return NULL;
}

static bool
takes_table(const char *word)
{
	static const char *const words[] = { "FROM", "INTO", "UPDATE", "JOIN", "TABLE",
		"ON" };

	/* ON only matters in CREATE INDEX; elsewhere the lookup just fails and nothing changes. */
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static void
upper(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)toupper((unsigned char)*s);
}

struct reading {
	struct session *c;
	struct text out;
	char last[64]; /* previous word */
	bool creates;  /* CREATE TABLE: the name need not exist */
	struct sim_error *err;
	bool bad;
};

static void
keep_word(struct reading *r, const char *word)
{
	snprintf(r->last, sizeof(r->last), "%s", word);
}

static void
add_quoted(struct reading *r, const char *name)
{
	add(&r->out, "\"", 1);
	add(&r->out, name, strlen(name));
	add(&r->out, "\"", 1);
}

/* A.B or A, where a table may stand; returns the characters used. */
static size_t
read_name(struct reading *r, const char *s, size_t n)
{
	char *name = need_format("%.*s", (int)n, s), *full = NULL;
	bool table = takes_table(r->last);
	size_t used = n, more = s[n] == '.' ? name_length(s + n + 1) : 0;

	upper(name);
	if (more > 0) {
		full = need_format("%s.%.*s", name, (int)more, s + n + 1);
		upper(full);
		if (exists(r->c, full) || (r->creates && table)) {
			used = n + 1 + more;
		} else {
			if (table && strcmp(r->last, "ON") != 0) {
				r->bad = true;
				(void)refuse(r->err, 2206, "Table %s not found", full);
			}
			free(full);
			full = NULL;
		}
	} else if (table && r->creates && strcmp(r->last, "TABLE") == 0) {
		full = need_format("%s.%s", r->c->user, name);
	} else if (table) {
		full = resolve(r->c, name);
		if (full == NULL && strcmp(r->last, "ON") != 0 &&
		    strcmp(name, "SELECT") != 0) {
			r->bad = true;
			(void)refuse(r->err, 2206, "Table %s.%s not found", r->c->user,
			    name);
		}
	}
	if (full != NULL)
		add_quoted(r, full);
	else if (strcmp(name, "SYSDATE") == 0)
		add(&r->out, "datetime('now','localtime')", 27);
	else if (strcmp(name, "INLINE") == 0)
		r->out.n -= strcmp(r->last, "NOT") == 0 && r->out.n >= 4 ? 4 : 0;
	else
		add(&r->out, s, n);
	keep_word(r, name);
	free(full);
	free(name);
	return used;
}

char *
sql_translate(struct session *c, const char *text, struct sim_error *err)
{
	struct reading r = { .c = c, .err = err };
	char first[32], second[32];
	size_t n;

	sql_word(text, 0, first, sizeof(first));
	sql_word(text, 1, second, sizeof(second));
	r.creates = strcmp(first, "CREATE") == 0 && strcmp(second, "TABLE") == 0;
	add(&r.out, "", 0);
	while (*text != '\0') {
		if ((n = quoted_length(text)) > 0) {
			add(&r.out, text, n);
			r.last[0] = '\0';
		} else if ((n = name_length(text)) > 0) {
			n = read_name(&r, text, n);
		} else {
			n = 1;
			if (!isspace((unsigned char)*text))
				r.last[0] = '\0';
			add(&r.out, text, 1);
		}
		text += n;
	}
	if (!r.bad)
		return r.out.at;
	free(r.out.at);
	return NULL;
}

bool
sql_is_replicated(struct session *c, const char *table)
{
	return store_is(&c->s, "scheme", "ASP") &&
	    store_int(c->s.self, "SELECT count(*) FROM element WHERE tbl=%Q", table) >
	    0;
}

static int
map_error(struct session *c, int code, struct sim_error *err)
{
	const char *why = sqlite3_errmsg(c->s.data);

	if (strncmp(why, "no such table: ", 15) == 0)
		return refuse(err, 2206, "Table %s not found", why + 15);
	if (strncmp(why, "no such column: ", 16) == 0)
		return refuse(err, 2211, "Referenced column %s not found", why + 16);
	if (code == SQLITE_CONSTRAINT && strncmp(why, "UNIQUE", 6) == 0)
		return refuse(err, 907,
		    "Unique constraint violated at Rowid <BMUFVUAAABQAAAAJiQ>");
	if (code == SQLITE_CONSTRAINT)
		return refuse(err, 2607, "Column value cannot be NULL");
	if (code == SQLITE_BUSY)
		return refuse(err, 6003, NULL);
	if (code == SQLITE_FULL)
		return refuse(err, 802, "Data store space exhausted");
	if (strstr(why, "already exists") != NULL)
		return refuse(err, 2207, "Table already exists");
	return refuse(err, 1001, "Syntax error in SQL statement: %s", why);
}

static enum sql_kind
kind_of(const char *text, char *table, size_t size_bytes)
{
	char first[32], second[128];
	int at = 1;

	table[0] = '\0';
	sql_word(text, 0, first, sizeof(first));
	sql_word(text, 1, second, sizeof(second));
	if (strcmp(first, "SELECT") == 0 || strcmp(first, "WITH") == 0)
		return SQL_QUERY;
	if (strcmp(second, "INTO") == 0 || strcmp(second, "FROM") == 0)
		at = 2;
	sql_word(text, at, table, size_bytes);
	if (strcmp(first, "INSERT") == 0 || strcmp(first, "MERGE") == 0)
		return SQL_INSERT;
	if (strcmp(first, "UPDATE") == 0)
		return SQL_UPDATE;
	return strcmp(first, "DELETE") == 0 ? SQL_DELETE : SQL_DDL;
}

/* R2.5, R4.10: rows of replicated tables change only where the role is ACTIVE; those of read-only
 * cache groups only come from Oracle. */
static enum sim_result
check_write(struct session *c, const char *named, struct sim_error *err)
{
	char *table = strchr(named, '.') != NULL ? need_copy(named) : resolve(c, named);
	enum sim_result result = SIM_OK;
	char *group;

	role_settle(&c->s);
	if (table != NULL && sql_is_replicated(c, table)) {
		c->wrote_replicated = true;
		if (!role_may_write(&c->s)) {
			(void)refuse(err, 8151,
			    "%s's replication role disallows the requested operation",
			    table);
			record_event(&c->w, c->s.name, "write_refused", "{s:s,s:s}",
			    "table", table, "at", "statement");
			result = SIM_REFUSED;
		}
	}
	if (result == SIM_OK && c->wrote_replicated && c->autocommit &&
	    store_is(&c->s, "scheme", "ASP") && session_return_service(c) == '2') {
		(void)refuse(err, 8099,
		    "RETURN TWOSAFE is not permitted with AutoCommit = 1");
		result = SIM_REFUSED;
	}
	if (result == SIM_OK && table != NULL &&
	    (group = cache_group_of(&c->s, table)) != NULL) {
		(void)refuse(err, 8225, "Table %s is read only", table);
		free(group);
		result = SIM_REFUSED;
	}
	free(table);
	return result;
}

/* Steps through a statement and hands the rows on. SQLITE_DONE, or an error. */
static int
step_all(sqlite3_stmt *st, sim_row_fn fn, void *arg)
{
	int n = sqlite3_column_count(st), rc;
	const char *values[64];

	if (n > 64)
		n = 64;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++) {
			values[i] = (const char *)sqlite3_column_text(st, i);
			if (sqlite3_column_type(st, i) == SQLITE_NULL)
				values[i] = NULL;
		}
		if (fn != NULL && fn(arg, n, values) != 0)
			return SQLITE_DONE;
	}
	return rc;
}

static enum sim_result
execute(struct session *c, const char *sqlite, int n, const char *const *values,
    sim_row_fn fn, void *arg, struct sql_outcome *ret, struct sim_error *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->s.data, sqlite, -1, &st, NULL);

	for (int i = 0; rc == SQLITE_OK && i < n; i++)
		rc = values[i] != NULL
		    ? sqlite3_bind_text(st, i + 1, values[i], -1, SQLITE_STATIC)
		    : sqlite3_bind_null(st, i + 1);
	if (rc == SQLITE_OK)
		rc = step_all(st, fn, arg);
	ret->rows = sqlite3_changes64(c->s.data);
	sqlite3_finalize(st);
	if (rc == SQLITE_DONE || rc == SQLITE_OK)
		return SIM_OK;
	(void)map_error(c, rc, err);
	return SIM_REFUSED;
}

static enum sim_result
run_ddl(struct session *c, const char *text, const char *sqlite,
    struct sql_outcome *ret, struct sim_error *err)
{
	char first[32], second[32], table[160];
	enum sim_result result;

	sql_word(text, 0, first, sizeof(first));
	sql_word(text, 1, second, sizeof(second));
	sql_word(text, 2, table, sizeof(table));
	if (strcmp(second, "TABLE") == 0 && strchr(table, '.') == NULL) {
		char *full = need_format("%s.%s", c->user, table);

		need_fit(table, sizeof(table), full);
		free(full);
	}
	if (strcmp(second, "TABLE") == 0 && strcmp(first, "CREATE") != 0 &&
	    sql_is_replicated(c, table)) {
		(void)refuse(err, 8002, "Cannot drop or alter replicated table %s",
		    table);
		return SIM_REFUSED;
	}
	result = execute(c, sqlite, 0, NULL, NULL, NULL, ret, err);
	if (result == SIM_OK && strcmp(first, "CREATE") == 0 &&
	    strcmp(second, "TABLE") == 0)
		store_watch_table(&c->s, table);
	return result;
}

static enum sim_result
run_change(struct session *c, const char *text, const char *sqlite, int n,
    const char *const *values, const char *table, struct sql_outcome *ret,
    struct sim_error *err)
{
	bool mine = !c->in_transaction;
	enum sim_result result = session_begin(c, err);

	if (result != SIM_OK)
		return result;
	if (ret->kind == SQL_DDL)
		result = run_ddl(c, text, sqlite, ret, err);
	else if ((result = check_write(c, table, err)) == SIM_OK)
		result = execute(c, sqlite, n, values, NULL, NULL, ret, err);
	if (result == SIM_OK && (c->autocommit || ret->kind == SQL_DDL))
		return session_commit(c, err);
	if (result != SIM_OK && mine)
		session_rollback(c);
	return result;
}

enum sim_result
sql_run(struct session *c, const char *text, int n, const char *const *values,
    sim_row_fn fn, void *arg, struct sql_outcome *ret, struct sim_error *err)
{
	enum sim_result result;
	char table[160], *sqlite;
	int done;

	memset(ret, 0, sizeof(*ret));
	memset(err, 0, sizeof(*err));
	ret->kind = kind_of(text, table, sizeof(table));
	if (!session_alive(c)) {
		session_rollback(c);
		(void)refuse(err, 994, NULL);
		return SIM_LOST;
	}
	if (ret->kind == SQL_DDL && (done = sql_scheme(c, text, ret->done, err)) <= 0)
		return done == 0 ? SIM_OK : SIM_REFUSED;
	sqlite = sql_translate(c, text, err);
	if (sqlite == NULL)
		return SIM_REFUSED;
	if (ret->kind == SQL_QUERY)
		result = execute(c, sqlite, n, values, fn, arg, ret, err);
	else
		result = run_change(c, text, sqlite, n, values, table, ret, err);
	free(sqlite);
	return result;
}
