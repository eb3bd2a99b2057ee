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
 * Several counts of one object are its progress: the last one holds.
 *
 * Source: TimesTen Reference, ttMigrate. The words of -r are taken to be alike.
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

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
	int64_t done, total; /* its rows as last told; done -1: not told */
};

static void
fail_object(struct reading *r)
{
	if (!r->bad)
		r->m->failures++;
	r->bad = true;
}

/* What was told last of the object in hand is how it ended. */
static void
end_rows(struct reading *r)
{
	if (r->done < 0)
		return;
	r->m->tables++;
	r->m->rows_done += r->done;
	r->m->rows_total += r->total;
	if (r->done < r->total)
		fail_object(r);
	if (r->each != NULL)
		r->each(r->object, r->done, r->total, r->arg);
	r->done = -1;
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
	end_rows(r);
	if (str_find_nocase(line, " cached table ") == NULL)
		r->m->objects++; /* a cached table is part of its group */
	str_copy(r->object, sizeof(r->object), name + 1);
	r->bad = false;
	return true;
}

/* "1200", "1,200". False: no number, or none that fits. */
static bool
read_number(const char **p, int64_t *ret)
{
	const char *start = *p;

	for (*ret = 0; isdigit((unsigned char)**p) && *ret < INT64_MAX / 16; ++*p) {
		*ret = *ret * 10 + (**p - '0');
		if ((*p)[1] == ',' && strspn(*p + 2, "0123456789") == 3)
			++*p;
	}
	return *p > start && !isdigit((unsigned char)**p);
}

/* "1200/1200 rows saved." */
static bool
read_rows(struct reading *r, const char *line)
{
	const char *end = line;
	int64_t done, total;

	if (!read_number(&end, &done) || *end++ != '/' || !read_number(&end, &total))
		return false;
	while (isspace((unsigned char)*end))
		end++;
	if (!str_starts_nocase(end, "row"))
		return false;
	r->done = done;
	r->total = total;
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
		end_rows(r);
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
	struct reading r = { .m = ret, .each = each, .arg = arg, .done = -1 };

	*ret = (struct tt_migrated){ 0 };
	str_each_line(text, read_line, &r);
	end_rows(&r);
	/* Begun and neither done nor said to have failed: the tool ended in between. One that
	 * never says "successfully" has said nothing about it. */
	if (!ret->cut && ret->finished > 0 &&
	    ret->objects > ret->finished + ret->failures)
		ret->failures = ret->objects - ret->finished;
}

/* ---- while it works ---- */

#define ROWS_A_DOT 10000 /* at the verbosity that it has unless told */

/* A line of dots, which grows while rows of one object are moved. */
static void
count_dots(struct rows_moved *m)
{
	const char *p = m->line;
	int64_t n = 0;

	for (; *p == '.' || *p == ' ' || *p == '\t'; p++)
		n += *p == '.';
	if (*p != '\0' || n == 0)
		return;
	m->current = n * ROWS_A_DOT;
	m->told = true;
}

static void
line_is_over(struct rows_moved *m)
{
	const char *line = tt_one_blank(m->line), *p = line;
	int64_t n;

	if (tt_says(line, PHRASE_OBJECT_DONE) ||
	    ((str_starts_nocase(line, "Saving ") || str_starts_nocase(line, "Restoring ")) &&
		str_find_nocase(line, " rows") == NULL)) {
		m->whole += m->current;
		m->current = 0;
	} else if (read_number(&p, &n) && strchr("/ ", *p) != NULL &&
	    str_find_nocase(p, " row") != NULL) {
		m->current = n;
		m->told = true;
	} else {
		count_dots(m);
	}
}

void
tt_moved(const struct command *c, struct rows_moved *m, const char *text, size_t len)
{
	const char *tool = c->argv.count > 0 ? strrchr(c->argv.items[0], '/') : NULL;

	if (tool == NULL || !str_equal(tool, "/ttMigrate"))
		return;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n' && text[i] != '\r') {
			if (m->len + 1 < sizeof(m->line))
				m->line[m->len++] = text[i];
			continue;
		}
		m->line[m->len] = '\0';
		line_is_over(m);
		m->len = 0;
	}
	m->line[m->len] = '\0';
	count_dots(m);
}
