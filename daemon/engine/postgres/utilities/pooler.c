#include "config.h"

#include "daemon/engine/postgres/utilities/pooler.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/command.h"
#include "daemon/engine/postgres/utilities/pooler_sh.h"

const char *const pg_pooler_functions = pooler_sh;

int
pg_pooler_hosts(const struct pair *p, const struct host *ret[PG_POOLER_HOSTS])
{
	struct str_list poolers = { 0 };
	int n = 0;

	pg_poolers(p, &poolers);
	for (size_t i = 0; i < poolers.count && n < PG_POOLER_HOSTS; i++) {
		const struct host *host =
		    pair_host(p, pg_pooler(p, poolers.items[i], "host"));
		int k = 0;

		while (k < n && ret[k] != host)
			k++;
		if (host != NULL && k == n)
			ret[n++] = host;
	}
	str_list_done(&poolers);
	return n;
}

/* What an entry may call a server: as its connection string does, and as we do. */
static void
names_of(const struct pg_target *at, struct str_list *ret)
{
	struct pg_server server;

	pg_server(at->member, at->installation, &server);
	if (server.host[0] != '\0')
		str_list_add(ret, server.host);
	if (server.hostaddr[0] != '\0')
		str_list_add(ret, server.hostaddr);
	str_list_add(ret, at->member->host->name);
}

static void
add_arguments(struct str_list *ret, const char *file, const struct pg_target *from,
    const struct pg_target *to)
{
	struct pg_server old, new;
	struct str_list names = { 0 };
	struct buf b = { 0 };

	pg_server(from->member, from->installation, &old);
	pg_server(to->member, to->installation, &new);
	names_of(from, &names);
	for (size_t i = 0; i < names.count; i++)
		buf_addf(&b, "%s%s", i > 0 ? " " : "", names.items[i]);
	str_list_add(ret, file);
	str_list_add(ret, buf_text(&b));
	str_list_addf(ret, "%d", old.port);
	str_list_add(ret, new.host[0] != '\0' ? new.host : new.hostaddr);
	str_list_addf(ret, "%d", new.port);
	str_list_done(&names);
	buf_done(&b);
}

static const struct member *
member_on(const struct pair *p, const struct host *host)
{
	for (size_t i = 0; i < p->member_count; i++)
		if (p->members[i].host == host)
			return &p->members[i];
	return NULL;
}

/* A job knows no function: the text comes with it, and each call with as many words. */
static void
as_job(struct command *c, const struct host *host, const char *function, size_t each,
    const struct str_list *words)
{
	struct buf arguments = { 0 };

	for (size_t i = 1; i <= each; i++)
		buf_addf(&arguments, " \"$%zu\"", i);
	c->kind = COMMAND_JOB;
	c->host = host;
	str_list_add(&c->argv, "/bin/sh");
	str_list_add(&c->argv, "-c");
	str_list_addf(&c->argv,
	    "%swhile [ $# -gt 0 ]; do %s%s || exit; shift %zu; done", pooler_sh,
	    function, buf_text(&arguments), each);
	str_list_add(&c->argv, "upgraded");
	for (size_t i = 0; i < words->count; i++)
		str_list_add(&c->argv, words->items[i]);
	buf_done(&arguments);
}

/* The function for each pooler of the host, with so many of the words each. */
static void
run(struct command *c, const struct pair *p, const struct host *host,
    const char *function, size_t each, const struct str_list *words)
{
	const struct member *m = member_on(p, host);

	if (m == NULL)
		as_job(c, host, function, each, words);
	for (size_t i = 0; m != NULL && i < words->count; i++) {
		if (i % each == 0)
			pg_shell_call(c, m, function);
		pg_shell_word(c, words->items[i]);
	}
}

static bool
is_on(const struct pair *p, const char *pooler, const struct host *host)
{
	return pair_host(p, pg_pooler(p, pooler, "host")) == host;
}

void
pg_pooler_run(struct command *c, const struct pair *p, const struct host *host,
    const char *function, const struct pg_target *from, const struct pg_target *to)
{
	struct str_list poolers = { 0 }, words = { 0 };

	pg_poolers(p, &poolers);
	for (size_t i = 0; i < poolers.count; i++)
		if (is_on(p, poolers.items[i], host))
			add_arguments(&words,
			    pg_pooler(p, poolers.items[i], "databases_file"), from, to);
	run(c, p, host, function, 5, &words);
	str_list_done(&words);
	str_list_done(&poolers);
}

/* Where no member lives there may be no psql of ours, but one of the system. */
static char *
psql_on(const struct pair *p, const struct host *host)
{
	const struct member *m = member_on(p, host);

	return m != NULL ? pg_tool(m, 0, "psql") : mem_strdup("psql");
}

/* conninfo of a console, of a server. */
static void
add_login(struct str_list *ret, const struct pg_target *at, const char *target)
{
	struct ud_error err;
	char *text = pg_conninfo(at->member, at->installation, target, &err);

	str_list_add(ret, text != NULL ? text : "");
	free(text);
}

static void
add_guarded(struct str_list *ret, const struct pair *p, const struct host *host,
    const char *pooler, const struct pg_target *from, const struct pg_target *to,
    int64_t lease_ms, const char *databases)
{
	char *console = mem_printf("pooler:%s", pooler), *psql = psql_on(p, host);

	str_list_add(ret, pg_pooler(p, pooler, "databases_file"));
	add_login(ret, to, console);
	add_login(ret, from, NULL);
	add_login(ret, to, NULL);
	str_list_add(ret, psql);
	str_list_addf(ret, "%lld.%03lld", (long long)lease_ms / 1000,
	    (long long)lease_ms % 1000);
	str_list_add(ret, databases);
	free(psql);
	free(console);
}

void
pg_pooler_guard(struct command *c, const struct pair *p, const struct host *host,
    const struct pg_target *from, const struct pg_target *to, int64_t lease_ms,
    const char *(*databases)(void *arg, const char *pooler), void *arg)
{
	struct str_list poolers = { 0 }, words = { 0 };

	pg_poolers(p, &poolers);
	for (size_t i = 0; i < poolers.count; i++)
		if (is_on(p, poolers.items[i], host))
			add_guarded(&words, p, host, poolers.items[i], from, to, lease_ms,
			    databases(arg, poolers.items[i]));
	run(c, p, host, "pg_pooler_guard", 7, &words);
	str_list_done(&words);
	str_list_done(&poolers);
}

bool
pg_pooler_points(const char *host, const char *port, const struct pg_target *at)
{
	struct str_list names = { 0 };
	struct pg_server server;
	bool found = false;
	char text[16];

	pg_server(at->member, at->installation, &server);
	str_printf(text, sizeof(text), "%d", server.port);
	names_of(at, &names);
	for (size_t i = 0; i < names.count; i++)
		found = found || str_equal(names.items[i], host);
	str_list_done(&names);
	return found && str_equal(port, text);
}
