/* The advisories between releases: a data file of its own, in the same grammar. */
#include "config.h"

#include "daemon/config/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/model/engine.h"

#define A_RANGES \
	"a list of releases { \"14..14.3\", \"..17.1\", \"18..\", \"16\", \"17.1\" }"
#define A_SEVERITY "\"block\", \"act\", \"inform\""

/* clang-format off */
static const struct config_key keys[] = {
	{ "engine", KEY_STRING, NULL, "the name of an engine", "whose releases", true },
	{ "from", KEY_LIST, NULL, A_RANGES, "releases that are left" },
	{ "to", KEY_LIST, NULL, A_RANGES, "releases that are gone to" },
	{ "severity", KEY_STRING, NULL, A_SEVERITY, "what it does to a plan", true },
	{ "text", KEY_STRING, NULL, "a sentence", "what is the matter", true },
	{ "detect", KEY_LIST, NULL, "SQL, a list of lines", "finds the objects" },
	{ "act", KEY_STRING, NULL, "a sentence", "what is to be done", true },
	{ "source", KEY_STRING, NULL, "a reference", "where that is written", true },
	{ NULL }
};

static const struct { const char *word; enum severity severity; } severities[] = {
	{ "block",  SEVERITY_BLOCKER },
	{ "act",    SEVERITY_WARNING },
	{ "inform", SEVERITY_NOTE },
};
/* clang-format on */

static void
take_ranges(const struct node *n, const char *key, struct release_range **ret,
    size_t *ret_count, struct report *r)
{
	struct str_list list = { 0 };
	struct ud_error err;

	value_list(n, key, &list);
	*ret = mem_array(NULL, list.count + 1, sizeof(**ret));
	*ret_count = 0;
	for (size_t i = 0; i < list.count; i++)
		if (release_range_parse(list.items[i], &(*ret)[*ret_count], &err) == 0)
			(*ret_count)++;
		else
			report_error(r, n->file, node_line(n, key), key, A_RANGES, "%s",
			    err.text);
	str_list_done(&list);
}

static enum severity
take_severity(const struct node *n, const struct section *s, struct report *r)
{
	const char *word = value_string(n, s, "severity");

	for (size_t i = 0; i < ARRAY_SIZE(severities); i++)
		if (str_equal(severities[i].word, word))
			return severities[i].severity;
	if (word != NULL)
		report_error(r, n->file, node_line(n, "severity"), "severity",
		    A_SEVERITY, "\"%s\" is unknown", word);
	return SEVERITY_BLOCKER;
}

static char *
take_engine(const struct loading *l, const struct node *n, const struct section *s,
    struct report *r)
{
	const char *word = value_string(n, s, "engine");

	for (size_t i = 0; l->engines[i] != NULL; i++)
		if (engine_is(l->engines[i], word))
			return mem_strdup(l->engines[i]->name);
	if (word != NULL)
		report_error(r, n->file, node_line(n, "engine"), "engine",
		    "the name of an engine", "this build has no engine \"%s\"", word);
	return mem_strdup("");
}

static char *
take_statement(const struct node *n)
{
	struct str_list lines = { 0 };
	struct buf b = { 0 };

	value_list(n, "detect", &lines);
	for (size_t i = 0; i < lines.count; i++)
		buf_addf(&b, "%s%s", i > 0 ? " " : "", lines.items[i]);
	str_list_done(&lines);
	return b.len > 0 ? buf_take(&b) : NULL;
}

static void
take(struct loading *l, const struct node *n, const struct section *s)
{
	struct advisories *all = &l->config->advisories;
	struct report *r = &l->report;
	struct advisory *a;

	for (size_t i = 0; i < all->count; i++)
		if (str_equal(all->items[i].id, n->title))
			report_error(r, n->file, n->line, "advisory",
			    "another name for each advisory",
			    "\"%s\" is described already", n->title);
	all->items = mem_array(all->items, all->count + 1, sizeof(*all->items));
	a = &all->items[all->count++];
	*a = (struct advisory){ .id = mem_strdup(n->title) };
	a->engine = take_engine(l, n, s, r);
	take_ranges(n, "from", &a->from, &a->from_count, r);
	take_ranges(n, "to", &a->to, &a->to_count, r);
	a->severity = take_severity(n, s, r);
	a->text = mem_strdup(value_string(n, s, "text"));
	a->detect = take_statement(n);
	a->act = mem_strdup(value_string(n, s, "act"));
	a->source = mem_strdup(value_string(n, s, "source"));
}

/* The file that comes with us may be missing, the one that somebody names may not. */
static bool
is_there(struct loading *l, const char *file, const struct node *top)
{
	const struct node_key *named =
	    top != NULL ? node_key(top, "advisories") : NULL;

	if (access(file, R_OK) == 0)
		return true;
	if (named != NULL)
		report_error(&l->report, top->file, named->line, "advisories",
		    "a file that can be read, or \"\" for none", "\"%s\": %s", file,
		    strerror(errno));
	return false;
}

void
advisories_load(struct loading *l, const struct node *top)
{
	const char *file = l->config->advisories_file;
	struct section s = { .name = mem_strdup("") };
	const struct section *titled;
	struct node *n = NULL;

	schema_add_titled(&s, "advisory", keys);
	titled = schema_section(&s, "advisory");
	if (file[0] != '\0' && is_there(l, file, top))
		n = node_read(file, &s, &l->report);
	if (n != NULL)
		values_check(n, &s, NULL, &l->report);
	for (size_t i = 0; n != NULL && i < n->child_count; i++)
		if (str_equal(n->children[i]->name, "advisory"))
			take(l, n->children[i], titled);
	node_free(n);
	schema_done(&s);
}
