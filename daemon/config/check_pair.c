/* Rules between keys: pairs and their members. */
#include "config.h"

#include "daemon/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/model/engine.h"

#define A_NAME "letters, digits, '-', '_' and '.', at most 63"

static void
check_name(struct loading *l, const struct node *n)
{
	if (!str_is_name(n->title, NAME_MAX_BYTES - 1))
		report_error(&l->report, n->file, n->line, n->name, A_NAME,
		    "\"%s\" is not a name", n->title);
}

/* Commands take the name of a pair or the number of an upgrade in the same place. */
static void
check_pair_name(struct loading *l, const struct node *n)
{
	check_name(l, n);
	if (n->title[0] != '\0' && n->title[strspn(n->title, "0123456789")] == '\0')
		report_error(&l->report, n->file, n->line, n->name,
		    A_NAME ", not digits alone",
		    "\"%s\" would be taken for the number of an upgrade", n->title);
}

static void
check_engine(struct loading *l, const struct pair *p, const struct node *n)
{
	const char *name = value_string(n, NULL, "engine");
	struct str_list list = { 0 };
	char *accepted;

	if (p->engine != NULL)
		return;
	for (size_t i = 0; l->engines[i] != NULL; i++)
		str_list_addf(&list, "\"%s\"", l->engines[i]->name);
	accepted = words_near(&list, name != NULL ? name : "");
	if (name != NULL)
		report_error(&l->report, n->file, node_line(n, "engine"), "engine",
		    accepted, "this build has no engine \"%s\"", name);
	else if (node_key(n, "engine") == NULL)
		report_error(&l->report, n->file, n->line, "engine", accepted,
		    "missing in pair \"%s\"", n->title);
	free(accepted);
	str_list_done(&list);
}

/* A single database may have a second place, where the engine can move it to another host. */
static bool
may_move(const struct pair *p)
{
	const struct procedure *const *pr = p->engine != NULL ? p->engine->procedures : NULL;

	for (; pr != NULL && *pr != NULL; pr++)
		if ((*pr)->makes_standby && str_equal((*pr)->topology, "single"))
			return true;
	return false;
}

void
check_masters(struct loading *l, const struct pair *p, const struct node *n)
{
	bool single = str_equal(p->topology, "single");
	int masters = 0;

	for (size_t i = 0; i < p->member_count; i++)
		masters += !p->members[i].subscriber;
	if (p->topology == NULL)
		return;
	if (!single && !str_equal(p->topology, "active-standby") &&
	    !str_equal(p->topology, "bidirectional")) {
		report_error(&l->report, n->file, node_line(n, "topology"), "topology",
		    "\"active-standby\", \"bidirectional\", \"single\"",
		    "\"%s\" is unknown", p->topology);
		return;
	}
	if (masters != (single ? 1 : 2) && !(single && masters == 2 && may_move(p)))
		report_error(&l->report, n->file, n->line, "member",
		    !single         ? "two members that are not subscribers"
			: may_move(p) ? "one member that is not a subscriber, or two: the "
					"database and a place on another host"
				      : "one member that is not a subscriber",
		    "pair \"%s\" has %d, topology \"%s\"", n->title, masters,
		    p->topology);
	if (single && p->member_count > (size_t)masters)
		report_error(&l->report, n->file, n->line, "member",
		    "one member that is not a subscriber",
		    "pair \"%s\" has subscribers, topology \"single\"", n->title);
	if (p->member_count > MEMBERS_MAX - 1)
		report_error(&l->report, n->file, n->line, "member",
		    "at most 129 members", "pair \"%s\" has %zu", n->title,
		    p->member_count);
}

static void
check_host_of(struct loading *l, const struct pair *p, const struct member *m,
    const struct node *n)
{
	const char *name = value_string(n, NULL, "host");
	struct str_list hosts = { 0 };
	char *accepted;

	if (m->host != NULL) {
		if (p->engine != NULL && member_installation_count(m) == 0)
			report_error(&l->report, n->file, node_line(n, "host"), "host",
			    "a host with an installation of the pair's engine",
			    "host \"%s\" has no section %s \"name\" { ... }", name,
			    p->engine->name);
		return;
	}
	if (name == NULL || l->broken)
		return;
	for (size_t i = 0; i < l->config->host_count; i++)
		str_list_addf(&hosts, "\"%s\"", l->config->hosts[i].name);
	accepted = words_near(&hosts, name);
	report_error(&l->report, n->file, node_line(n, "host"), "host",
	    hosts.count > 0 ? accepted : "a section host \"name\" { ... }",
	    "no host \"%s\" is described", name);
	free(accepted);
	str_list_done(&hosts);
}

static void
check_member(struct loading *l, const struct pair *p, size_t index,
    const struct node *n)
{
	const struct node *mn = member_node(n, index);

	check_name(l, mn);
	for (size_t k = 0; k < index; k++)
		if (str_equal(p->members[k].name, p->members[index].name)) {
			report_error(&l->report, mn->file, mn->line, "member",
			    "another name for each member",
			    "\"%s\" is described already in line %d", mn->title,
			    member_node(n, k)->line);
			break;
		}
	check_host_of(l, p, &p->members[index], mn);
}

static void
check_unique(struct loading *l, size_t index)
{
	const struct node *n = l->pair_nodes[index];

	for (size_t k = 0; k < index; k++)
		if (str_equal(l->pair_nodes[k]->title, n->title)) {
			report_error(&l->report, n->file, n->line, "pair",
			    "another name for each pair",
			    "\"%s\" is described already in %s:%d", n->title,
			    l->pair_nodes[k]->file, l->pair_nodes[k]->line);
			return;
		}
}

/* "pooler.p1.host" stands in `pooler "p1" { host = ... }`; *key is set to its last word. */
static const struct node *
section_of(const struct node *pair, const char **key)
{
	const char *dot = strchr(*key, '.'), *last = strrchr(*key, '.');

	for (size_t i = 0; dot != NULL && i < pair->child_count; i++) {
		const struct node *c = pair->children[i];
		const char *title = c->title != NULL ? c->title : "";
		char *name = mem_printf("%s%s%s", c->name, title[0] ? "." : "", title);
		bool is = strlen(name) == (size_t)(last - *key) &&
		    strncmp(name, *key, strlen(name)) == 0;

		free(name);
		if (!is)
			continue;
		*key = last + 1;
		return c;
	}
	return pair;
}

static void
report_objection(struct loading *l, const struct objection *f, const struct node *pair)
{
	const char *key = f->key;
	const struct node *n = f->member != NULL
	    ? member_node(pair, (size_t)f->member->index)
	    : section_of(pair, &key);

	(f->warning ? report_warning : report_error)(&l->report, n->file,
	    node_line(n, key), key, f->accepted, "%s", f->text);
}

static void
check_validate(struct loading *l, const struct pair *p, const struct node *n)
{
	struct objections all = { 0 };

	if (p->engine == NULL || p->engine->validate == NULL)
		return;
	p->engine->validate(p, &all);
	for (size_t i = 0; i < all.count; i++)
		report_objection(l, &all.items[i], n);
	objections_done(&all);
}

/* ---- members of all pairs against each other ---- */

static bool
same_settings(const struct settings *a, const struct settings *b)
{
	if (a->count == 0 || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!settings_is(b, a->items[i].key, a->items[i].value))
			return false;
	return true;
}

/* Two members that name one database, or that want one port. */
static void
compare(struct loading *l, const struct member *a, const struct node *an,
    const struct member *b, const struct node *bn)
{
	if (a->host == NULL || a->host != b->host)
		return;
	if (b->port != 0 && a->port == b->port)
		report_error(&l->report, bn->file, node_line(bn, "port"), "port",
		    "another port for each member on a host",
		    "%d on host \"%s\" is that of member \"%s\" in %s:%d", b->port,
		    b->host->name, a->name, an->file, node_line(an, "port"));
	if (a->pair->engine == b->pair->engine && a->pair->engine != NULL &&
	    a->pair->engine->clash == NULL && same_settings(&a->settings, &b->settings))
		report_error(&l->report, bn->file, bn->line, "member",
		    "another database for each member",
		    "\"%s\" is the database of member \"%s\" in %s:%d", b->name,
		    a->name, an->file, an->line);
}

/* The same by the engine's own rule, which does not look at hosts. */
static void
compare_clash(struct loading *l, const struct member *a, const struct node *an,
    const struct member *b, const struct node *bn)
{
	const struct engine *e = a->pair->engine;
	const char *key;

	if (e == NULL || e != b->pair->engine || e->clash == NULL ||
	    (key = e->clash(a, b)) == NULL)
		return;
	report_error(&l->report, bn->file, node_line(bn, key), key,
	    "another database for each member",
	    "\"%s\" is the database of member \"%s\" in %s:%d", b->name, a->name,
	    an->file, node_line(an, key));
}

typedef void compare_fn(struct loading *l, const struct member *a,
    const struct node *an, const struct member *b, const struct node *bn);

static void
compare_before(struct loading *l, size_t pair, size_t index, compare_fn *fn)
{
	const struct pair *p = l->config->pairs[pair];
	const struct node *n = member_node(l->pair_nodes[pair], index);

	for (size_t i = 0; i <= pair; i++) {
		const struct pair *q = l->config->pairs[i];

		for (size_t k = 0; k < (i == pair ? index : q->member_count); k++)
			fn(l, &q->members[k], member_node(l->pair_nodes[i], k),
			    &p->members[index], n);
	}
}

static void
compare_all(struct loading *l, compare_fn *fn)
{
	for (size_t i = 0; i < l->config->pair_count; i++)
		for (size_t k = 0; k < l->config->pairs[i]->member_count; k++)
			compare_before(l, i, k, fn);
}

void
check_members(struct loading *l)
{
	compare_all(l, compare);
}

void
check_pairs(struct loading *l)
{
	for (size_t i = 0; i < l->config->pair_count; i++) {
		const struct pair *p = l->config->pairs[i];
		const struct node *n = l->pair_nodes[i];

		check_pair_name(l, n);
		check_unique(l, i);
		check_engine(l, p, n);
		check_masters(l, p, n);
		for (size_t k = 0; k < p->member_count; k++)
			check_member(l, p, k, n);
		check_accounts(l, p, n);
		check_hooks(l, p, n);
		check_gates(l, p, n);
		check_options(l, p, n);
	}
	check_members(l);
	/* Engines read what has passed all other rules. */
	if (l->report.errors.count > 0)
		return;
	for (size_t i = 0; i < l->config->pair_count; i++)
		check_validate(l, l->config->pairs[i], l->pair_nodes[i]);
	if (l->report.errors.count == 0)
		compare_all(l, compare_clash);
}
