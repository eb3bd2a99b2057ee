/* The engines' files of facts (model/data_file.h): which there are, and their tables. */
#include "config.h"

#include "daemon/config/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/model/engine.h"

#define A_FOLDER "a folder that can be read, or \"\" for the one of this build"

struct objecting {
	struct report *report;
	const struct node *const *nodes; /* of the rows, by index */
	const struct data_row *rows;
};

static void
on_objection(void *arg, const struct data_row *row, const char *key, const char *accepted,
    const char *text)
{
	const struct objecting *o = arg;
	const struct node *n = o->nodes[row - o->rows];
	char where[NODE_WORDS];

	report_error(o->report, n->file, key != NULL ? node_line(n, key) : n->line,
	    key != NULL ? key : n->name, accepted, "%s: %s", node_words(n, where), text);
}

/* Keys of a row as they are kept: the items of a list a line each. */
static void
take_values(const struct node *n, struct settings *ret)
{
	for (size_t i = 0; i < n->key_count; i++) {
		const struct node_key *k = &n->keys[i];
		char *value = mem_strdup("");

		for (size_t j = 0; j < k->values.count; j++) {
			char *more = mem_printf("%s%s%s", value, j > 0 ? "\n" : "",
			    k->values.items[j]);

			free(value);
			value = more;
		}
		settings_set(ret, k->name, value);
		free(value);
	}
}

/* Every row of the file that has all it must, made into the table of its owner. */
static void *
make_table(const struct data_file *f, const struct node *top, struct report *r)
{
	struct settings *values = mem_array(NULL, top->child_count + 1, sizeof(*values));
	struct data_row *rows = mem_array(NULL, top->child_count + 1, sizeof(*rows));
	const struct node **nodes = mem_array(NULL, top->child_count + 1, sizeof(*nodes));
	struct objecting o = { r, nodes, rows };
	void *table;

	for (size_t i = 0; i < top->child_count; i++) {
		const struct node *n = top->children[i];

		values[i] = (struct settings){ 0 };
		take_values(n, &values[i]);
		nodes[i] = n;
		rows[i] = (struct data_row){ n->name, n->title, &values[i], n->line };
	}
	table = f->make(rows, top->child_count, on_objection, &o);
	for (size_t i = 0; i < top->child_count; i++)
		settings_done(&values[i]);
	free(values);
	free(rows);
	free(nodes);
	return table;
}

static void *
read_table(const struct data_file *f, const char *path, struct report *r)
{
	struct section s = { .name = mem_strdup("") };
	size_t before = r->errors.count;
	void *table = NULL;
	struct node *top;

	for (const struct data_kind *k = f->kinds; k->section != NULL; k++)
		schema_add_titled(&s, k->section, k->keys);
	top = node_read(path, &s, r);
	if (top != NULL)
		values_check(top, &s, NULL, r);
	/* A copy that was cut off, say. To have none of it is said by not having the file. */
	if (top != NULL && r->errors.count == before && top->child_count == 0)
		report_error(r, path, 1, "file",
		    "at least one row; without the file the rows of the program count",
		    "holds no row");
	if (top != NULL && r->errors.count == before)
		table = make_table(f, top, r);
	node_free(top);
	schema_done(&s);
	return table;
}

static void
load_one(struct loading *l, const struct data_file *f)
{
	struct config *c = l->config;
	char *path = mem_printf("%s/%s", c->data_directory, f->name);
	struct config_data *d;
	struct stat st;

	c->data = mem_array(c->data, c->data_count + 1, sizeof(*c->data));
	d = &c->data[c->data_count++];
	*d = (struct config_data){ .file = f };
	if (lstat(path, &st) == 0) /* a link that leads nowhere is somebody's file, too */
		d->table = read_table(f, path, &l->report);
	free(path);
}

/* ---- files that nobody reads ---- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len >= tail && strcmp(name + len - tail, end) == 0;
}

/* A file that is meant for us by its name: NAME.conf, or one that begins like those that are read. Not
 * what editors and packagers leave beside a file. */
static bool
is_meant(const struct config *c, const char *name)
{
	static const char *const left[] = { "~", ".bak", ".orig", ".old", ".rpmnew", ".rpmsave",
		".dpkg-dist", ".dpkg-old", ".swp" };

	if (name[0] == '.' || str_equal(name, base_name(c->file)) ||
	    str_equal(name, base_name(c->advisories_file)) || str_equal(name, "upgraded.conf") ||
	    str_equal(name, "advisories.conf"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(left); i++)
		if (ends_with(name, left[i]))
			return false;
	if (ends_with(name, ".conf"))
		return true;
	for (size_t i = 0; i < c->data_count; i++) {
		const char *known = c->data[i].file->name;
		char word[64];

		str_printf(word, sizeof(word), "%.*s", (int)strcspn(known, "-."), known);
		if (str_starts_nocase(name, word))
			return true;
	}
	return false;
}

static bool
is_read(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->data_count; i++)
		if (str_equal(name, c->data[i].file->name))
			return true;
	return false;
}

/* A name that is misspelt replaces nothing, and nobody would see it: one warning for all of them. */
static void
tell_unread(struct loading *l, const struct node *top)
{
	struct config *c = l->config;
	struct buf names = { 0 }, known = { 0 };
	struct dirent **entries = NULL;
	int n = str_equal(c->data_directory, c->pairs_directory)
	    ? 0
	    : scandir(c->data_directory, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (is_meant(c, entries[i]->d_name) && !is_read(c, entries[i]->d_name))
			buf_addf(&names, "%s\"%s\"", names.len > 0 ? ", " : "", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	for (size_t i = 0; i < c->data_count; i++)
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", c->data[i].file->name);
	if (names.len > 0) {
		report_warning(&l->report, top->file, node_line(top, "data_directory"),
		    "data_directory", buf_text(&known), "not read in \"%s\": %s", c->data_directory,
		    buf_text(&names));
		c->data_unread.text = mem_printf("in %s: %s", c->data_directory, buf_text(&names));
		c->data_unread.read = mem_strdup(buf_text(&known));
	}
	buf_done(&names);
	buf_done(&known);
}

/* A folder that somebody names must be there; what it does not hold is compiled in. */
void
data_load(struct loading *l, const struct node *top)
{
	struct config *c = l->config;
	struct stat st;

	if (c->data_directory[0] == '\0') {
		free(c->data_directory);
		c->data_directory = mem_strdup(UD_PKGDATADIR);
	} else if (stat(c->data_directory, &st) != 0) {
		report_error(&l->report, top->file, node_line(top, "data_directory"),
		    "data_directory", A_FOLDER, "\"%s\": %s", c->data_directory,
		    strerror(errno));
		return;
	} else if (!S_ISDIR(st.st_mode)) {
		report_error(&l->report, top->file, node_line(top, "data_directory"),
		    "data_directory", A_FOLDER, "\"%s\" is no folder", c->data_directory);
		return;
	}
	for (size_t i = 0; l->engines[i] != NULL; i++)
		for (const struct data_file *const *f = l->engines[i]->data_files;
		     f != NULL && *f != NULL; f++)
			load_one(l, *f);
	tell_unread(l, top);
}

void
config_use_data(const struct config *c)
{
	for (size_t i = 0; i < c->data_count; i++)
		c->data[i].file->use(c->data[i].table);
}

void
data_done(struct config *c)
{
	for (size_t i = 0; i < c->data_count; i++)
		c->data[i].file->free(c->data[i].table);
	free(c->data);
	free(c->data_directory);
	free(c->data_unread.text);
	free(c->data_unread.read);
}
