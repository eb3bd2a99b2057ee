#include "config.h"

#include "daemon/engine/timesten/procedures/single.h"

#include "common/str.h"

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
		    "until its copy is verified",
		    m->name);
		return false;
	}
	return true;
}
