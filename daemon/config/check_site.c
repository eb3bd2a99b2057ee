/* Rules between keys: what the site brings to a pair: passwords, hooks, gates, marker. */
#include "config.h"

#include "daemon/config/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/secret.h"
#include "daemon/model/engine.h"
#include "daemon/model/option.h"

static void
check_account(struct loading *l, const struct account *a, const struct node *n)
{
	struct secret *password = NULL;
	struct ud_error err;

	if (a->password_file == NULL || a->password_file[0] != '/')
		return;
	if (secret_read_file(a->password_file, &password, &err) != 0)
		report_error(&l->report, n->file, node_line(n, "password_file"),
		    "password_file",
		    "a file with the password in its first line, mode 0600",
		    "\"%s\": %s", a->password_file,
		    error_reason(&err, a->password_file));
	secret_free(password);
}

void
check_accounts(struct loading *l, const struct pair *p, const struct node *n)
{
	check_account(l, &p->duplicate, node_child(n, "duplicate"));
	check_account(l, &p->cache, node_child(n, "cache"));
}

static bool
is_identifier(const char *s, size_t len)
{
	if (len == 0 || len > 30 || isdigit((unsigned char)*s))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && strchr("_$#", s[i]) == NULL)
			return false;
	return true;
}

static void
check_marker(struct loading *l, const struct pair *p, const struct node *n)
{
	const char *name = p->marker_table, *dot;

	if (name == NULL)
		return;
	dot = strchr(name, '.');
	if (dot == NULL || !is_identifier(name, (size_t)(dot - name)) ||
	    !is_identifier(dot + 1, strlen(dot + 1)))
		report_error(&l->report, n->file, node_line(n, "marker_table"),
		    "marker_table", "\"owner.table\"",
		    "\"%s\" is not a table with its owner", name);
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

void
check_hooks(struct loading *l, const struct pair *p, const struct node *n)
{
	const struct node *hooks = node_child(n, "hooks");

	check_marker(l, p, n);
	for (enum hook h = HOOK_PAUSE_WRITES; h < HOOKS; h++) {
		const char *name = hook_name(h), *program;

		if (p->hooks[h].count == 0)
			continue;
		program = p->hooks[h].items[0];
		if (program[0] != '/')
			report_error(&l->report, hooks->file, node_line(hooks, name),
			    name, "a list { \"/program\", \"argument\" }",
			    "\"%s\" is not an absolute path", program);
		else if (access(program, X_OK) != 0 || !is_file(program))
			report_warning(&l->report, hooks->file, node_line(hooks, name),
			    name, "a program that the daemon may run",
			    "\"%s\" cannot be executed here", program);
	}
}

static bool
is_gate(const char *id)
{
	for (size_t i = 0; gate_ids[i] != NULL; i++)
		if (str_equal(gate_ids[i], id))
			return true;
	return false;
}

static bool
is_whole_answer(const char *id)
{
	return str_equal(id, "every-step") || str_equal(id, "none");
}

static void
report_gate(struct loading *l, const struct node *n, const char *id)
{
	struct str_list list = { 0 };
	char *accepted;

	for (size_t i = 0; gate_ids[i] != NULL; i++)
		str_list_add(&list, gate_ids[i]);
	str_list_add(&list, "every-step");
	str_list_add(&list, "none");
	accepted = words_near(&list, id);
	report_error(&l->report, n->file, node_line(n, "gates"), "gates", accepted,
	    "no gate \"%s\"", id);
	free(accepted);
	str_list_done(&list);
}

void
check_gates(struct loading *l, const struct pair *p, const struct node *n)
{
	if (p->gates.count == 0)
		report_error(&l->report, n->file, node_line(n, "gates"), "gates",
		    "a list of gates, or \"every-step\", \"none\"",
		    "the list is empty");
	for (size_t i = 0; i < p->gates.count; i++) {
		const char *id = p->gates.items[i];

		if (is_whole_answer(id) && p->gates.count > 1)
			report_error(&l->report, n->file, node_line(n, "gates"),
			    "gates", "it alone, or a list of gates",
			    "\"%s\" among others", id);
		else if (!is_whole_answer(id) && !is_gate(id))
			report_gate(l, n, id);
	}
}

/* ---- options of procedures ---- */

static void
report_option(struct loading *l, const struct node *n, const char *accepted,
    const char *item, const char *why)
{
	report_error(&l->report, n->file, node_line(n, "options"), "options", accepted,
	    "\"%s\": %s", item, why);
}

static void
check_option(struct loading *l, const struct pair *p, const struct node *n, const char *item)
{
	const char *equals = strchr(item, '='), *option;
	char key[64], name[NAME_MAX_BYTES], why[128];
	struct buf list = { 0 };
	struct ud_error err = { 0 };

	str_printf(key, sizeof(key), "%.*s",
	    (int)(equals != NULL ? (size_t)(equals - item) : strlen(item)), item);
	option = option_find(p->engine, NULL, key);
	option_list(p->engine, NULL, &list);
	if (option == NULL || equals == NULL) {
		report_option(l, n, buf_text(&list), item,
		    option == NULL ? "no procedure has such an option" : "no value");
	} else if (!option_takes(option, equals + 1)) {
		report_option(l, n, option, item, "no such value");
	} else if (str_equal(key, PLAN_SUBSCRIBERS) &&
	    !option_subscribers(p, equals + 1, name, sizeof(name))) {
		str_printf(why, sizeof(why), "\"%s\" is no subscriber, or stands twice", name);
		report_option(l, n, "names of subscribers with commas", item, why);
	} else if (p->engine->check_option != NULL &&
	    p->engine->check_option(p, key, equals + 1, NULL, NULL, &err) != 0) {
		report_option(l, n, err.remedy, item, err.text);
	}
	buf_done(&list);
}

void
check_options(struct loading *l, const struct pair *p, const struct node *n)
{
	for (size_t i = 0; p->engine != NULL && i < p->options.count; i++)
		check_option(l, p, n, p->options.items[i]);
}
