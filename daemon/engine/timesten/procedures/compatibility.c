#include "config.h"

#include "daemon/engine/timesten/procedures/compatibility.h"

#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/procedures/releases_data.h"

struct table {
	struct release *majors;
	size_t major_count;
	struct tt_crossing *crossings;
	size_t crossing_count;
};

/* ---- from rows ---- */

#define A_MAJOR "a major release, such as \"7.0\", \"11.2.2\", \"22.1\""
#define A_LEVEL "a release, such as \"22.1.1.36.0\""

static bool
has_major(const struct table *t, const struct release *r)
{
	for (size_t i = 0; i < t->major_count; i++)
		if (release_same_major(&t->majors[i], r))
			return true;
	return false;
}

static bool
read_major(const char *text, struct release *ret)
{
	struct ud_error ignored;
	char own[RELEASE_TEXT];

	return text != NULL && release_parse(text, ret, &ignored) == 0 &&
	    str_equal(release_major_text(ret, own), text);
}

static void
make_major(struct table *t, const struct data_row *row, data_objection_fn *object, void *arg)
{
	struct release r;

	if (!read_major(row->title, &r)) {
		object(arg, row, NULL, A_MAJOR, "the title is no major release");
	} else if (has_major(t, &r)) {
		object(arg, row, NULL, "each major release once", "it is described already");
	} else {
		t->majors = mem_array(t->majors, t->major_count + 1, sizeof(r));
		t->majors[t->major_count++] = r;
	}
}

/* A major that the file describes, above this row. */
static bool
take_major(const struct table *t, const struct data_row *row, const char *key,
    struct release *ret, data_objection_fn *object, void *arg)
{
	const char *value = settings_get(row->values, key);
	char text[64];

	if (read_major(value, ret) && has_major(t, ret))
		return true;
	str_printf(text, sizeof(text), "\"%.40s\" is none", value != NULL ? value : "");
	object(arg, row, key, "a major release that a row major \"RELEASE\" above describes",
	    text);
	return false;
}

/* A patch level of that major; absent: not set. */
static bool
take_level(const struct data_row *row, const char *key, const struct release *major,
    struct release *ret, data_objection_fn *object, void *arg)
{
	const char *text = settings_get(row->values, key);
	struct ud_error ignored;

	*ret = (struct release){ 0 };
	if (text == NULL || text[0] == '\0')
		return true;
	if (release_parse(text, ret, &ignored) == 0 && release_same_major(ret, major))
		return true;
	object(arg, row, key, A_LEVEL, "it is no release of that major");
	return false;
}

static void
make_crossing(struct table *t, const struct data_row *row, data_objection_fn *object,
    void *arg)
{
	const char *sure = settings_get(row->values, "sure");
	const char *why = settings_get(row->values, "why");
	struct tt_crossing x = { .unsure = str_equal(sure, "false") || str_equal(sure, "no") };

	if (!take_major(t, row, "from", &x.from, object, arg) ||
	    !take_major(t, row, "to", &x.to, object, arg) ||
	    !take_level(row, "from_min", &x.from, &x.from_min, object, arg) ||
	    !take_level(row, "to_min", &x.to, &x.to_min, object, arg))
		return;
	if (release_compare(&x.from, &x.to) >= 0) {
		object(arg, row, "to", "a later major release than from",
		    "no way leads down across majors");
		return;
	}
	x.why = why != NULL && why[0] != '\0' ? mem_strdup(why) : NULL;
	t->crossings = mem_array(t->crossings, t->crossing_count + 1, sizeof(x));
	t->crossings[t->crossing_count++] = x;
}

static void *
make(const struct data_row *rows, size_t count, data_objection_fn *object, void *arg)
{
	struct table *t = mem_alloc(sizeof(*t));

	for (size_t i = 0; i < count; i++)
		if (str_equal(rows[i].section, "major"))
			make_major(t, &rows[i], object, arg);
		else
			make_crossing(t, &rows[i], object, arg);
	return t;
}

static void
table_free(void *table)
{
	struct table *t = table;

	if (t == NULL)
		return;
	for (size_t i = 0; i < t->crossing_count; i++)
		free((void *)(uintptr_t)t->crossings[i].why);
	free(t->majors);
	free(t->crossings);
	free(t);
}

/* ---- the one that counts ---- */

static const struct table *used;

static void
use(const void *table)
{
	used = table;
}

/* clang-format off */
static const struct config_key major_keys[] = { { NULL } };
static const struct config_key crossing_keys[] = {
	{ "from", KEY_STRING, NULL, A_MAJOR, "the older major release", true },
	{ "to", KEY_STRING, NULL, A_MAJOR, "the newer one", true },
	{ "from_min", KEY_STRING, "", A_LEVEL, "lowest patch level" },
	{ "to_min", KEY_STRING, "", A_LEVEL, "lowest patch level" },
	{ "sure", KEY_BOOL, "yes", NULL, "it stands in a document" },
	{ "why", KEY_STRING, "", "half a sentence", "reason of the patch levels" },
	{ NULL }
};
/* clang-format on */

static const struct data_kind kinds[] = { { "major", major_keys },
	{ "crossing", crossing_keys }, { NULL } };

const struct data_file tt_releases_file = { .name = "timesten-releases.conf",
	.kinds = kinds,
	.make = make,
	.use = use,
	.free = table_free };

static const struct table *
table(void)
{
	static const struct table *builtin;

	if (used != NULL)
		return used;
	if (builtin == NULL)
		builtin = data_make_builtin(&tt_releases_file, releases_rows,
		    ARRAY_SIZE(releases_rows));
	return builtin;
}

bool
tt_major_is_known(const struct release *r)
{
	return has_major(table(), r);
}

const struct tt_crossing *
tt_crossing_find(const struct release *from, const struct release *to)
{
	const struct table *t = table();

	for (size_t i = 0; i < t->crossing_count; i++)
		if (release_same_major(&t->crossings[i].from, from) &&
		    release_same_major(&t->crossings[i].to, to))
			return &t->crossings[i];
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
