/*
 * Error numbers of the vendor, and what each means to an upgrade: etc/timesten-errors.conf,
 * which the site may replace. Numbers not listed mean STOP: nothing is repeated, and nothing
 * is destroyed, on an error that nobody knows.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/errors.h"
#include "daemon/engine/timesten/utilities/errors_data.h"
#include "daemon/engine/timesten/utilities/parts.h"

enum { NUMBER_MAX = 99999 };

struct meaning {
	int number;
	enum verdict verdict;
	bool wrapper, ignored;
	char *remedy;
};

struct words {
	char *text;
	enum verdict verdict;
	char *remedy;
};

struct table {
	struct meaning *numbers; /* in rising order */
	size_t number_count;
	struct words *words; /* in the order of the file */
	size_t word_count;
};

/* ---- from rows ---- */

#define A_VERDICT "\"ok\", \"again\", \"stop\", \"danger\", \"wrapper\", \"ignore\""

static bool
read_verdict(const char *word, struct meaning *ret)
{
	static const char *const words[] = { "ok", "again", "stop", "danger" };
	static const enum verdict verdicts[] = { VERDICT_OK, VERDICT_AGAIN, VERDICT_STOP,
		VERDICT_DANGER };

	ret->wrapper = str_equal(word, "wrapper");
	ret->ignored = str_equal(word, "ignore");
	ret->verdict = VERDICT_STOP;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_equal(word, words[i])) {
			ret->verdict = verdicts[i];
			return true;
		}
	return ret->wrapper || ret->ignored;
}

static char *
remedy_of(const struct data_row *row)
{
	const char *remedy = settings_get(row->values, "remedy");

	return mem_strdup(remedy != NULL ? remedy : "");
}

static void
add_words(struct table *t, const struct data_row *row, const struct meaning *m)
{
	t->words = mem_array(t->words, t->word_count + 1, sizeof(*t->words));
	t->words[t->word_count++] = (struct words){ .text = mem_strdup(row->title),
		.verdict = m->verdict,
		.remedy = remedy_of(row) };
}

static void
add_number(struct table *t, const struct data_row *row, const struct meaning *m)
{
	t->numbers = mem_array(t->numbers, t->number_count + 1, sizeof(*t->numbers));
	t->numbers[t->number_count] = *m;
	t->numbers[t->number_count++].remedy = remedy_of(row);
}

static int
by_number(const void *a, const void *b)
{
	const struct meaning *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static const struct meaning *
find_in(const struct table *t, int number)
{
	struct meaning key = { .number = number };

	return t->number_count == 0
	    ? NULL
	    : bsearch(&key, t->numbers, t->number_count, sizeof(key), by_number);
}

/* One row; is it a good one? A number that stands twice is found when all are sorted. */
static void
make_row(struct table *t, const struct data_row *row, data_objection_fn *object, void *arg)
{
	struct meaning m = { 0 };
	int64_t number = 0;

	if (!read_verdict(settings_get(row->values, "verdict"), &m)) {
		object(arg, row, "verdict", A_VERDICT, "it is none of these");
	} else if (str_equal(row->section, "words")) {
		if (m.wrapper || m.ignored)
			object(arg, row, "verdict",
			    "\"ok\", \"again\", \"stop\", \"danger\"",
			    "only numbers can be wrappers or ignored");
		else if (row->title[0] == '\0')
			object(arg, row, NULL, "words \"TEXT\"", "every output has it");
		else
			add_words(t, row, &m);
	} else if (!str_to_int(row->title, 1, NUMBER_MAX, &number)) {
		object(arg, row, NULL, "error \"NUMBER\", from 1 to 99999",
		    "the title is no error number");
	} else {
		m.number = (int)number;
		for (size_t i = 0; i < t->number_count; i++)
			if (t->numbers[i].number == m.number) {
				object(arg, row, NULL, "each number once",
				    "it is described already");
				return;
			}
		add_number(t, row, &m);
	}
}

static void *
make(const struct data_row *rows, size_t count, data_objection_fn *object, void *arg)
{
	struct table *t = mem_alloc(sizeof(*t));

	for (size_t i = 0; i < count; i++)
		make_row(t, &rows[i], object, arg);
	if (t->number_count > 0)
		qsort(t->numbers, t->number_count, sizeof(*t->numbers), by_number);
	return t;
}

static void
table_free(void *table)
{
	struct table *t = table;

	if (t == NULL)
		return;
	for (size_t i = 0; i < t->number_count; i++)
		free(t->numbers[i].remedy);
	for (size_t i = 0; i < t->word_count; i++) {
		free(t->words[i].text);
		free(t->words[i].remedy);
	}
	free(t->numbers);
	free(t->words);
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
static const struct config_key keys[] = {
	{ "verdict", KEY_STRING, NULL, A_VERDICT, "what it means", true },
	{ "remedy", KEY_STRING, "", "a sentence", "what a person can do" },
	{ NULL }
};
/* clang-format on */

static const struct data_kind kinds[] = { { "error", keys }, { "words", keys }, { NULL } };

const struct data_file tt_errors_file = { .name = "timesten-errors.conf",
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
		builtin = data_make_builtin(&tt_errors_file, errors_rows,
		    ARRAY_SIZE(errors_rows));
	return builtin;
}

/* ---- questions ---- */

bool
tt_error_is_known(int number)
{
	const struct meaning *m = find_in(table(), number);

	return m != NULL && !m->wrapper && !m->ignored;
}

const char *
tt_error_meaning(int number, enum verdict *ret_verdict)
{
	const struct meaning *m = find_in(table(), number);

	*ret_verdict = m != NULL ? m->verdict : VERDICT_STOP;
	return m != NULL ? m->remedy : "";
}

bool
tt_error_is_wrapper(int number)
{
	const struct meaning *m = find_in(table(), number);

	return m != NULL && m->wrapper;
}

bool
tt_error_is_warning(int number)
{
	const struct meaning *m = find_in(table(), number);

	return m != NULL && m->ignored;
}

const char *
tt_error_text_find(const char *text, enum verdict *ret_verdict, const char **ret_remedy)
{
	const struct table *t = table();

	for (size_t i = 0; i < t->word_count; i++) {
		const char *at = tt_find_words(text, t->words[i].text);

		if (at == NULL)
			continue;
		*ret_verdict = t->words[i].verdict;
		*ret_remedy = t->words[i].remedy;
		return at;
	}
	return NULL;
}
