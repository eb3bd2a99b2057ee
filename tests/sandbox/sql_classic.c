/*
 * CREATE REPLICATION: classic schemes. Each element names a master and its subscribers; a
 * database may be both, and two databases may send to each other. The statement is run on
 * every database of the scheme, or comes with a duplicate.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/need.h"
#include "tests/sandbox/sql_scheme.h"

static int64_t
store_id(struct session *c, const char *name, const char *host)
{
	return store_int(c->s.self,
	    "SELECT id FROM store WHERE name=%Q AND host=%Q", name, host);
}

/* RETURN RECEIPT, RETURN TWOSAFE [BY REQUEST], NO RETURN: kept for the catalogue only. */
static bool
read_return(struct session *c, struct words *w)
{
	const char *code = "C";

	if (words_are(w, "NO")) {
		words_next(w);
	} else if (!words_are(w, "RETURN")) {
		return false;
	}
	words_next(w);
	if (words_are(w, "TWOSAFE"))
		code = "2";
	else if (words_are(w, "RECEIPT"))
		code = "R";
	store_run(c->s.self, "UPDATE store SET returns=%Q", code);
	words_next(w);
	return true;
}

/* `SUBSCRIBER s ON h [, s ON h]...` of one master. */
static void
read_subscribers(struct session *c, struct words *w, int64_t master)
{
	char *name, *host;

	words_next(w);
	while (*w->now != '\0' && !words_are(w, "ELEMENT") && !words_are(w, "STORE") &&
	    !words_are(w, "SUBSCRIBER")) {
		if (read_return(c, w))
			continue;
		words_store(w, &name, &host);
		scheme_add_store(c, name, host, "S");
		store_run(c->s.self, "INSERT OR IGNORE INTO route VALUES(%lld, %lld)",
		    (long long)master, (long long)store_id(c, name, host));
		free(name);
		free(host);
	}
}

/* `ELEMENT e {DATASTORE | TABLE t} MASTER s ON h SUBSCRIBER ...` */
static int
read_element(struct session *c, struct words *w, struct sim_error *err)
{
	char *name, *host;
	int64_t master;

	words_next(w); /* the element's name */
	words_next(w);
	if (words_are(w, "TABLE"))
		words_next(w);
	words_next(w);
	if (!words_are(w, "MASTER") && !words_are(w, "PROPAGATOR"))
		return refuse(err, 1001, "Syntax error in SQL statement near %s", w->now);
	words_next(w);
	words_store(w, &name, &host);
	scheme_add_store(c, name, host, "M");
	store_run(c->s.self, "UPDATE store SET kind='M' WHERE name=%Q AND host=%Q", name,
	    host);
	master = store_id(c, name, host);
	free(name);
	free(host);
	while (words_are(w, "SUBSCRIBER"))
		read_subscribers(c, w, master);
	return 0;
}

static void
read_store_clause(struct session *c, struct words *w)
{
	char *name, *host;

	words_next(w);
	words_store(w, &name, &host);
	scheme_attributes(c, w, name, host);
	free(name);
	free(host);
}

/* `[owner.]name`, lower case; without an owner it is the one who runs it. */
static void
keep_name(struct session *c, const char *word)
{
	const char *dot = strchr(word, '.');

	store_set(&c->s, "scheme_name", dot != NULL ? dot + 1 : word);
	if (dot == NULL) {
		store_set(&c->s, "scheme_owner", c->user);
	} else {
		char *owner = need_format("%.*s", (int)(dot - word), word);

		store_set(&c->s, "scheme_owner", owner);
		free(owner);
	}
}

/* The word names the scheme that is there: `[owner.]name`, without an owner that of whoever says it. */
bool
classic_is_named(struct session *c, const char *word)
{
	const char *dot = strchr(word, '.');
	char *owner = dot != NULL ? need_format("%.*s", (int)(dot - word), word) : need_copy(c->user);
	char *has = store_get(&c->s, "scheme_name"), *has_owner = store_get(&c->s, "scheme_owner");
	bool is = has != NULL && has_owner != NULL &&
	    strcasecmp(has, dot != NULL ? dot + 1 : word) == 0 && strcasecmp(has_owner, owner) == 0;

	free(owner);
	free(has);
	free(has_owner);
	return is;
}

/* A pair must be the only scheme; of classic ones a second would have every table, too. */
static int
no_other_scheme(struct session *c, const char *word, struct sim_error *err)
{
	if (store_is(&c->s, "scheme", ""))
		return 0;
	if (!store_is_classic(&c->s))
		return refuse(err, 8126,
		    "An ACTIVE STANDBY PAIR already exists and must be the only scheme");
	if (classic_is_named(c, word))
		return refuse(err, 8154, "Replication scheme %s already exists", word);
	return refuse(err, 8176, "Replication scheme %s overlaps another scheme", word);
}

static int
read_scheme(struct session *c, struct words *w, struct sim_error *err)
{
	while (*w->now != '\0') {
		if (words_are(w, "ELEMENT")) {
			if (read_element(c, w, err) != 0)
				return -1;
		} else if (words_are(w, "STORE")) {
			read_store_clause(c, w);
		} else {
			return refuse(err, 1001, "Syntax error in SQL statement near %s",
			    w->now);
		}
	}
	return scheme_check_ports(c, err);
}

int
sql_create_replication(struct session *c, struct words *w, struct sim_error *err)
{
	char *kind;

	if (no_other_scheme(c, words_next(w), err) != 0 || scheme_check_tables(c, err) != 0)
		return -1;
	keep_name(c, w->now);
	words_next(w);
	if (read_scheme(c, w, err) != 0) {
		store_run(c->s.self, "DELETE FROM store; DELETE FROM route");
		return -1;
	}
	kind = store_text(c->s.self,
	    "SELECT kind FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    c->s.name, c->w.host);
	if (kind == NULL) {
		store_run(c->s.self, "DELETE FROM store; DELETE FROM route");
		return refuse(err, 8191,
		    "This store (%s on %s) is not involved in a replication scheme",
		    c->s.name, c->w.host);
	}
	scheme_finish(c, "CLASSIC", kind);
	sqlite3_free(kind);
	return 0;
}
