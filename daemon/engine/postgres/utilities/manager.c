#include "config.h"

#include "daemon/engine/postgres/utilities/manager.h"

#include <string.h>

#include "common/str.h"

static const char *
detail(const struct observation *o, const char *key)
{
	const char *text = settings_get(&o->details, key);

	return text != NULL ? text : "";
}

/* Names behind "COUNT\t"; "" when there are none. */
static const char *
sessions(const struct observation *o)
{
	const char *text = detail(o, "pg.managers"), *tab = strchr(text, '\t');

	return tab != NULL && !str_starts(text, "0\t") ? tab + 1 : "";
}

void
pg_manager_signs(const struct member *m, const struct observation *o, struct buf *ret)
{
	const char *session = sessions(o), *process = detail(o, "pg.host.process"),
		   *files = detail(o, "pg.host.manager");

	if (session[0] != '\0')
		buf_addf(ret, "session of %s", session);
	if (process[0] != '\0')
		buf_addf(ret, "%s%s runs on host %s", ret->len > 0 ? ", " : "", process,
		    m->host->name);
	if (files[0] != '\0')
		buf_addf(ret, "%sfiles of %s in its data directory",
		    ret->len > 0 ? ", " : "", files);
}

enum fact
pg_manager_lives(const struct observation *o)
{
	if (sessions(o)[0] != '\0' || detail(o, "pg.host.process")[0] != '\0')
		return FACT_YES;
	return settings_get(&o->details, "pg.managers") != NULL &&
		settings_get(&o->details, "pg.host.process") != NULL
	    ? FACT_NO
	    : FACT_UNKNOWN;
}
