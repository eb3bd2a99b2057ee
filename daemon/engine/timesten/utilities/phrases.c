#include "config.h"

#include "daemon/engine/timesten/utilities/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"
#include "daemon/engine/timesten/utilities/phrases_data.h"

static const char *const ids[PHRASES] = {
	[PHRASE_DAEMON_DOWN] = "daemon-down",
	[PHRASE_REPORT_ENDS] = "report-ends",
	[PHRASE_CHANGING] = "changing",
	[PHRASE_UNLOADED] = "unloaded",
	[PHRASE_INACTIVE] = "inactive",
	[PHRASE_LOADED] = "loaded",
	[PHRASE_STORE] = "store",
	[PHRASE_REPLICATION_AGENT] = "replication-agent",
	[PHRASE_CACHE_AGENT] = "cache-agent",
	[PHRASE_RAM_POLICY] = "ram-policy",
	[PHRASE_REPLICATION_POLICY] = "replication-policy",
	[PHRASE_CACHE_POLICY] = "cache-policy",
	[PHRASE_RAM_GRACE] = "ram-grace",
	[PHRASE_MANUALLY_LOADED] = "manually-loaded",
	[PHRASE_REPLICATION_STARTED] = "replication-started",
	[PHRASE_CACHE_STARTED] = "cache-started",
	[PHRASE_OPEN_STATE] = "open-state",
	[PHRASE_OBJECT_DONE] = "object-done",
	[PHRASE_OBJECT_FAILED] = "object-failed",
};

struct table {
	struct str_list words[PHRASES]; /* empty: those that are compiled in */
};

/* ---- from rows ---- */

/* What is wrong with the words; NULL: nothing is. */
static const char *
wrong_words(const struct data_row *row, const struct str_list *words)
{
	const char *whole = settings_get(row->values, "words");

	if (whole == NULL || whole[0] == '\0')
		return "the list is empty";
	for (size_t i = 0; i < words->count; i++)
		if (words->items[i][0] == '\0')
			return "every output has an empty word";
	return NULL;
}

static int
find_phrase(const char *id)
{
	for (int p = 0; p < PHRASES; p++)
		if (str_equal(ids[p], id))
			return p;
	return -1;
}

static void
make_row(struct table *t, const struct data_row *row, data_objection_fn *object, void *arg)
{
	struct str_list words = { 0 };
	int p = find_phrase(row->title);
	const char *wrong;

	settings_list(row->values, "words", &words);
	wrong = wrong_words(row, &words);
	if (p < 0)
		object(arg, row, NULL, "a meaning of the file that ships with the program",
		    "nobody asks for it");
	else if (wrong != NULL)
		object(arg, row, "words", "a list { \"words\" }", wrong);
	else if (t->words[p].count > 0)
		object(arg, row, NULL, "each meaning once", "it is described already");
	else
		str_list_copy(&t->words[p], &words);
	str_list_done(&words);
}

static void *
make(const struct data_row *rows, size_t count, data_objection_fn *object, void *arg)
{
	struct table *t = mem_alloc(sizeof(*t));

	for (size_t i = 0; i < count; i++)
		make_row(t, &rows[i], object, arg);
	return t;
}

static void
table_free(void *table)
{
	struct table *t = table;

	for (int p = 0; t != NULL && p < PHRASES; p++)
		str_list_done(&t->words[p]);
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
	{ "words", KEY_LIST, NULL, "a list { \"words\" }", "any of which tells it", true },
	{ NULL }
};
/* clang-format on */

static const struct data_kind kinds[] = { { "phrase", keys }, { NULL } };

const struct data_file tt_phrases_file = { .name = "timesten-phrases.conf",
	.kinds = kinds,
	.make = make,
	.use = use,
	.free = table_free };

const struct str_list *
tt_phrase_words(enum tt_phrase p)
{
	static const struct table *builtin;

	if (used != NULL && used->words[p].count > 0)
		return &used->words[p];
	if (builtin == NULL)
		builtin = data_make_builtin(&tt_phrases_file, phrases_rows,
		    ARRAY_SIZE(phrases_rows));
	return &builtin->words[p];
}

const char *
tt_phrase_title(enum tt_phrase p)
{
	return ids[p];
}

/* ---- questions ---- */

bool
tt_says(const char *line, enum tt_phrase p)
{
	const struct str_list *words = tt_phrase_words(p);

	for (size_t i = 0; i < words->count; i++)
		if (tt_find_words(line, words->items[i]) != NULL)
			return true;
	return false;
}

const char *
tt_begins(const char *line, enum tt_phrase p)
{
	const struct str_list *words = tt_phrase_words(p);

	for (size_t i = 0; i < words->count; i++) {
		const char *rest = tt_skip_words(line, words->items[i]);

		if (rest != NULL)
			return rest;
	}
	return NULL;
}

char *
tt_labelled(char *line, enum tt_phrase p)
{
	const struct str_list *words = tt_phrase_words(p);

	for (size_t i = 0; i < words->count; i++) {
		char *value = tt_value_of(line, words->items[i]);

		if (value != NULL)
			return value;
	}
	return NULL;
}
