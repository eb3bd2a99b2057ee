/*
 * ttStatus: the stores that one instance knows, and who is connected to them.
 *
 * A report is a head, then a section for each store between lines of dashes, then "End of
 * report". A section begins with "Data store /path" ("Database /path" in other wordings);
 * a line before it that says open or closed belongs to it. Lines that nobody knows are
 * passed over. Wordings differ by release: see tests/unit/engine/timesten/test_tt_status.c.
 *
 * Source: TimesTen Reference, ttStatus, 6.0 to 26.1.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"
#include "daemon/engine/timesten/utilities/phrases.h"

void
tt_status(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttStatus");
}

/* Facts of one section, before they are weighed against each other. */
struct section {
	struct tt_store_status store;
	bool shared_memory;     /* a segment is shown */
	bool manually_unloaded; /* or inactive due to failures */
	int rows;
};

struct reading {
	struct tt_status status;
	struct section now;
	bool in_store, ended, cut;
	enum fact open_next; /* said before the store it belongs to */
};

/* Behind "Data store " or "Database " when a path follows, else "". Blanks in a path
 * count. */
static const char *
store_path(const char *line)
{
	const char *rest = tt_begins(line, PHRASE_STORE);

	if (rest == NULL || !isspace((unsigned char)*rest))
		return "";
	while (isspace((unsigned char)*rest))
		rest++;
	if (*rest == '/' || (isalpha((unsigned char)*rest) && rest[1] == ':'))
		return rest;
	return "";
}

/* Connections of all kinds are in memory: a count above zero means loaded whatever else is
 * said. While it changes, a store without connections is neither. */
static enum fact
loaded(const struct section *s)
{
	const struct tt_store_status *t = &s->store;

	if (t->connections > 0 || s->rows > 0)
		return FACT_YES;
	if (t->changing == FACT_YES)
		return FACT_UNKNOWN;
	if (s->manually_unloaded)
		return FACT_NO;
	if (s->shared_memory || t->manually_loaded == FACT_YES)
		return FACT_YES;
	return t->connections == 0 ? FACT_NO : FACT_UNKNOWN;
}

static void
end_store(struct reading *r)
{
	struct tt_store_status *t = &r->now.store;
	struct tt_status *s = &r->status;

	if (!r->in_store)
		return;
	r->in_store = false;
	t->loaded = loaded(&r->now);
	if (t->connections == 0) {
		t->applications = t->subdaemons = 0;
	} else if (r->now.rows == 0) { /* a count without a list */
		t->applications = t->subdaemons = -1;
	}
	if (t->connections < 0 && r->now.rows > 0)
		t->connections = r->now.rows;
	s->stores = mem_array(s->stores, (size_t)s->count + 1, sizeof(*s->stores));
	s->stores[s->count++] = *t;
}

static void
begin_store(struct reading *r, const char *path)
{
	struct tt_store_status *t = &r->now.store;

	end_store(r);
	r->now = (struct section){ .store = { .changing = FACT_NO,
				       .connections = -1,
				       .replication_agent = AGENT_STOPPED,
				       .cache_agent = AGENT_STOPPED,
				       .open = r->open_next } };
	str_copy(t->path, sizeof(t->path), path);
	r->open_next = FACT_UNKNOWN;
	r->in_store = true;
}

/* "There are 18 connections to the data store, ***3 pending disconnection***" */
static bool
read_connections(struct tt_store_status *t, const char *line)
{
	const char *rest = NULL;
	char *end;
	long n;

	if (str_starts_nocase(line, "There are "))
		rest = line + strlen("There are ");
	else if (str_starts_nocase(line, "There is "))
		rest = line + strlen("There is ");
	if (rest == NULL || str_find_nocase(rest, "connection") == NULL)
		return false;
	if (str_find_nocase(rest, "pending disconnect") != NULL)
		t->changing = FACT_YES;
	n = strtol(rest, &end, 10);
	if (end != rest && n >= 0 && n < INT32_MAX)
		t->connections = (int)n;
	else if (str_starts_nocase(rest, "no "))
		t->connections = 0;
	return true;
}

/* A connection: a kind, then the number of a process ("pid 4711" in the plain form). */
static bool
is_row(const char *line, const char *kind)
{
	const char *p = line + strlen(kind);

	if (!str_starts_nocase(line, kind) || !isspace((unsigned char)*p))
		return false;
	while (isspace((unsigned char)*p))
		p++;
	if (str_starts_nocase(p, "pid "))
		for (p += 4; isspace((unsigned char)*p);)
			p++;
	return isdigit((unsigned char)*p);
}

/* Takes the next word of *p. */
static int
next_word(const char **p, const char **ret)
{
	while (isspace((unsigned char)**p))
		(*p)++;
	*ret = *p;
	while (**p != '\0' && !isspace((unsigned char)**p))
		(*p)++;
	return (int)(*p - *ret);
}

/* What the connection is called: between its context and its number, blanks and all. */
static int
row_name(const char *p, const char **ret)
{
	const char *word, *end = p + strlen(p);
	int len = next_word(&p, &word);

	*ret = "";
	if (len < 3 || !str_starts_nocase(word, "0x"))
		return 0;
	while (isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	while (end > p && isdigit((unsigned char)end[-1]))
		end--;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	*ret = p;
	return (int)(end - p);
}

static void
add_holder(struct tt_store_status *t, const char *line, const char *kind)
{
	const char *p = line + strlen(kind), *pid, *name;
	char text[sizeof(t->holders)];
	int len = next_word(&p, &pid), name_len;
	size_t n = strlen(t->holders);

	if (len == 3 && str_starts_nocase(pid, "pid"))
		len = next_word(&p, &pid);
	name_len = row_name(p, &name);
	if (name_len > 0 && kind[0] != 'R' && kind[0] != 'C')
		str_printf(text, sizeof(text), "%.*s (%s %.*s)", name_len, name, kind, len, pid);
	else
		str_printf(text, sizeof(text), "%s %.*s", kind, len, pid);
	if (strstr(t->holders, text) != NULL ||
	    n + strlen(text) + 3 > sizeof(t->holders))
		return;
	str_printf(t->holders + n, sizeof(t->holders) - n, "%s%s", n > 0 ? ", " : "", text);
}

static bool
read_row(struct section *s, const char *line)
{
	static const char *const kinds[] = { "Process", "Server", "Replication", "Cache Agent" };
	struct tt_store_status *t = &s->store;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_row(line, kinds[i]))
			add_holder(t, line, kinds[i]);
	if (is_row(line, "Process") || is_row(line, "Server"))
		t->applications++;
	else if (is_row(line, "Subdaemon"))
		t->subdaemons++;
	else if (is_row(line, "Replication"))
		t->replication_agent = AGENT_RUNNING;
	else if (is_row(line, "Cache Agent") || is_row(line, "Oracle Agent"))
		t->cache_agent = AGENT_RUNNING;
	else
		return false;
	s->rows++;
	return true;
}

/* "Replication agent is running.", "Replication agent: running"; "is not running" is known,
 * and so is silence: it is told of agents that run. */
static bool
read_agent(struct tt_store_status *t, const char *line)
{
	static const enum tt_phrase agents[] = { PHRASE_REPLICATION_AGENT,
		PHRASE_CACHE_AGENT };
	bool runs = str_find_nocase(line, "running") != NULL &&
	    str_find_nocase(line, "not running") == NULL;

	for (size_t i = 0; i < ARRAY_SIZE(agents); i++) {
		const char *rest = tt_begins(line, agents[i]);

		if (rest == NULL || (*rest != ':' && *rest != ' ') ||
		    str_find_nocase(rest, "policy") != NULL)
			continue;
		if (runs && agents[i] == PHRASE_CACHE_AGENT)
			t->cache_agent = AGENT_RUNNING;
		else if (runs)
			t->replication_agent = AGENT_RUNNING;
		return true;
	}
	return false;
}

static bool
read_policy(struct tt_store_status *t, char *line)
{
	const struct {
		enum tt_phrase key;
		char *to;
	} keys[] = {
		{ PHRASE_RAM_POLICY, t->ram_policy },
		{ PHRASE_REPLICATION_POLICY, t->replication_policy },
		{ PHRASE_CACHE_POLICY, t->cache_policy },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = tt_labelled(line, keys[i].key);

		if (value == NULL)
			continue;
		tt_copy_lower(keys[i].to, sizeof(t->ram_policy), value);
		return true;
	}
	return false;
}

static void
read_words(struct section *s, const char *line)
{
	struct tt_store_status *t = &s->store;

	if (tt_says(line, PHRASE_CHANGING)) {
		t->changing = FACT_YES;
	} else if (tt_says(line, PHRASE_UNLOADED)) {
		s->manually_unloaded = true;
		t->manually_loaded = FACT_NO;
	} else if (tt_says(line, PHRASE_INACTIVE)) {
		s->manually_unloaded = true;
	} else if (tt_says(line, PHRASE_LOADED)) {
		t->manually_loaded = FACT_YES;
	} else if (str_starts_nocase(line, "Shared Memory ")) {
		s->shared_memory = true;
	}
}

/* "Open for user connections", "Closed to user connections". */
static enum fact
read_open(const char *line)
{
	if (str_find_nocase(line, "user connections") == NULL)
		return FACT_UNKNOWN;
	if (str_starts_nocase(line, "Open "))
		return FACT_YES;
	return str_starts_nocase(line, "Closed ") ? FACT_NO : FACT_UNKNOWN;
}

static void
read_store_line(struct reading *r, char *line)
{
	enum fact open = read_open(line);

	if (open != FACT_UNKNOWN)
		r->now.store.open = open;
	else if (!read_connections(&r->now.store, line) && !read_row(&r->now, line) &&
	    !read_agent(&r->now.store, line) && !read_policy(&r->now.store, line))
		read_words(&r->now, line);
}

static void
read_head_line(struct reading *r, const char *line)
{
	const char *name = str_find_nocase(line, " instance "), *port;
	enum fact open = read_open(line);
	int64_t n;

	if (open != FACT_UNKNOWN)
		r->open_next = open;
	port = str_starts_nocase(line, "TimesTen server pid ")
	    ? str_find_nocase(line, " port ")
	    : NULL;
	if (port != NULL && str_to_int(port + strlen(" port "), 1, 65535, &n))
		r->status.server_port = (int)n;
	if (!str_starts_nocase(line, "Daemon pid ") || name == NULL)
		return;
	name += strlen(" instance ");
	while (isspace((unsigned char)*name))
		name++;
	str_copy(r->status.instance, sizeof(r->status.instance), name);
}

/* Words of the tool itself, of any release; a report that ends is stronger. */
static bool
is_daemon_down(const char *line)
{
	bool daemon = str_find_nocase(line, "daemon") != NULL;

	if (tt_says(line, PHRASE_DAEMON_DOWN))
		return daemon || str_find_nocase(line, "TimesTen") != NULL;
	return daemon && str_find_nocase(line, "is not running") != NULL;
}

static bool
read_line(char *text, void *arg)
{
	struct reading *r = arg;
	char *line = str_trim(text), path[256] = "";

	str_copy(path, sizeof(path), store_path(line));
	line = tt_one_blank(line);
	if (!r->in_store && is_daemon_down(line))
		r->status.daemon_up = FACT_NO;
	else if (tt_begins(line, PHRASE_REPORT_ENDS) != NULL)
		r->ended = true;
	else if (tt_is_cut(line))
		r->cut = true;
	else if (path[0] != '\0')
		begin_store(r, path);
	else if (line[0] == '-' && line[strspn(line, "-")] == '\0' && strlen(line) >= 8)
		end_store(r);
	else if (str_starts_nocase(line, "Accessible by "))
		end_store(r);
	else if (r->in_store)
		read_store_line(r, line);
	else
		read_head_line(r, line);
	return !r->ended;
}

int
tt_status_parse(const char *text, struct tt_status *ret, struct ud_error *err)
{
	struct reading r = { 0 };

	str_each_line(text, read_line, &r);
	end_store(&r);
	if (r.cut) { /* a store that is not seen may stand in what is missing */
		tt_status_done(&r.status);
		return ud_fail(err, UD_EPARSE,
		    "ttStatus printed more than is kept: the middle of its report is missing");
	}
	if (r.ended && r.status.daemon_up == FACT_UNKNOWN) {
		r.status.daemon_up = FACT_YES;
	} else if (r.status.daemon_up != FACT_NO || r.ended) {
		tt_status_done(&r.status);
		return ud_fail(err, UD_EPARSE,
		    "ttStatus printed neither a whole report nor that its daemon is down");
	}
	*ret = r.status;
	return 0;
}

void
tt_status_done(struct tt_status *s)
{
	free(s->stores);
	*s = (struct tt_status){ 0 };
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
same_part(const char *here, const char *store)
{
	return str_equal_nocase(last_part(here), store);
}

static int
find(const struct tt_status *s, bool (*same)(const char *here, const char *wanted),
    const char *wanted, const struct tt_store_status **ret)
{
	int n = 0;

	*ret = NULL;
	for (int i = 0; i < s->count; i++)
		if (same(s->stores[i].path, wanted)) {
			*ret = &s->stores[i];
			n++;
		}
	if (n > 1)
		*ret = NULL;
	return n;
}

/* A path in another case is the same one: it must not count as absent. */
int
tt_status_find(const struct tt_status *s, const struct member *m, int installation,
    const struct tt_store_status **ret)
{
	const char *path = tt_path(m, installation);
	int n;

	if (path == NULL)
		return find(s, same_part, tt_store(m), ret);
	n = find(s, str_equal, path, ret);
	return n > 0 ? n : find(s, str_equal_nocase, path, ret);
}
