/*
 * Names of a database: its DSN with the tools of one release, its store name, and the
 * strings that connect to it.
 *
 * Every connection string says AutoCreate=0 unless creating is the purpose: connecting
 * through a DSN whose database was destroyed would make an empty one.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

static bool
is_new(const struct member *m, int installation)
{
	const struct installation *i = member_installation(m, installation);

	return i != NULL && str_equal(i->name, "new");
}

const char *
tt_setting(const struct member *m, int installation, const char *key,
    const char *key_new)
{
	const char *value = is_new(m, installation) ? member_setting(m, key_new) : NULL;

	return value != NULL ? value : member_setting(m, key);
}

const char *
tt_dsn(const struct member *m, int installation)
{
	const char *dsn = tt_setting(m, installation, "dsn", "dsn_new");

	return dsn != NULL ? dsn : m->name;
}

const char *
tt_path(const struct member *m, int installation)
{
	return tt_setting(m, installation, "path", "path_new");
}

const char *
tt_store(const struct member *m)
{
	const char *store = member_setting(m, "store");

	return store != NULL ? store : tt_dsn(m, -1);
}

char *
tt_connection(const struct member *m, int installation, bool may_create)
{
	const char *blank = member_found(m, "login") != NULL ? ";UID=;PWD=;PWDCrypt=" : "";

	return mem_printf("DSN=%s%s%s", tt_dsn(m, installation),
	    may_create ? "" : ";AutoCreate=0", blank);
}

void
tt_blank_login(const struct member *m)
{
	member_finds(m, "login", "blank");
}

/* In an answer of many statements such an error may be one of several. */
static bool
is_refused_login(char *line, void *arg)
{
	struct tt_error e;
	bool *found = arg;

	*found = tt_error_find(line, &e) && (e.number == 7001 || e.number == 15100);
	return !*found;
}

bool
tt_is_login_trouble(const char *text)
{
	bool found = false;
	char *copy;

	if (strstr(text, "7001") != NULL || strstr(text, "15100") != NULL) {
		copy = mem_strdup(text);
		str_each_line(copy, is_refused_login, &found);
		free(copy);
	}
	return found || str_find_nocase(text, "enter password") != NULL;
}

const char *
tt_literal(const char *value, char *buf, size_t size)
{
	size_t n = 0;

	if (size < 3) {
		if (size > 0)
			buf[0] = '\0';
		return buf;
	}
	buf[n++] = '\'';
	for (; *value != '\0'; value++) {
		size_t need = *value == '\'' ? 2 : 1;

		if (n + need + 2 > size)
			break;
		if (need == 2)
			buf[n++] = '\'';
		buf[n++] = *value;
	}
	buf[n++] = '\'';
	buf[n] = '\0';
	return buf;
}

bool
tt_is_identifier(const char *name)
{
	bool start = true;
	int dots = 0;

	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (c == '.') {
			if (start || ++dots > 1)
				return false;
			start = true;
			continue;
		}
		if (!isalpha(c) && c != '_' &&
		    (start || (!isdigit(c) && c != '#' && c != '$')))
			return false;
		start = false;
	}
	return !start;
}

static bool
same_word(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : str_equal(a, b);
}

bool
tt_is_same_machine(const struct host *a, const struct host *b)
{
	if (a == b)
		return true;
	if (a->transport != b->transport || !same_word(a->run_as, b->run_as))
		return false;
	if (a->transport == TRANSPORT_LOCAL)
		return true;
	if (!same_word(a->ssh_destination, b->ssh_destination) ||
	    a->ssh_options.count != b->ssh_options.count)
		return false;
	for (size_t i = 0; i < a->ssh_options.count; i++)
		if (!str_equal(a->ssh_options.items[i], b->ssh_options.items[i]))
			return false;
	return true;
}

void
tt_add_table(struct buf *b, const char *name)
{
	const char *dot = strchr(name, '.');

	if (tt_is_identifier(name) || dot == NULL || strchr(name, '"') != NULL)
		buf_adds(b, name);
	else
		buf_addf(b, "\"%.*s\".\"%s\"", (int)(dot - name), name, dot + 1);
}
