#include "config.h"

#include "daemon/engine/timesten/procedures/single.h"

#include "common/str.h"
#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/steps/steps.h"

#define OFF   ROW_OFF_LIMITS
#define AGENT LIMIT_AGENT_STOP
#define SECS  LIMIT_FIXED

bool
tt_is_single(const struct pair *p, char *text, size_t size)
{
	if (str_equal(p->topology, "single"))
		return true;
	str_printf(text, size, "the pair is %s", p->topology);
	return false;
}

bool
tt_same_major(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (release_same_major(from, to))
		return true;
	str_printf(text, size, "%s and %s are two major releases",
	    release_text(from, a), release_text(to, b));
	return false;
}

bool
tt_leads_on(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (!release_same_major(from, to) && release_compare(from, to) > 0) {
		str_printf(text, size, "no way leads down from %s to %s",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	if (release_compare(from, to) != 0)
		return true;
	str_printf(text, size, "%s runs already", release_text(to, b));
	return false;
}

bool
tt_is_pre7(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	if (from->part[0] < 7 && to->part[0] >= 7)
		return true;
	str_printf(text, size, "only releases before 7.0 have other data types");
	return false;
}

bool
tt_stays(const struct release *from, const struct release *to, char *text, size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (release_compare(from, to) == 0)
		return true;
	str_printf(text, size, "%s is not the release that runs, %s",
	    release_text(to, b), release_text(from, a));
	return false;
}

bool
tt_has_place(const struct pair *p, char *text, size_t size)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		const char *old = member_setting(m, "path"),
			   *new = member_setting(m, "path_new");

		if (old != NULL && new != NULL && !str_equal(old, new))
			continue;
		str_printf(text, size,
		    "%s needs path and path_new, two places: the old database stays whole "
		    "until its copy is verified; path_new may be said with --option",
		    m->name);
		return false;
	}
	return true;
}

/* clang-format off */
const struct row tt_undo_migrated[] = {
	{ "u",	  &tt_revoke_admin,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL, NULL, "4c1", "4e", .option = "grant_admin" },
	{ "u0",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "4d" },
	{ "u1",	  &tt_unload,		  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "4", "4e" },
	{ "u2",	  &tt_destroy_copy,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF | ROW_DESTROYS, NULL, "4", "4e" },
	{ "u3",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   OFF, NULL, "1b", "4e" },
	{ "u4",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   OFF, NULL, "1c", "4e" },
	{ "u5",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   0, NULL, "1b", "4e" },
	{ "u6",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "1", "4e" },
	{ "u7",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,   ROW_MAY_FAIL, NULL, "1a", "4e" },
	{ "u8",	  &tt_export_remove,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "2", "4e" },
	{ NULL }
};

const struct row tt_undo_restored[] = {
	{ "u0",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "4d" },
	{ "u1",	  &tt_unload,		  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "4", "4d" },
	{ "u2",	  &tt_destroy_copy,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF | ROW_DESTROYS, NULL, "4", "4d" },
	{ "u3",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   OFF, NULL, "1b", "4d" },
	{ "u4",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   OFF, NULL, "1c", "4d" },
	{ "u5",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   0, NULL, "1b", "4d" },
	{ "u6",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "1", "4d" },
	{ "u7",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,   ROW_MAY_FAIL, NULL, "1a", "4d" },
	{ "u8",	  &tt_backup_remove,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "2", "4d" },
	{ NULL }
};
/* clang-format on */
