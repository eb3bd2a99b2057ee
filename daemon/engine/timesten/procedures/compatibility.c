#include "config.h"

#include "daemon/engine/timesten/procedures/compatibility.h"

#include "common/str.h"

#define MAJOR2(a, b)        \
	{                   \
		{ a, b }, 2 \
	}
#define MAJOR3(a, b, c)        \
	{                      \
		{ a, b, c }, 3 \
	}
#define LEVEL(a, b, c, d, e)                     \
	{                                        \
		{ a, b, c, d, e }, RELEASE_PARTS \
	}
#define ANY              \
	{                \
		{ 0 }, 0 \
	}

#define ONLINE "online upgrades from 11.2.2 begin with that patch level"
#define HASHING \
	"26.1 stores passwords in another way, which older patch levels cannot check"

/* clang-format off */
static const struct release majors[] = { /* in their order */
	MAJOR2(6, 0), MAJOR2(7, 0), MAJOR3(11, 2, 1), MAJOR3(11, 2, 2), MAJOR2(18, 1),
	MAJOR2(22, 1), MAJOR2(26, 1)
};

static const struct tt_crossing crossings[] = {
	/* from		     to		       from_min		       to_min		       unsure why */
	{ MAJOR2(6, 0),	     MAJOR2(7, 0),     ANY,		       ANY },
	{ MAJOR2(6, 0),	     MAJOR3(11, 2, 1), ANY,		       ANY },
	{ MAJOR2(7, 0),	     MAJOR3(11, 2, 1), ANY,		       ANY },
	{ MAJOR2(7, 0),	     MAJOR3(11, 2, 2), ANY,		       ANY },
	{ MAJOR3(11, 2, 1), MAJOR3(11, 2, 2), ANY,		       ANY },
	{ MAJOR3(11, 2, 2), MAJOR2(18, 1),    LEVEL(11, 2, 2, 8, 27), ANY,		       false, ONLINE },
	{ MAJOR3(11, 2, 2), MAJOR2(22, 1),    LEVEL(11, 2, 2, 8, 27), ANY,		       false, ONLINE },
	{ MAJOR2(18, 1),     MAJOR2(22, 1),    ANY,		       ANY },
	{ MAJOR2(18, 1),     MAJOR2(26, 1),    LEVEL(18, 1, 4, 54, 0), LEVEL(26, 1, 1, 1, 0), true,  HASHING },
	{ MAJOR2(22, 1),     MAJOR2(26, 1),    LEVEL(22, 1, 1, 36, 0), LEVEL(26, 1, 1, 1, 0), false, HASHING },
};
/* clang-format on */

bool
tt_major_is_known(const struct release *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(majors); i++)
		if (release_same_major(&majors[i], r))
			return true;
	return false;
}

const struct tt_crossing *
tt_crossing_find(const struct release *from, const struct release *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(crossings); i++)
		if (release_same_major(&crossings[i].from, from) &&
		    release_same_major(&crossings[i].to, to))
			return &crossings[i];
	return NULL;
}

static bool
is_known(const struct release *r, char *text, size_t size)
{
	char major[RELEASE_TEXT];

	if (tt_major_is_known(r))
		return true;
	str_printf(text, size, "this build does not know major release %s",
	    release_major_text(r, major));
	return false;
}

bool
tt_majors_may_cross(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	str_copy(text, size, "");
	if (!is_known(from, text, size) || !is_known(to, text, size))
		return false;
	if (release_same_major(from, to) || tt_crossing_find(from, to) != NULL)
		return true;
	if (release_compare(from, to) > 0)
		str_printf(text, size,
		    "%s is older than %s: no way leads down across majors",
		    release_text(to, b), release_text(from, a));
	else
		str_printf(text, size,
		    "no guide describes replication between %s and %s: that way is "
		    "offline, or through a release between them",
		    release_major_text(from, a), release_major_text(to, b));
	return false;
}

static bool
is_too_low(const struct release *r, const struct release *least)
{
	return release_is_set(least) && release_compare(r, least) < 0;
}

bool
tt_may_cross(const struct release *from, const struct release *to, char *text,
    size_t size)
{
	const struct tt_crossing *x;
	const struct release *low, *least;
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (!tt_majors_may_cross(from, to, text, size))
		return false;
	x = tt_crossing_find(from, to);
	if (x == NULL)
		return true; /* one major */
	if (is_too_low(from, &x->from_min)) {
		low = from;
		least = &x->from_min;
	} else if (is_too_low(to, &x->to_min)) {
		low = to;
		least = &x->to_min;
	} else {
		return true;
	}
	str_printf(text, size, "%s is below %s: %s", release_text(low, a),
	    release_text(least, b), x->why);
	return false;
}
