/* Statements that change replication schemes and users: CREATE ACTIVE STANDBY PAIR and kin. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"
#include "tests/sandbox/sql.h"
#include "tests/sandbox/sql_scheme.h"

const char *
words_next(struct words *w)
{
	sql_word(w->text, w->at++, w->now, sizeof(w->now));
	return w->now;
}

bool
words_are(const struct words *w, const char *word)
{
	return strcmp(w->now, word) == 0;
}

static char *
lower(const char *s)
{
	char *copy = need_copy(s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

void
words_store(struct words *w, char **ret_name, char **ret_host)
{
	*ret_name = lower(w->now);
	if (strcmp(words_next(w), "ON") == 0)
		words_next(w);
	*ret_host = lower(w->now);
	words_next(w);
}

void
scheme_add_store(struct session *c, const char *name, const char *host, const char *kind)
{
	store_run(c->s.self,
	    "INSERT INTO store(name, host, port, kind) SELECT %Q, %Q, 0, %Q WHERE NOT EXISTS"
	    " (SELECT 1 FROM store WHERE name=%Q AND host=%Q)",
	    name, host, kind, name, host);
}

void
scheme_attributes(struct session *c, struct words *w, const char *name, const char *host)
{
	static const struct {
		const char *word, *column;
	} attributes[] = { { "PORT", "port" }, { "TIMEOUT", "timeout" },
		{ "FAILTHRESHOLD", "threshold" } };
	bool known = true;

	while (known && *w->now != '\0') {
		known = false;
		for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
			if (!words_are(w, attributes[i].word))
				continue;
			known = true;
			store_run(c->s.self,
			    "UPDATE store SET %s=%ld WHERE name=%Q AND host=%Q",
			    attributes[i].column, strtol(words_next(w), NULL, 10), name,
			    host);
			words_next(w);
			break;
		}
	}
}

static void
read_return(struct session *c, struct words *w)
{
	words_next(w);
	store_run(c->s.self, "UPDATE store SET returns=%Q",
	    words_are(w, "TWOSAFE")       ? "2"
		: words_are(w, "RECEIPT") ? "R"
				       : "C");
	words_next(w);
}

int
scheme_check_tables(struct session *c, struct sim_error *err)
{
	char *table = store_text(c->s.data,
	    "SELECT name FROM sqlite_master m WHERE type='table' AND name LIKE '%%.%%' AND"
	    " name NOT LIKE 'TTREP_SCHEMA_VERSION_%%' AND NOT"
	    " EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk>0) LIMIT 1");
	int rc = 0;

	if (table != NULL)
		rc = refuse(err, 8000,
		    "No primary or unique index on non-nullable column found for replicated"
		    " table %s",
		    table);
	sqlite3_free(table);
	return rc;
}

int
scheme_check_ports(struct session *c, struct sim_error *err)
{
	int64_t port = store_int(c->s.self,
	    "SELECT port FROM store WHERE port>0 GROUP BY lower(host), port HAVING count(*)>1");

	return port == 0
	    ? 0
	    : refuse(err, 17009, "Two stores on one host use replication port %lld", (long long)port);
}

void
scheme_finish(struct session *c, const char *scheme, const char *kind)
{
	sqlite3_stmt *st = NULL;
	int64_t gcn;

	store_last(&c->s, NULL, &gcn, NULL);
	if (sqlite3_prepare_v2(c->s.data,
		"SELECT name FROM sqlite_master WHERE " STORE_USER_TABLES,
		-1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			store_run(c->s.self, "INSERT OR IGNORE INTO element VALUES(%Q)",
			    sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	store_run(c->s.self,
	    "INSERT OR IGNORE INTO peer(id, acked) SELECT id, %lld FROM store WHERE NOT"
	    " (name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE) AND (%d OR id IN (SELECT"
	    " subscriber FROM route JOIN store m ON m.id=master WHERE m.name=%Q COLLATE NOCASE"
	    " AND m.host=%Q COLLATE NOCASE))",
	    (long long)gcn, c->s.name, c->w.host, strcmp(scheme, "ASP") == 0, c->s.name,
	    c->w.host);
	store_set(&c->s, "scheme", scheme);
	store_set(&c->s, "kind", kind);
	record_event(&c->w, c->s.name, "scheme_created", "{s:s}", "kind", scheme);
}

static int
create_pair(struct session *c, struct words *w, struct sim_error *err)
{
	char *name, *host;
	int masters = 0;

	if (!store_is(&c->s, "scheme", ""))
		return refuse(err, 8126,
		    "An ACTIVE STANDBY PAIR or replication scheme already exists and must be the"
		    " only scheme");
	if (scheme_check_tables(c, err) != 0)
		return -1;
	words_next(w);
	while (*w->now != '\0') {
		if (words_are(w, "RETURN") || words_are(w, "NO")) {
			if (words_are(w, "NO"))
				words_next(w);
			read_return(c, w);
			continue;
		}
		if (words_are(w, "SUBSCRIBER") || words_are(w, "STORE")) {
			bool store = words_are(w, "STORE");

			words_next(w);
			do {
				words_store(w, &name, &host);
				if (store)
					scheme_attributes(c, w, name, host);
				else
					scheme_add_store(c, name, host, "S");
				free(name);
				free(host);
			} while (!store && *w->now != '\0' && !words_are(w, "STORE") &&
			    !words_are(w, "SUBSCRIBER"));
			continue;
		}
		if (masters++ == 2)
			return refuse(err, 1001,
			    "Syntax error in SQL statement near %s", w->now);
		words_store(w, &name, &host);
		scheme_add_store(c, name, host, "M");
		free(name);
		free(host);
	}
	if (scheme_check_ports(c, err) != 0) {
		store_run(c->s.self, "DELETE FROM store");
		return -1;
	}
	scheme_finish(c, "ASP", "M");
	role_set(&c->s, "IDLE", "scheme");
	if (!role_is(&c->s, "ACTIVE") && store_get_int(&c->s, "accepting")) {
		store_set_int(&c->s, "accepting", 0);
		record_event(&c->w, c->s.name, "accepting", "{s:b}", "value", 0);
	}
	return 0;
}

static int
agent_must_be_stopped(struct session *c, struct sim_error *err)
{
	json_t *answer;
	const char *agent;
	int rc;

	if (session_ask(&c->w, json_pack("{s:s,s:s}", "op", "query", "path", c->s.path),
		&answer, err) != 0)
		return -1;
	agent = json_string_value(
	    json_object_get(json_object_get(answer, "database"), "agent"));
	rc = strcmp(agent, "stopped") == 0
	    ? 0
	    : refuse(err, 8150,
		  "Change not allowed while the replication agent for database %s is running",
		  c->s.name);
	json_decref(answer);
	return rc;
}

/* The scheme that a statement is about: the pair, or the classic one of that name. */
static int
scheme_must_be_there(struct session *c, const char *word, struct sim_error *err)
{
	if (word == NULL ? store_is(&c->s, "scheme", "ASP")
			 : store_is_classic(&c->s) && classic_is_named(c, word))
		return 0;
	return word == NULL ? refuse(err, 8191, "There is no ACTIVE STANDBY PAIR on this store")
			    : refuse(err, 8191, "There is no replication scheme %s on this store", word);
}

/* STORE s ON "h" SET PORT n ... */
static int
alter_store(struct session *c, struct words *w, struct sim_error *err)
{
	char *name, *host;
	int rc = 0;

	words_next(w);
	words_store(w, &name, &host);
	if (store_int(c->s.self,
		"SELECT count(*) FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
		name, host) == 0)
		rc = refuse(err, 8191,
		    "This store (%s on %s) is not involved in a replication scheme", name, host);
	words_next(w); /* SET */
	scheme_attributes(c, w, name, host);
	w->at--; /* the word that ended the attributes is read again */
	free(name);
	free(host);
	return rc;
}

/* ALTER {ACTIVE STANDBY PAIR | REPLICATION r} ALTER STORE s ON "h" SET PORT n ...; r NULL: the pair.
 * All of it, or nothing. */
static int
alter_scheme(struct session *c, struct words *w, const char *r, struct sim_error *err)
{
	int rc = 0;

	if (scheme_must_be_there(c, r, err) != 0 || agent_must_be_stopped(c, err) != 0)
		return -1;
	if (store_is(&c->s, "scheme", "ASP") && !role_leads(&c->s))
		return refuse(err, 16265,
		    "This database is currently the %s. Change to the scheme is not permitted",
		    store_is(&c->s, "kind", "S") ? "SUBSCRIBER" : "STANDBY");
	store_run(c->s.self, "SAVEPOINT alter_scheme");
	while (rc == 0 && *words_next(w) != '\0')
		if (words_are(w, "STORE"))
			rc = alter_store(c, w, err);
	if (rc == 0)
		rc = scheme_check_ports(c, err);
	store_run(c->s.self, rc == 0 ? "RELEASE alter_scheme" : "ROLLBACK TO alter_scheme; RELEASE alter_scheme");
	return rc;
}

static int
drop_scheme(struct session *c, const char *r, struct sim_error *err)
{
	if (scheme_must_be_there(c, r, err) != 0 || agent_must_be_stopped(c, err) != 0)
		return -1;
	store_run(c->s.self,
	    "DELETE FROM store; DELETE FROM peer; DELETE FROM element; DELETE FROM route");
	store_set(&c->s, "scheme", "");
	store_set(&c->s, "kind", "");
	store_set(&c->s, "mark", "");
	return 0;
}

static bool
user_is_there(struct session *c, const char *name)
{
	return store_int(c->s.self, "SELECT count(*) FROM user WHERE name=%Q COLLATE NOCASE", name) > 0;
}

/* {CREATE | ALTER | DROP} USER. The password keeps its case, so it is cut out of the text itself. */
static int
user_statement(struct session *c, const char *verb, const char *text, struct sim_error *err)
{
	char name[128], *pwd = NULL;
	const char *by = strcasestr(text, " BY ");
	size_t n;

	if (!c->administrator)
		return refuse(err, 15100, "User %s lacks privilege ADMIN", c->user);
	sql_word(text, 2, name, sizeof(name));
	if (strcmp(verb, "CREATE") == 0 && user_is_there(c, name))
		return refuse(err, 15154, "User %s already exists", name);
	if (strcmp(verb, "CREATE") != 0 && !user_is_there(c, name))
		return refuse(err, 15147, "User %s does not exist", name);
	if (by != NULL) {
		by += 4;
		by += strspn(by, " '\"");
		n = strcspn(by, " '\";\n");
		pwd = need_format("%.*s", (int)n, by);
	}
	if (strcmp(verb, "DROP") == 0)
		store_run(c->s.self, "DELETE FROM user WHERE name=%Q COLLATE NOCASE", name);
	else if (strcmp(verb, "CREATE") == 0)
		store_run(c->s.self, "INSERT INTO user(name, pwd) VALUES(%Q, %Q)", name,
		    pwd != NULL ? pwd : "");
	else if (pwd != NULL)
		store_run(c->s.self, "UPDATE user SET pwd=%Q WHERE name=%Q COLLATE NOCASE", pwd, name);
	free(pwd);
	return 0;
}

/* GRANT p TO user, REVOKE p FROM user; PUBLIC is everybody, and no user. */
static int
grant(struct session *c, struct words *w, bool gives, struct sim_error *err)
{
	char privs[256] = "", *user;
	bool known;

	if (!c->administrator)
		return refuse(err, 15100, "User %s lacks privilege ADMIN", c->user);
	while (*words_next(w) != '\0' && !words_are(w, gives ? "TO" : "FROM"))
		snprintf(privs + strlen(privs), sizeof(privs) - strlen(privs), "%s ",
		    w->now);
	words_next(w);
	if (words_are(w, "PUBLIC")) {
		store_set_int(&c->s, "public_admin", gives && strstr(privs, "ADMIN") != NULL);
		return 0;
	}
	user = store_text(c->s.self, "SELECT name FROM user WHERE name=%Q COLLATE NOCASE", w->now);
	known = user != NULL;
	sqlite3_free(user);
	if (!known)
		return refuse(err, 15147, "User %s does not exist", w->now);
	store_run(c->s.self,
	    "UPDATE user SET privs=replace(privs, %Q, '') WHERE name=%Q COLLATE NOCASE", privs,
	    w->now);
	if (gives)
		store_run(c->s.self,
		    "UPDATE user SET privs=privs || %Q WHERE name=%Q COLLATE NOCASE", privs, w->now);
	return 0;
}

int
sql_scheme(struct session *c, const char *text, char *done, struct sim_error *err)
{
	struct words w = { .text = text };
	char verb[32], what[32], name[160];
	const char *r;

	need_fit(verb, sizeof(verb), strlen(words_next(&w)) < 31 ? w.now : "");
	need_fit(what, sizeof(what), strlen(words_next(&w)) < 31 ? w.now : "");
	done[0] = '\0';
	if (strcmp(verb, "GRANT") == 0 || strcmp(verb, "REVOKE") == 0) {
		w.at = 1;
		return grant(c, &w, strcmp(verb, "GRANT") == 0, err);
	}
	if (strcmp(what, "USER") == 0) {
		if (user_statement(c, verb, text, err) != 0)
			return -1;
		need_fit(done, 40,
		    strcmp(verb, "CREATE") == 0     ? "User created."
			: strcmp(verb, "DROP") == 0 ? "User dropped."
						    : "User altered.");
		return 0;
	}
	if (strcasestr(text, "CACHE GROUP") != NULL)
		return cache_statement(c, text, err);
	if (strcmp(what, "ACTIVE") != 0 && strcmp(what, "REPLICATION") != 0)
		return 1;
	if (!c->administrator)
		return refuse(err, 15100, "User %s lacks privilege ADMIN", c->user);
	if (strcmp(what, "REPLICATION") == 0)
		need_fit(name, sizeof(name), words_next(&w));
	r = strcmp(what, "REPLICATION") == 0 ? name : NULL;
	w.at = r != NULL ? 3 : 4;
	if (strcmp(verb, "ALTER") == 0)
		return alter_scheme(c, &w, r, err);
	if (strcmp(verb, "DROP") == 0)
		return drop_scheme(c, r, err);
	if (strcmp(what, "ACTIVE") == 0)
		return create_pair(c, &w, err);
	w.at = 2;
	return sql_create_replication(c, &w, err);
}
