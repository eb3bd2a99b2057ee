#include "config.h"

#include "daemon/engine/postgres/sql/conninfo.h"

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

