#include "config.h"

#include "daemon/config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/config/internal.h"

/* ---- files ---- */

static void
add_file(struct loading *l, struct node *n)
{
	if (n == NULL) {
		l->broken = true;
		return;
	}
	l->files = mem_array(l->files, l->file_count + 1, sizeof(struct node *));
	l->files[l->file_count++] = n;
}

static int
is_pair_file(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 5 &&
	    strcmp(d->d_name + len - 5, ".conf") == 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
read_directory(struct loading *l, const struct node *top)
{
	const char *path = l->config->pairs_directory;
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_pair_file, by_name);

	if (n < 0) {
		const char *why = strerror(errno);

		if (node_key(top, "pairs_directory") != NULL)
			report_error(&l->report, top->file,
			    node_line(top, "pairs_directory"), "pairs_directory",
			    "a folder that can be read", "\"%s\": %s", path, why);
		else
			report_warning(&l->report, top->file, 1, "pairs_directory",
			    "a folder that can be read", "\"%s\": %s", path, why);
		return;
	}
	for (int i = 0; i < n; i++) {
		char *file = mem_printf("%s/%s", path, entries[i]->d_name);

		add_file(l, node_read(file, &l->pairs_top, &l->report));
		free(file);
		free(entries[i]);
	}
	free(entries);
}

/* ---- one load ---- */

static void
load_all(struct loading *l, const char *file)
{
	struct node *top = node_read(file, &l->main_top, &l->report);

	add_file(l, top);
	if (top == NULL)
		return;
	build_daemon(l, top);
	read_directory(l, top);
	for (size_t i = 0; i < l->file_count; i++)
		values_check_top(l->files[i], i == 0 ? &l->main_top : &l->pairs_top,
		    l->engines, &l->report);
	build_hosts(l);
	build_pairs(l);
	advisories_load(l, top);
	data_load(l, top);
	check_daemon(l, top);
	check_hosts(l);
	check_pairs(l);
	if (l->config->pair_count == 0 && !l->broken)
		report_warning(&l->report, file, 1, "pair",
		    "a section pair \"name\" { ... }", "no pair is described");
}

static int
pairs_by_name(const void *a, const void *b)
{
	const struct pair *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int
fail(const struct str_list *lines, struct str_list *errors, struct ud_error *err)
{
	for (size_t i = 1; errors != NULL && i < lines->count; i++)
		str_list_add(errors, lines->items[i]);
	return ud_fail(err, UD_ECONFIG, "%s", lines->items[0]);
}

static void
loading_done(struct loading *l)
{
	for (size_t i = 0; i < l->file_count; i++)
		node_free(l->files[i]);
	free(l->files);
	free(l->host_nodes);
	free(l->pair_nodes);
	schema_done(&l->main_top);
	schema_done(&l->pairs_top);
	str_list_done(&l->report.errors);
	str_list_done(&l->report.warnings);
	config_free(l->config);
}

int
config_load(const char *file, const struct engine *const *engines, struct config **ret,
    struct str_list *errors, struct ud_error *err)
{
	struct loading l = { .engines = engines };
	int rc = 0;

	l.config = mem_alloc(sizeof(*l.config));
	l.config->file = mem_strdup(file);
	schema_fill(&l.main_top, true, engines);
	schema_fill(&l.pairs_top, false, engines);
	load_all(&l, file);
	if (l.report.errors.count > 0) {
		rc = fail(&l.report.errors, errors, err);
	} else {
		if (l.config->pair_count > 0)
			qsort(l.config->pairs, l.config->pair_count,
			    sizeof(struct pair *), pairs_by_name);
		str_list_copy(&l.config->warnings, &l.report.warnings);
		*ret = l.config;
		l.config = NULL;
	}
	loading_done(&l);
	return rc;
}

/* ---- the end ---- */

static void
host_done(struct host *h)
{
	for (size_t i = 0; i < h->installation_count; i++) {
		struct installation *in = &h->installations[i];

		free(in->name);
		free(in->engine);
		free(in->bin);
		str_list_done(&in->env);
		settings_done(&in->settings);
	}
	free(h->installations);
	free(h->name);
	free(h->ssh_destination);
	str_list_done(&h->ssh_options);
	free(h->job_directory);
	free(h->backup_directory);
	free(h->run_as);
}

static void
pair_free(struct pair *p)
{
	for (size_t i = 0; i < p->member_count; i++) {
		free(p->members[i].name);
		settings_done(&p->members[i].settings);
		settings_done(p->members[i].said);
		free(p->members[i].said);
		settings_done(p->members[i].found);
		free(p->members[i].found);
	}
	free(p->members);
	free(p->name);
	free(p->topology);
	free(p->duplicate.user);
	free(p->duplicate.password_file);
	free(p->cache.user);
	free(p->cache.password_file);
	free(p->marker_table);
	for (int i = 0; i < HOOKS; i++)
		str_list_done(&p->hooks[i]);
	str_list_done(&p->gates);
	str_list_done(&p->options);
	settings_done(&p->settings);
	free(p->file);
	free(p);
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->host_count; i++)
		host_done(&c->hosts[i]);
	for (size_t i = 0; i < c->pair_count; i++)
		pair_free(c->pairs[i]);
	free(c->hosts);
	free(c->pairs);
	free(c->file);
	free(c->state_directory);
	free(c->pairs_directory);
	free(c->control_socket);
	free(c->control_group);
	free(c->http_listen);
	free(c->http_token_file);
	free(c->advisories_file);
	advisories_done(&c->advisories);
	data_done(c);
	str_list_done(&c->warnings);
	free(c);
}
