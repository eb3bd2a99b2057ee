#include "config.h"

#include "daemon/engine/postgres/validate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/conninfo.h"
#include "daemon/engine/postgres/sql/names.h"

#define A_CONNINFO "\"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\""
#define A_PASSFILE \
	"a file that libpq reads: lines host:port:database:user:password, mode 0600"

/* ---- connection strings ---- */

/* Whose string it is: the key that an objection is about. */
struct place {
	struct objections *f;
	const struct member *member; /* NULL: the pair's */
	const char *key;
};

static bool
is_list(const struct settings *o, const char *key)
{
	const char *value = settings_get(o, key);

	return value != NULL && strchr(value, ',') != NULL;
}

static void
check_secrets(const struct place *at, const struct settings *o)
{
	static const char *const keys[] = { "password", "sslpassword" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (settings_get(o, keys[i]) != NULL)
			objection_add(at->f, at->member, at->key,
			    "a passfile, or a client certificate, instead",
			    "it holds a %s, which everybody may read here", keys[i]);
}

static void
check_one_server(const struct place *at, const struct settings *o)
{
	static const char *const keys[] = { "host", "hostaddr", "port" };
	const char *attributes = settings_get(o, "target_session_attrs");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_list(o, keys[i])) {
			objection_add(at->f, at->member, at->key, A_CONNINFO,
			    "it names several servers: %s=%s", keys[i],
			    settings_get(o, keys[i]));
			return;
		}
	if (attributes != NULL && !str_equal(attributes, "any"))
		objection_add(at->f, at->member, at->key,
		    "it without target_session_attrs",
		    "target_session_attrs=%s: a server is asked whatever its role is",
		    attributes);
	if (settings_get(o, "service") != NULL && settings_get(o, "host") == NULL &&
	    settings_get(o, "hostaddr") == NULL)
		objection_add(at->f, at->member, at->key,
		    "host and port beside the service",
		    "service=%s: other servers have to be told where this one is",
		    settings_get(o, "service"));
	if (settings_get(o, "replication") != NULL)
		objection_add(at->f, at->member, at->key, A_CONNINFO,
		    "replication=%s: the daemon asks in SQL",
		    settings_get(o, "replication"));
}

static void
check_port(const struct place *at, const struct settings *o)
{
	const char *port = settings_get(o, "port");
	int64_t value;

	if (port == NULL || is_list(o, "port") || str_to_int(port, 1, 65535, &value))
		return;
	objection_add(at->f, at->member, at->key, "a port from 1 to 65535",
	    "\"%s\" is no port", port);
}

/* libpq would only say so to each connection. */
static void
check_sslmode(const struct place *at, const struct settings *o)
{
	static const char *const modes[] = { "disable", "allow", "prefer", "require",
		"verify-ca", "verify-full" };
	const char *mode = settings_get(o, "sslmode");

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (mode == NULL || str_equal(mode, modes[i]))
			return;
	objection_add(at->f, at->member, at->key,
	    "disable, allow, prefer, require, verify-ca, verify-full",
	    "sslmode=%s is unknown", mode);
}

/* here: the daemon itself reads it, else servers on their hosts do. */
static void
check_passfile(const struct place *at, const char *path, bool here)
{
	void (*say)(struct objections *, const struct member *, const char *,
	    const char *, const char *, ...) = here ? objection_add : objection_warn;
	struct stat st;

	if (path == NULL)
		return;
	if (path[0] != '/')
		objection_add(at->f, at->member, at->key, "an absolute path",
		    "passfile \"%s\" is not an absolute path", path);
	else if (stat(path, &st) != 0)
		say(at->f, at->member, at->key, A_PASSFILE, "passfile \"%s\": %s", path,
		    strerror(errno));
	else if (!S_ISREG(st.st_mode))
		say(at->f, at->member, at->key, A_PASSFILE,
		    "passfile \"%s\" is not a regular file", path);
	else if ((st.st_mode & 077) != 0)
		say(at->f, at->member, at->key, A_PASSFILE,
		    "passfile \"%s\": others than its owner may read it (%04o), so libpq "
		    "does not",
		    path, (unsigned)st.st_mode & 07777u);
	else if (here && access(path, R_OK) != 0)
		say(at->f, at->member, at->key, A_PASSFILE, "passfile \"%s\": %s", path,
		    strerror(errno));
}

static void
check_conninfo(const struct place *at, const char *text)
{
	struct settings o = { 0 };
	struct ud_error err;

	if (text == NULL)
		return;
	if (conninfo_parse(text, &o, &err) != 0) {
		objection_add(at->f, at->member, at->key, A_CONNINFO, "%s", err.text);
	} else {
		check_secrets(at, &o);
		check_one_server(at, &o);
		check_port(at, &o);
		check_sslmode(at, &o);
		check_passfile(at, settings_get(&o, "passfile"), true);
	}
	settings_done(&o);
}

/* ---- members ---- */

static bool
is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

static void
check_places(const struct member *m, struct objections *f)
{
	static const char *const keys[] = { "data_new", "conninfo_new" };
	const char *data = member_setting(m, "data"),
		   *data_new = member_setting(m, "data_new");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (member_setting(m, keys[i]) != NULL &&
		    member_installation_find(m, "new") < 0)
			objection_add(f, m, keys[i],
			    "a section postgres \"new\" { ... } of its host",
			    "host \"%s\" has no installation that is called \"new\"",
			    m->host->name);
	if (data_new != NULL &&
	    (is_within(data_new, data) || is_within(data, data_new)))
		objection_add(f, m, "data_new",
		    "a folder beside it, on the same file system",
		    "\"%s\" and \"%s\" are within each other", data_new, data);
}

/* The last member above m, or NULL: unknown, or a circle. */
static const struct member *
follow_upstream(const struct member *m)
{
	for (size_t steps = 0; steps <= m->pair->member_count; steps++) {
		const char *name = member_setting(m, "upstream");

		if (name == NULL)
			return m;
		m = pair_member(m->pair, name);
		if (m == NULL)
			return NULL;
	}
	return NULL;
}

static void
add_others(const struct member *m, struct buf *ret)
{
	const struct pair *p = m->pair;

	for (size_t i = 0; i < p->member_count; i++)
		if (&p->members[i] != m)
			buf_addf(ret, "%s\"%s\"", ret->len > 0 ? ", " : "",
			    p->members[i].name);
}

static void
check_upstream(const struct member *m, struct objections *f)
{
	const char *name = member_setting(m, "upstream");
	struct buf others = { 0 };

	if (name == NULL)
		return;
	add_others(m, &others);
	if (!m->subscriber)
		objection_add(f, m, "upstream", "it of a member with subscriber = true",
		    "\"%s\" is a master, whose source is observed", m->name);
	else if (pair_member(m->pair, name) == NULL)
		objection_add(f, m, "upstream", buf_text(&others),
		    "no member \"%s\" in pair \"%s\"", name, m->pair->name);
	else if (follow_upstream(m) == NULL)
		objection_add(f, m, "upstream", buf_text(&others),
		    "\"%s\" does not lead to a master", name);
	buf_done(&others);
}

static void
check_slots(const struct pair *p, struct objections *f)
{
	char a[PG_NAME_BYTES], b[PG_NAME_BYTES];

	for (size_t i = 0; i < p->member_count; i++)
		for (size_t k = 0; k < i; k++)
			if (str_equal(pg_slot(&p->members[i], a),
				pg_slot(&p->members[k], b)))
				objection_add(f, &p->members[i], "member",
				    "names that differ in letters and digits",
				    "\"%s\" and \"%s\" would both have the slot %s",
				    p->members[i].name, p->members[k].name, a);
}

static void
check_member(const struct member *m, struct objections *f)
{
	static const char *const keys[] = { "conninfo", "conninfo_new" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct place at = { .f = f, .member = m, .key = keys[i] };

		check_conninfo(&at, member_setting(m, keys[i]));
	}
	check_places(m, f);
	check_upstream(m, f);
}

/* ---- the pair ---- */

static void
check_replication(const struct pair *p, struct objections *f)
{
	struct place at = { .f = f, .key = "replication.passfile" };
	const char *options = settings_get(&p->settings, "replication.options");
	struct settings o = { 0 };
	struct ud_error err;

	check_passfile(&at, settings_get(&p->settings, "replication.passfile"), false);
	at.key = "replication.options";
	if (options != NULL && conninfo_parse(options, &o, &err) != 0)
		objection_add(f, NULL, at.key,
		    "\"sslmode=verify-full sslrootcert=/path\"", "%s", err.text);
	check_secrets(&at, &o);
	check_sslmode(&at, &o);
	settings_done(&o);
}

static void
check_pooler(const struct pair *p, const char *name, struct objections *f)
{
	const char *host = pg_pooler(p, name, "host");
	char *key = mem_printf("pooler.%s.conninfo", name);
	struct place at = { .f = f, .key = key };
	struct buf hosts = { 0 };

	check_conninfo(&at, pg_pooler(p, name, "conninfo"));
	free(key);
	if (host == NULL || pair_host(p, host) != NULL)
		return;
	for (size_t i = 0; i < p->host_count; i++)
		buf_addf(&hosts, "%s\"%s\"", i > 0 ? ", " : "", p->hosts[i].name);
	key = mem_printf("pooler.%s.host", name);
	objection_add(f, NULL, key, buf_text(&hosts), "no host \"%s\" is described",
	    host);
	free(key);
	buf_done(&hosts);
}

static void
check_server(const struct pair *p, struct objections *f)
{
	static const char *const keys[] = { "server.start", "server.stop" };
	size_t given = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct str_list argv = { 0 };

		settings_list(&p->settings, keys[i], &argv);
		given += argv.count > 0;
		if (argv.count > 0 && argv.items[0][0] != '/')
			objection_add(f, NULL, keys[i],
			    "a list { \"/program\", \"argument\" }",
			    "\"%s\" is not an absolute path", argv.items[0]);
		str_list_done(&argv);
	}
	if (given == 1)
		objection_warn(f, NULL,
		    settings_get(&p->settings, keys[0]) ? keys[0] : keys[1],
		    "both start and stop, or neither",
		    "alone: pg_ctl does the other one, and the site's service manager may not "
		    "know");
}

static void
check_topology(const struct pair *p, struct objections *f)
{
	if (str_equal(p->topology, "bidirectional"))
		objection_add(f, NULL, "topology", "\"active-standby\", \"single\"",
		    "a server applies no updates of a peer that it sends its own to, without "
		    "conflicts: no procedure leads on from there");
}

void
pg_validate(const struct pair *p, struct objections *f)
{
	struct str_list poolers = { 0 };

	check_topology(p, f);
	for (size_t i = 0; i < p->member_count; i++)
		check_member(&p->members[i], f);
	check_slots(p, f);
	check_replication(p, f);
	pg_poolers(p, &poolers);
	for (size_t i = 0; i < poolers.count; i++)
		check_pooler(p, poolers.items[i], f);
	str_list_done(&poolers);
	check_server(p, f);
}

/* ---- two members ---- */

static bool
same_setting(const struct member *a, const char *key_a, const struct member *b,
    const char *key_b)
{
	const char *x = member_setting(a, key_a), *y = member_setting(b, key_b);

	return x != NULL && y != NULL && str_equal(x, y);
}

static bool
same_server(const struct member *a, const struct member *b)
{
	struct pg_server x, y;

	pg_server(a, -1, &x);
	pg_server(b, -1, &y);
	/* Sockets are of a host, which two sections may call by two names. */
	if ((x.host[0] == '/' || x.host[0] == '\0') && a->host != b->host)
		return false;
	return x.port == y.port && str_equal_nocase(x.host, y.host) &&
	    str_equal(x.hostaddr, y.hostaddr);
}

const char *
pg_clash(const struct member *a, const struct member *b)
{
	static const char *const keys[] = { "data", "data_new" };

	for (size_t i = 0; a->host == b->host && i < ARRAY_SIZE(keys); i++)
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (same_setting(a, keys[k], b, keys[i]))
				return keys[i];
	return same_server(a, b) ? "conninfo" : NULL;
}
