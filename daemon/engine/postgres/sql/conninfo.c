#include "config.h"

#include "daemon/engine/postgres/sql/conninfo.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/str.h"

static bool
may_hold_secret(const char *text)
{
	return str_find_nocase(text, "password") != NULL || strstr(text, "://") != NULL;
}

static int
refuse(const char *text, const char *said, struct ud_error *err)
{
	if (said == NULL || may_hold_secret(text))
		ud_fail(err, UD_ECONFIG, "it is no connection string of libpq");
	else
		ud_fail(err, UD_ECONFIG, "%.*s", (int)strcspn(said, "\n"), said);
	return ud_remedy(err,
	    "write it as \"host=db1 port=5432 user=upgraded "
	    "dbname=postgres passfile=/path\"");
}

int
conninfo_parse(const char *text, struct settings *ret, struct ud_error *err)
{
	char *said = NULL;
	PQconninfoOption *options = PQconninfoParse(text, &said);
	int rc = 0;

	if (options == NULL)
		rc = refuse(text, said, err);
	for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
		if (o->val != NULL)
			settings_set(ret, o->keyword, o->val);
	PQconninfoFree(options);
	PQfreemem(said);
	return rc;
}

char *
conninfo_text(const struct settings *options)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < options->count; i++) {
		const struct setting *o = &options->items[i];

		buf_addf(&b, "%s%s='", i > 0 ? " " : "", o->key);
		for (const char *p = o->value; *p != '\0'; p++) {
			if (*p == '\'' || *p == '\\')
				buf_adds(&b, "\\");
			buf_add(&b, p, 1);
		}
		buf_adds(&b, "'");
	}
	buf_adds(&b, "");
	return buf_take(&b);
}

const char *
conninfo_name_to_resolve(const struct settings *options)
{
	const char *host = settings_get(options, "host"),
		   *address = settings_get(options, "hostaddr");
	struct in6_addr raw;

	if (host == NULL || host[0] == '\0' || host[0] == '/' || host[0] == '@' ||
	    strchr(host, ',') != NULL || (address != NULL && address[0] != '\0') ||
	    inet_pton(AF_INET, host, &raw) == 1 || inet_pton(AF_INET6, host, &raw) == 1)
		return NULL;
	return host;
}

char *
conninfo_with_addresses(struct settings *options, const struct str_list *addresses)
{
	const char *host = settings_get(options, "host");
	struct buf hosts = { 0 }, list = { 0 };

	for (size_t i = 0; i < addresses->count; i++) {
		buf_addf(&hosts, "%s%s", i > 0 ? "," : "", host);
		buf_addf(&list, "%s%s", i > 0 ? "," : "", addresses->items[i]);
	}
	settings_set(options, "host", buf_text(&hosts));
	settings_set(options, "hostaddr", buf_text(&list));
	buf_done(&hosts);
	buf_done(&list);
	return conninfo_text(options);
}
