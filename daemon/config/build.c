/*
 * Nodes to objects. What is wrong is reported elsewhere; here every object is completed
 * with what there is, so that the rules between keys see all of them.
 */
#include "config.h"

#include "daemon/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/model/engine.h"

static char *
string(const struct node *n, const struct section *s, const char *key)
{
	return mem_strdup(value_string(n, s, key));
}

static const struct section *
top_of(const struct loading *l)
{
	return &l->main_top; /* has the sections of both kinds of files */
}

static void
build_poll(struct poll_rates *ret, const struct node *top, const struct section *s)
{
	const struct section *poll = schema_section(s, "poll");
	const struct node *n = node_child(top, "poll");

	ret->idle_ms = value_number(n, poll, "idle");
	ret->upgrading_ms = value_number(n, poll, "upgrading");
	ret->swapping_ms = value_number(n, poll, "swapping");
}

void
build_daemon(struct loading *l, const struct node *top)
{
	const struct section *s = top_of(l), *control = schema_section(s, "control");
	const struct section *http = schema_section(s, "http");
	const struct section *keep = schema_section(s, "keep");
	struct config *c = l->config;

	c->state_directory = string(top, s, "state_directory");
	c->pairs_directory = string(top, s, "pairs_directory");
	c->control_socket = string(node_child(top, "control"), control, "socket");
	c->control_group = string(node_child(top, "control"), control, "group");
	c->advisories_file = string(top, s, "advisories");
	c->data_directory = string(top, s, "data_directory");
	c->http_listen = string(node_child(top, "http"), http, "listen");
	c->http_token_file = string(node_child(top, "http"), http, "token_file");
	build_poll(&c->poll, top, s);
	c->keep_history_ms = value_number(node_child(top, "keep"), keep, "history");
	c->keep_observations_ms =
	    value_number(node_child(top, "keep"), keep, "observations");
}

/* ---- settings of an engine ---- */

/* A list is kept as its items, a line each. */
static void
set_value(struct settings *ret, const char *name, const struct node *n,
    const struct config_key *k, const char *key)
{
	const struct node_key *nk = node_key(n, key);
	struct buf b = { 0 };

	if (nk == NULL || nk->values.count == 0) {
		if (k->fallback != NULL)
			settings_set(ret, name, k->fallback);
		return;
	}
	for (size_t i = 0; i < nk->values.count; i++)
		buf_addf(&b, "%s%s", i > 0 ? "\n" : "", nk->values.items[i]);
	settings_set(ret, name, buf_text(&b));
	buf_done(&b);
}

/* Keys of one section for this engine, each with the prefix before its name. */
static void
build_settings(struct settings *ret, const char *prefix, const struct node *n,
    const struct section *s, const struct engine *e)
{
	for (size_t i = 0; i < s->key_count; i++) {
		const struct schema_key *k = &s->keys[i];
		char *name = mem_printf("%s%s", prefix, k->name);

		if (k->engine == e)
			set_value(ret, name, n, k->key, k->name);
		free(name);
	}
}

/* Sections that the engine added to pairs: "replication.user", "pooler.p1.conninfo". */
static void
build_pair_sections(struct pair *p, const struct node *n, const struct section *s)
{
	for (size_t i = 0; i < n->child_count; i++) {
		const struct node *c = n->children[i];
		const struct section *sub = schema_section(s, c->name);
		char *prefix;

		if (sub == NULL || sub->engine == NULL || sub->engine != p->engine)
			continue;
		prefix = c->title != NULL ? mem_printf("%s.%s.", c->name, c->title)
					  : mem_printf("%s.", c->name);
		build_settings(&p->settings, prefix, c, sub, p->engine);
		free(prefix);
	}
}

/* ---- hosts ---- */

static void
build_installation(struct installation *ret, const struct node *n,
    const struct section *s)
{
	ret->name = mem_strdup(n->title);
	ret->engine = mem_strdup(n->name);
	ret->bin = string(n, s, "bin");
	value_list(n, "env", &ret->env);
	build_settings(&ret->settings, "", n, s, s->engine);
}

static void
build_host(struct host *h, const struct node *n, const struct section *s)
{
	const struct node *ssh = node_child(n, "ssh");

	h->name = mem_strdup(n->title);
	h->transport = str_equal(value_string(n, s, "transport"), "ssh")
	    ? TRANSPORT_SSH
	    : TRANSPORT_LOCAL;
	h->job_directory = string(n, s, "job_directory");
	h->backup_directory = string(n, s, "backup_directory");
	h->run_as = string(n, s, "run_as");
	if (h->transport == TRANSPORT_SSH) {
		h->ssh_destination =
		    string(ssh, schema_section(s, "ssh"), "destination");
		value_list(ssh, "options", &h->ssh_options);
	}
	h->installations =
	    mem_array(NULL, n->child_count + 1, sizeof(*h->installations));
	for (size_t i = 0; i < n->child_count; i++) {
		const struct section *sub = schema_section(s, n->children[i]->name);
		struct installation *in = &h->installations[h->installation_count];

		if (sub == NULL || sub->engine == NULL)
			continue;
		*in = (struct installation){ 0 };
		build_installation(in, n->children[i], sub);
		h->installation_count++;
	}
}

/* All sections of this name in all files, in their order. */
static const struct node **
collect(const struct loading *l, const char *name, size_t *ret_count)
{
	const struct node **list = NULL;
	size_t count = 0;

	for (size_t f = 0; f < l->file_count; f++)
		for (size_t i = 0; i < l->files[f]->child_count; i++) {
			const struct node *n = l->files[f]->children[i];

			if (!str_equal(n->name, name))
				continue;
			list = mem_array(list, count + 1, sizeof(*list));
			list[count++] = n;
		}
	*ret_count = count;
	return list;
}

void
build_hosts(struct loading *l)
{
	const struct section *s = schema_section(top_of(l), "host");
	struct config *c = l->config;

	l->host_nodes = collect(l, "host", &c->host_count);
	c->hosts = mem_alloc((c->host_count + 1) * sizeof(*c->hosts));
	for (size_t i = 0; i < c->host_count; i++)
		build_host(&c->hosts[i], l->host_nodes[i], s);
}

/* ---- pairs ---- */

const struct node *
member_node(const struct node *pair, size_t index)
{
	for (size_t i = 0; i < pair->child_count; i++)
		if (str_equal(pair->children[i]->name, "member") && index-- == 0)
			return pair->children[i];
	return NULL;
}

static const struct host *
find_host(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->host_count; i++)
		if (name != NULL && str_equal(c->hosts[i].name, name))
			return &c->hosts[i];
	return NULL;
}

static void
build_members(const struct config *c, struct pair *p, const struct node *n,
    const struct section *s)
{
	const struct node *mn;

	p->members = mem_alloc((n->child_count + 1) * sizeof(*p->members));
	for (size_t i = 0; (mn = member_node(n, i)) != NULL; i++) {
		struct member *m = &p->members[p->member_count++];

		m->name = mem_strdup(mn->title);
		m->host = find_host(c, value_string(mn, s, "host"));
		m->pair = p;
		m->index = (int)i;
		m->subscriber = value_bool(mn, s, "subscriber");
		m->port = (int)value_number(mn, s, "port");
		if (p->engine != NULL)
			build_settings(&m->settings, "", mn, s, p->engine);
		m->said = mem_alloc(sizeof(*m->said));
		m->found = mem_alloc(sizeof(*m->found));
	}
}

static void
build_account(struct account *ret, const struct node *n)
{
	ret->user = string(n, NULL, "user");
	ret->password_file = string(n, NULL, "password_file");
}

static void
build_limits(struct limits *ret, const struct node *n, const struct section *s)
{
	ret->write_pause_ms = value_number(n, s, "write_pause");
	ret->redundancy_gap_ms = value_number(n, s, "redundancy_gap");
	ret->migrate_ms = value_number(n, s, "migrate");
	ret->duplicate_ms = value_number(n, s, "duplicate");
	ret->agent_stop_ms = value_number(n, s, "agent_stop");
	ret->drain_ms = value_number(n, s, "drain");
}

static void
build_gates(struct pair *p, const struct node *n)
{
	value_list(n, "gates", &p->gates);
	if (node_key(n, "gates") == NULL)
		for (int i = 0; i < GATES_DEFAULT; i++)
			str_list_add(&p->gates, gate_ids[i]);
}

static struct pair *
build_pair(struct loading *l, const struct node *n, const struct section *s)
{
	struct pair *p = mem_alloc(sizeof(*p));

	p->name = mem_strdup(n->title);
	p->engine = pair_engine(n, l->engines);
	p->topology = string(n, s, "topology");
	p->marker_table = string(n, s, "marker_table");
	p->poll = l->config->poll;
	p->hosts = l->config->hosts;
	p->host_count = l->config->host_count;
	p->advisories = &l->config->advisories;
	p->unread = &l->config->data_unread;
	p->file = mem_strdup(n->file);
	p->line = n->line;
	build_members(l->config, p, n, schema_section(s, "member"));
	build_account(&p->duplicate, node_child(n, "duplicate"));
	build_account(&p->cache, node_child(n, "cache"));
	for (enum hook h = HOOK_PAUSE_WRITES; h < HOOKS; h++)
		value_list(node_child(n, "hooks"), hook_name(h), &p->hooks[h]);
	build_limits(&p->limits, node_child(n, "limits"), schema_section(s, "limits"));
	build_gates(p, n);
	value_list(n, "options", &p->options);
	if (p->engine != NULL) {
		build_settings(&p->settings, "", n, s, p->engine);
		build_pair_sections(p, n, s);
	}
	return p;
}

void
build_pairs(struct loading *l)
{
	const struct section *s = schema_section(top_of(l), "pair");
	struct config *c = l->config;

	l->pair_nodes = collect(l, "pair", &c->pair_count);
	c->pairs = mem_array(NULL, c->pair_count + 1, sizeof(struct pair *));
	for (size_t i = 0; i < c->pair_count; i++)
		c->pairs[i] = build_pair(l, l->pair_nodes[i], s);
	c->pairs[c->pair_count] = NULL;
}
