/*
 * Reads rows: of a grave, and of the databases that are left, as `sandbox rows` prints
 * them. One JSON object a line: {"table":"app.orders","key":[ID],"value":[...]}. Ids are
 * those of the orders; values count in every table but that of the marker, which belongs
 * to the daemon, not to the applications.
 */
#include "tests/sandbox/judge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* What `sandbox create --cached` makes. */
static bool
is_cached(const char *table)
{
	return strcasecmp(table, "app.prices") == 0 || strcasecmp(table, "app.rates") == 0;
}

static bool
is_marker(const char *table)
{
	return strcasecmp(table, "ops.upgrade_marker") == 0;
}

/* FNV-1a: a row with its values is told from others by its line. */
static int64_t
number_of(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text != '\0' && *text != '\n'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (int64_t)h;
}

/* Where the rows of a database go. cached and content may be NULL. */
struct places {
	struct judge_ids *ids, *cached, *content;
};

static int
take_row(const struct places *to, const char *text)
{
	json_t *o = json_loads(text, 0, NULL), *key;
	const char *table = json_string_value(json_object_get(o, "table"));
	int rc = 0;

	key = json_array_get(json_object_get(o, "key"), 0);
	if (table == NULL || key == NULL)
		rc = -1;
	else if (is_cached(table) && to->cached != NULL)
		judge_ids_add(to->cached, number_of(text));
	else if (!is_cached(table) && !is_marker(table) && to->content != NULL)
		judge_ids_add(to->content, number_of(text));
	if (rc != 0 || strcasecmp(table, "app.orders") != 0)
		;
	else if (json_is_integer(key))
		judge_ids_add(to->ids, json_integer_value(key));
	else if (json_is_string(key))
		judge_ids_add(to->ids, strtoll(json_string_value(key), NULL, 10));
	else
		rc = -1;
	json_decref(o);
	return rc;
}

static int
read_rows(const struct places *to, FILE *f, const char *what)
{
	char *text = NULL;
	size_t room = 0, number = 0;
	int rc = 0;

	while (rc == 0 && getline(&text, &room, f) > 0) {
		number++;
		rc = take_row(to, text);
		if (rc != 0)
			fprintf(stderr, "judge: %s:%zu: not a row\n", what, number);
	}
	free(text);
	judge_ids_sort(to->ids);
	if (to->cached != NULL)
		judge_ids_sort(to->cached);
	if (to->content != NULL)
		judge_ids_sort(to->content);
	return rc;
}

void
judge_graves_read(struct judge *j, const char *root)
{
	for (size_t i = 0; i < j->destroys; i++) {
		struct judge_destroy *x = &j->destroy[i];
		char path[4096];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", root, x->grave);
		f = *x->grave != '\0' ? fopen(path, "re") : NULL;
		if (f == NULL)
			continue;
		x->has_rows = read_rows(&(struct places){ &x->rows, NULL, NULL }, f, path) == 0;
		fclose(f);
	}
}

/* Runs argv and reads the rows it prints. 0, or -1 after a message. */
static int
read_rows_of(const struct places *to, char *const *argv, const char *what)
{
	int out[2], status = -1, rc;
	FILE *f;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	if (pid < 0 || f == NULL)
		return -1;
	rc = read_rows(to, f, what);
	fclose(f);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "judge: %s: cannot read its rows\n", what);
		return -1;
	}
	return rc;
}

static bool
has_role(const struct judge_database *d)
{
	return strcmp(d->role, "IDLE") != 0 && strcmp(d->role, "DOWN") != 0;
}

/* Working members first, then what was created last. */
static bool
is_better(const struct judge_database *a, const struct judge_database *b)
{
	bool a_works = has_role(a), b_works = has_role(b);

	return a_works != b_works ? a_works : a->created_us > b->created_us;
}

/* Of several copies with one name on one host the best; the others are left behind. */
static bool
is_chosen(const struct judge *j, const struct judge_database *d)
{
	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *o = &j->database[i];

		if (o != d && o->exists && strcmp(o->store, d->store) == 0 &&
		    is_better(o, d))
			return false;
	}
	return d->exists;
}

static void
read_oracle(struct judge *j, const char *sandbox, const char *root)
{
	char *argv[] = { strdup(sandbox), strdup("rows"), strdup(root), strdup("oracle"), NULL };
	struct judge_ids none = { 0 };
	char file[4096];

	snprintf(file, sizeof(file), "%s/oracle.db", root);
	if (access(file, F_OK) == 0)
		j->caches = read_rows_of(&(struct places){ &none, &j->oracle, NULL }, argv, "Oracle") == 0;
	judge_ids_done(&none);
	for (int k = 0; argv[k] != NULL; k++)
		free(argv[k]);
}

void
judge_members_read(struct judge *j, const char *sandbox, const char *root)
{
	read_oracle(j, sandbox, root);
	for (size_t i = 0; i < j->databases; i++) {
		struct judge_database *d = &j->database[i];
		char what[256];
		char *argv[] = { strdup(sandbox), strdup("rows"), strdup(root),
			strdup(d->host), strdup(d->store), NULL };

		snprintf(what, sizeof(what), "%s on %s (%s)", d->store, d->host,
		    d->instance);
		if (is_chosen(j, d))
			d->left = d->judged = read_rows_of(&(struct places){ &d->rows, &d->cached, &d->content }, argv, what) == 0;
		for (int k = 0; argv[k] != NULL; k++)
			free(argv[k]);
	}
}
