#include "config.h"

#include "daemon/engine/postgres/sql/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/conninfo.h"

#define POOLER "pooler"

/* ---- places and tools ---- */

bool
pg_is_new(const struct member *m, int installation)
{
	const struct installation *i = member_installation(m, installation);

	return i != NULL && str_equal(i->name, "new");
}

static const char *
setting_of(const struct member *m, int installation, const char *key,
    const char *key_new)
{
	const char *value =
	    pg_is_new(m, installation) ? member_setting(m, key_new) : NULL;

	if (value == NULL)
		value = member_setting(m, key);
	return value != NULL ? value : "";
}

const char *
pg_data(const struct member *m, int installation)
{
	return setting_of(m, installation, "data", "data_new");
}

bool
pg_in_place(const struct member *m)
{
	int new = member_installation_find(m, "new");

	return new < 0 || str_equal(pg_data(m, new), pg_data(m, -1));
}

char *
pg_tool(const struct member *m, int installation, const char *tool)
{
	const struct installation *i = member_installation(m, installation);

	return i != NULL ? mem_printf("%s/%s", i->bin, tool) : mem_strdup(tool);
}

/* ---- addresses ---- */

static void
read_options(const struct member *m, int installation, struct settings *ret)
{
	struct ud_error err;

	if (conninfo_parse(setting_of(m, installation, "conninfo", "conninfo_new"), ret,
		&err) != 0)
		settings_done(ret); /* validated before: cannot be */
}

static const char *
option(const struct settings *options, const char *key, const char *fallback)
{
	const char *value = settings_get(options, key);

	return value != NULL && value[0] != '\0' ? value : fallback;
}

void
pg_server(const struct member *m, int installation, struct pg_server *ret)
{
	struct settings o = { 0 };
	int64_t port;

	read_options(m, installation, &o);
	*ret = (struct pg_server){ .port = PG_PORT };
	str_copy(ret->host, sizeof(ret->host), option(&o, "host", ""));
	str_copy(ret->hostaddr, sizeof(ret->hostaddr), option(&o, "hostaddr", ""));
	str_copy(ret->dbname, sizeof(ret->dbname), option(&o, "dbname", "postgres"));
	if (str_to_int(option(&o, "port", ""), 1, 65535, &port))
		ret->port = (int)port;
	settings_done(&o);
}

char *
pg_conninfo_as(const struct member *m, int installation, const char *dbname,
    const char *application)
{
	struct settings o = { 0 };
	char *text;

	read_options(m, installation, &o);
	if (dbname == NULL || dbname[0] == '\0')
		dbname = option(&o, "dbname", "postgres");
	settings_set(&o, "dbname", dbname);
	settings_set(&o, "application_name", application);
	text = conninfo_text(&o);
	settings_done(&o);
	return text;
}

static char *
pooler_conninfo(const struct member *m, const char *name, struct ud_error *err)
{
	const char *setting = pg_pooler(m->pair, name, "conninfo");
	struct settings o = { 0 };
	char *text;

	if (setting == NULL) {
		ud_fail(err, UD_ECONFIG, "pair %s has no pooler \"%.64s\"",
		    m->pair->name, name);
		return NULL;
	}
	if (conninfo_parse(setting, &o, err) != 0) {
		ud_wrap(err, "pooler %.64s", name);
		settings_done(&o);
		return NULL;
	}
	text = conninfo_text(&o);
	settings_done(&o);
	return text;
}

char *
pg_conninfo(const struct member *m, int installation, const char *target,
    struct ud_error *err)
{
	struct settings o = { 0 };

	if (target != NULL && str_starts(target, POOLER ":"))
		return pooler_conninfo(m, target + strlen(POOLER ":"), err);
	if (conninfo_parse(setting_of(m, installation, "conninfo", "conninfo_new"), &o,
		err) != 0) {
		ud_wrap(err, "conninfo of %s", m->name);
		settings_done(&o);
		return NULL;
	}
	settings_done(&o);
	return pg_conninfo_as(m, installation, target, "upgraded");
}

/* Options of the supervisor's own connection that hold for a replica's as well. Its key
 * and certificate are its own. */
static bool
is_of_the_way(const char *key)
{
	static const char *const keys[] = { "host", "hostaddr", "port", "sslmode",
		"sslrootcert", "sslcrl", "sslcrldir", "sslsni", "sslnegotiation",
		"ssl_min_protocol_version", "ssl_max_protocol_version",
		"channel_binding", "gssencmode", "krbsrvname", "require_auth" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_equal(keys[i], key))
			return true;
	return false;
}

static void
set_account(const struct pair *p, const struct settings *own, struct settings *ret)
{
	const char *user = settings_get(&p->settings, "replication.user");
	const char *passfile = settings_get(&p->settings, "replication.passfile");

	if (user == NULL) {
		user = settings_get(own, "user");
		passfile = passfile != NULL ? passfile : settings_get(own, "passfile");
	}
	if (user != NULL)
		settings_set(ret, "user", user);
	if (passfile != NULL)
		settings_set(ret, "passfile", passfile);
}

static void
set_site_options(const struct pair *p, struct settings *ret)
{
	const char *text = settings_get(&p->settings, "replication.options");
	struct settings more = { 0 };
	struct ud_error err;

	if (text != NULL && conninfo_parse(text, &more, &err) == 0)
		for (size_t i = 0; i < more.count; i++)
			settings_set(ret, more.items[i].key, more.items[i].value);
	settings_done(&more);
}

static char *
replica_conninfo(const struct member *source, int installation, const char *dbname,
    const char *application)
{
	struct settings own = { 0 }, ret = { 0 };
	char *text;

	read_options(source, installation, &own);
	set_account(source->pair, &own, &ret);
	for (size_t i = 0; i < own.count; i++)
		if (is_of_the_way(own.items[i].key))
			settings_set(&ret, own.items[i].key, own.items[i].value);
	if (dbname != NULL)
		settings_set(&ret, "dbname", dbname);
	settings_set(&ret, "application_name", application);
	set_site_options(source->pair, &ret);
	text = conninfo_text(&ret);
	settings_done(&own);
	settings_done(&ret);
	return text;
}

char *
pg_primary_conninfo(const struct member *m, const struct member *source,
    int installation)
{
	return replica_conninfo(source, installation, NULL, pg_application(m));
}

char *
pg_publisher_conninfo(const struct member *source, int installation, const char *dbname,
    const char *application)
{
	return replica_conninfo(source, installation, dbname, application);
}

/* ---- names in replication ---- */

const char *
pg_application(const struct member *m)
{
	return m->name;
}

const char *
pg_slot(const struct member *m, char buf[PG_NAME_BYTES])
{
	str_printf(buf, PG_NAME_BYTES, "upgraded_%s", m->name);
	for (char *p = buf; *p != '\0'; p++)
		*p =
		    isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
	return buf;
}

static bool
has_item(const struct str_list *list, const char *item, size_t len)
{
	for (size_t i = 0; i < list->count; i++)
		if (strlen(list->items[i]) == len &&
		    strncmp(list->items[i], item, len) == 0)
			return true;
	return false;
}

void
pg_poolers(const struct pair *p, struct str_list *ret)
{
	for (size_t i = 0; i < p->settings.count; i++) {
		const char *key = p->settings.items[i].key, *name, *dot;

		if (!str_starts(key, POOLER "."))
			continue;
		name = key + strlen(POOLER ".");
		dot = strrchr(name, '.');
		if (dot != NULL && !has_item(ret, name, (size_t)(dot - name)))
			str_list_addf(ret, "%.*s", (int)(dot - name), name);
	}
}

const char *
pg_pooler(const struct pair *p, const char *pooler, const char *key)
{
	char *name = mem_printf(POOLER ".%s.%s", pooler, key);
	const char *value = settings_get(&p->settings, name);

	free(name);
	return value;
}

/* ---- words made safe ---- */

/* Quotes of that kind are doubled. */
static void
add_quoted(struct buf *b, const char *text, char quote)
{
	buf_add(b, &quote, 1);
	for (; *text != '\0'; text++) {
		if (*text == quote || (*text == '\\' && quote == '\''))
			buf_add(b, text, 1);
		buf_add(b, text, 1);
	}
	buf_add(b, &quote, 1);
}

void
pg_add_literal(struct buf *b, const char *text)
{
	if (strchr(text, '\\') != NULL)
		buf_adds(b, " E");
	add_quoted(b, text, '\'');
}

char *
pg_literal(const char *text)
{
	struct buf b = { 0 };

	pg_add_literal(&b, text);
	return buf_take(&b);
}

void
pg_add_identifier(struct buf *b, const char *name)
{
	add_quoted(b, name, '"');
}

char *
pg_identifier(const char *name)
{
	struct buf b = { 0 };

	pg_add_identifier(&b, name);
	return buf_take(&b);
}

/* ---- the marker row ---- */

static char *
marker_part(const struct pair *p, bool table)
{
	const char *name =
	    p->marker_table != NULL ? p->marker_table : "upgraded.marker";
	const char *dot = strchr(name, '.');
	struct buf b = { 0 };
	char *schema = mem_strndup(name, dot != NULL ? (size_t)(dot - name) : 0);

	pg_add_identifier(&b, dot != NULL ? schema : "public");
	if (table) {
		buf_adds(&b, ".");
		pg_add_identifier(&b, dot != NULL ? dot + 1 : name);
	}
	free(schema);
	return buf_take(&b);
}

char *
pg_marker(const struct pair *p)
{
	return marker_part(p, true);
}

char *
pg_marker_schema(const struct pair *p)
{
	return marker_part(p, false);
}
