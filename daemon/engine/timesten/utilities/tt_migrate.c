/*
 * ttMigrate: a database out into a file, and back into the next release.
 *
 * It prints a line when it begins an object and one when it is done with it, and between
 * them how many rows of a table it moved:
 *
 *   Saving table OPS.ORDERS
 *     Saving rows...
 *     1200/1200 rows saved.
 *   Table successfully saved.
 *
 * Source: TimesTen Reference, ttMigrate. The words of -r are taken to be alike.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"
#include "daemon/engine/timesten/utilities/phrases.h"

static void
add_options(struct command *c, const char *const *options)
{
	for (; options != NULL && *options != NULL; options++)
		str_list_add(&c->argv, *options);
}

void
tt_migrate_create(struct command *c, const struct member *m, int installation,
    const char *file, const char *const *options)
{
	tt_job(c, m, installation, "ttMigrate");
	str_list_add(&c->argv, "-c");
	add_options(c, options);
	tt_job_connect(c, false);
	str_list_add(&c->argv, file);
}

void
tt_migrate_restore(struct command *c, const struct member *m, int installation,
    const char *file, int checkpoint_mb, const char *const *options)
{
	tt_job(c, m, installation, "ttMigrate");
	str_list_add(&c->argv, "-r");
	add_options(c, options);
	if (checkpoint_mb > 0) {
		str_list_add(&c->argv, "-C");
		str_list_addf(&c->argv, "%d", checkpoint_mb);
	}
	tt_job_connect(c, true);
	tt_add_attribute(c, "AutoCreate", "1"); /* whatever the DSN says */
	str_list_add(&c->argv, file);
}

struct reading {
	struct tt_migrated *m;
	void (*each)(const char *table, int64_t done, int64_t total, void *arg);
	void *arg;
	char object[160]; /* last begun */
	bool bad;         /* it has failed already, and was counted */
};

static void
fail_object(struct reading *r)
{
	if (!r->bad)
		r->m->failures++;
	r->bad = true;
}

/* "Saving materialized view OPS.V": the name is the last word. */
static bool
read_begin(struct reading *r, const char *line)
{
	bool begins =
	    str_starts_nocase(line, "Saving ") || str_starts_nocase(line, "Restoring ");
	const char *name = strrchr(line, ' ');

	if (!begins || name == NULL)
		return false;
	if (str_find_nocase(line, " rows") != NULL && strchr(name, '.') != NULL &&
	    str_starts_nocase(name + 1, "rows"))
		return true; /* "Saving rows..." */
	if (str_find_nocase(line, " cached table ") == NULL)
		r->m->objects++; /* a cached table is part of its group */
	str_copy(r->object, sizeof(r->object), name + 1);
	r->bad = false;
	return true;
}

/* "1200/1200 rows saved." */
static bool
read_rows(struct reading *r, const char *line)
{
	char *end;
	int64_t done = strtoll(line, &end, 10), total;
	const char *second;

	if (end == line || *end != '/' || !isdigit((unsigned char)end[1]))
		return false;
	second = end + 1;
	total = strtoll(second, &end, 10);
	while (isspace((unsigned char)*end))
		end++;
	if (!str_starts_nocase(end, "row"))
		return false;
	r->m->tables++;
	r->m->rows_done += done;
	r->m->rows_total += total;
	if (done < total)
		fail_object(r);
	if (r->each != NULL)
		r->each(r->object, done, total, r->arg);
	return true;
}

/* "Table was not restored.", "*** [TimesTen]...", "ttMigrate: could not ...". */
static bool
is_failure(const char *line)
{
	if (tt_says(line, PHRASE_OBJECT_FAILED))
		return true;
	return str_starts(line, "***") || str_starts_nocase(line, "ttMigrate: ");
}

static bool
read_line(char *text, void *arg)
{
	struct reading *r = arg;
	const char *line = tt_one_blank(text);

	if (tt_says(line, PHRASE_OBJECT_DONE)) {
		r->m->finished++;
	} else if (is_failure(line)) {
		fail_object(r);
	} else if (tt_is_cut(line)) {
		r->m->cut = true;
	} else if (!read_begin(r, line)) {
		(void)read_rows(r, line);
	}
	return true;
}

void
tt_migrate_parse(const char *text,
    void (*each)(const char *table, int64_t done, int64_t total, void *arg), void *arg,
    struct tt_migrated *ret)
{
	struct reading r = { .m = ret, .each = each, .arg = arg };

	*ret = (struct tt_migrated){ 0 };
	str_each_line(text, read_line, &r);
	/* Begun and neither done nor said to have failed: the tool ended in between. One that
	 * never says "successfully" has said nothing about it. */
	if (!ret->cut && ret->finished > 0 &&
	    ret->objects > ret->finished + ret->failures)
		ret->failures = ret->objects - ret->finished;
}
