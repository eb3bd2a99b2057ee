#include "config.h"

#include "daemon/engine/postgres/procedures/offline.h"

#include "common/release.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/pg_release.h"

bool
offline_same_major(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (pg_same_major(from, to))
		return true;
	str_printf(text, size, "%s and %s are two major releases: offline-migrate",
	    release_text(from, a), release_text(to, b));
	return false;
}

bool
offline_leads_on(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (to->part[0] > from->part[0])
		return true;
	str_printf(text, size,
	    to->part[0] == from->part[0]
		? "%s and %s are one major release: offline-backup, or a patch"
		: "%s is newer than %s: neither pg_upgrade nor a dump leads backwards",
	    release_text(from, a), release_text(to, b));
	return false;
}

bool
offline_has_places(const struct pair *p, char *text, size_t size)
{
	if (str_equal(p->topology, "bidirectional")) {
		str_printf(text, size, "the pair is %s", p->topology);
		return false;
	}
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_in_place(&p->members[i])) {
			str_printf(text, size,
			    "%s has no data_new beside data, or its host no "
			    "installation \"new\"",
			    p->members[i].name);
			return false;
		}
	return true;
}

bool
offline_keeps_address(const struct pair *p, char *text, size_t size)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		struct pg_server old, new;

		pg_server(m, -1, &old);
		pg_server(m, member_installation_find(m, "new"), &new);
		if (old.port == new.port && str_equal(old.host, new.host))
			continue;
		str_printf(text, size,
		    "conninfo_new of %s has another address: its peers would not find it",
		    m->name);
		return false;
	}
	return true;
}

static size_t
pooler_count(const struct pair *p)
{
	struct str_list poolers = { 0 };
	size_t n;

	pg_poolers(p, &poolers);
	n = poolers.count;
	str_list_done(&poolers);
	return n;
}

bool
offline_keeps_poolers(const struct pair *p, char *text, size_t size)
{
	return pooler_count(p) == 0 || offline_keeps_address(p, text, size);
}
