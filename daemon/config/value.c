#include "config.h"

#include "daemon/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/mem.h"
#include "daemon/model/engine.h"

/* Names that a section takes for this engine: keys, then sections. */
static void
names(const struct section *s, const struct engine *engine, struct str_list *ret)
{
	for (size_t i = 0; i < s->key_count; i++)
		if (schema_key(s, s->keys[i].name, engine) == &s->keys[i])
			str_list_add(ret, s->keys[i].name);
	for (size_t i = 0; i < s->section_count; i++) {
		const struct engine *owner = s->sections[i].engine;

		if (engine == NULL || owner == NULL || owner == engine)
			str_list_add(ret, s->sections[i].name);
	}
}

static void
unknown(const struct node *n, int line, const char *name, const struct section *s,
    const struct engine *engine, struct report *r)
{
	struct str_list list = { 0 };
	char where[NODE_WORDS];
	char *accepted;

	names(s, engine, &list);
	accepted = words_near(&list, name);
	report_error(r, n->file, line, name, accepted, "unknown in %s",
	    node_words(n, where));
	free(accepted);
	str_list_done(&list);
}

static const char *
accepted_of(const struct config_key *k)
{
	if (k->accepted != NULL)
		return k->accepted;
	switch (k->type) {
	case KEY_STRING:
		return "a string that is not empty";
	case KEY_PATH:
		return "an absolute path";
	case KEY_INT:
		return "a number";
	case KEY_BOOL:
		return "true, false";
	case KEY_DURATION:
		return "a duration such as 10s";
	case KEY_LIST:
		return "a list { \"a\", \"b\" }";
	}
	return "";
}

static bool
is_true(const char *text)
{
	return str_equal(text, "true") || str_equal(text, "yes") ||
	    str_equal(text, "on");
}

static bool
is_false(const char *text)
{
	return str_equal(text, "false") || str_equal(text, "no") ||
	    str_equal(text, "off");
}

static bool
in_range(const struct config_key *k, int64_t value)
{
	return (k->min == 0 && k->max == 0) || (value >= k->min && value <= k->max);
}

/* What is wrong with a single value, or NULL. */
static const char *
fault(const struct config_key *k, const char *text)
{
	struct ud_error err;
	int64_t n;

	switch (k->type) {
	case KEY_STRING:
		return *text == '\0' && !str_equal(k->fallback, "") && k->required
		    ? "is empty"
		    : NULL;
	case KEY_PATH:
		if (*text == '\0' && k->or_none)
			return NULL;
		return *text == '/' ? NULL : "is not an absolute path";
	case KEY_INT:
		if (!str_to_int(text, INT64_MIN, INT64_MAX, &n))
			return "is not a number";
		return in_range(k, n) ? NULL : "is out of range";
	case KEY_BOOL:
		return is_true(text) || is_false(text) ? NULL
						       : "is neither true nor false";
	case KEY_DURATION:
		if (duration_parse(text, &n, &err) != 0)
			return str_to_int(text, 0, INT64_MAX, &n) ? "has no unit"
								  : "is not a duration";
		return in_range(k, n) ? NULL : "is out of range";
	case KEY_LIST:
		break;
	}
	return NULL;
}

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static void
check_key(const struct node *n, const struct node_key *nk, const struct config_key *k,
    struct report *r)
{
	const char *accepted = accepted_of(k);
	const char *what;

	for (size_t i = 0; i < nk->values.count; i++)
		if (!is_printable(nk->values.items[i]))
			report_error(r, n->file, nk->line, nk->name, accepted,
			    "holds a control character");
	if (k->type == KEY_LIST)
		return;
	if (nk->values.count != 1) {
		report_error(r, n->file, nk->line, nk->name, accepted,
		    "one value is needed, not a list");
		return;
	}
	what = fault(k, nk->values.items[0]);
	if (what != NULL)
		report_error(r, n->file, nk->line, nk->name, accepted, "\"%s\" %s",
		    nk->values.items[0], what);
}

static void
check_given(const struct node *n, const struct section *s, const struct engine *engine,
    struct report *r)
{
	for (size_t i = 0; i < n->key_count; i++) {
		const struct node_key *nk = &n->keys[i], *first = node_key(n, nk->name);
		const struct schema_key *k = schema_key(s, nk->name, engine);

		if (k == NULL)
			unknown(n, nk->line, nk->name, s, engine, r);
		else if (first != nk)
			report_error(r, n->file, nk->line, nk->name, "each key once",
			    "is given already in line %d", first->line);
		else
			check_key(n, nk, k->key, r);
	}
}

static void
check_required(const struct node *n, const struct section *s,
    const struct engine *engine, struct report *r)
{
	char where[NODE_WORDS];

	for (size_t i = 0; i < s->key_count; i++) {
		const struct schema_key *k = &s->keys[i];

		/* Whether an engine's key is needed is known once the engine is. */
		if (k->key->required && (k->engine == NULL || k->engine == engine) &&
		    node_key(n, k->name) == NULL)
			report_error(r, n->file, n->line, k->name, accepted_of(k->key),
			    "missing in %s", node_words(n, where));
	}
}

const struct engine *
pair_engine(const struct node *pair, const struct engine *const *engines)
{
	const char *name = value_string(pair, NULL, "engine");

	for (; *engines != NULL; engines++)
		if (str_equal(pair->name, "pair") && engine_is(*engines, name))
			return *engines;
	return NULL;
}

static const struct node *
first_of(const struct node *parent, const struct node *child)
{
	return node_child(parent, child->name);
}

static void
check_child(const struct node *n, const struct node *c, const struct section *s,
    const struct engine *engine, struct report *r)
{
	const struct section *sub = schema_section(s, c->name);
	const struct engine *owner = sub != NULL ? sub->engine : NULL;

	if (sub == NULL || (engine != NULL && owner != NULL && owner != engine))
		unknown(n, c->line, c->name, s, engine, r);
	else if (!sub->titled && first_of(n, c) != c)
		report_error(r, c->file, c->line, c->name, "each section once",
		    "is given already in line %d", first_of(n, c)->line);
	else
		values_check(c, sub, owner != NULL ? owner : engine, r);
}

void
values_check(const struct node *n, const struct section *s, const struct engine *engine,
    struct report *r)
{
	check_given(n, s, engine, r);
	check_required(n, s, engine, r);
	for (size_t i = 0; i < n->child_count; i++)
		check_child(n, n->children[i], s, engine, r);
}

void
values_check_top(const struct node *top, const struct section *s,
    const struct engine *const *engines, struct report *r)
{
	check_given(top, s, NULL, r);
	for (size_t i = 0; i < top->child_count; i++) {
		const struct node *c = top->children[i];

		check_child(top, c, s, pair_engine(c, engines), r);
	}
}

const char *
value_string(const struct node *n, const struct section *s, const char *key)
{
	const struct schema_key *k = s != NULL ? schema_key(s, key, NULL) : NULL;
	const struct node_key *nk = node_key(n, key);

	if (nk != NULL && nk->values.count == 1 &&
	    (k == NULL || fault(k->key, nk->values.items[0]) == NULL))
		return nk->values.items[0];
	return k != NULL ? k->key->fallback : NULL;
}

int64_t
value_number(const struct node *n, const struct section *s, const char *key)
{
	const char *text = value_string(n, s, key);
	struct ud_error err;
	int64_t value;

	if (text == NULL)
		return 0;
	if (str_to_int(text, INT64_MIN, INT64_MAX, &value) ||
	    duration_parse(text, &value, &err) == 0)
		return value;
	return 0;
}

bool
value_bool(const struct node *n, const struct section *s, const char *key)
{
	const char *text = value_string(n, s, key);

	return text != NULL && is_true(text);
}

void
value_list(const struct node *n, const char *key, struct str_list *ret)
{
	const struct node_key *nk = node_key(n, key);

	*ret = (struct str_list){ 0 };
	if (nk != NULL)
		str_list_copy(ret, &nk->values);
}
