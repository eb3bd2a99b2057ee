/* The beginning of every job: which tool, of which installation, in which environment. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

/* LC_ALL=C: tools may speak the language of the user (ttIsql at least). */
void
tt_job(struct command *c, const struct member *m, int installation, const char *tool)
{
	const struct installation *i = member_installation(m, installation);

	c->member = m;
	c->host = m->host;
	c->installation = installation;
	if (i == NULL)
		return;
	c->kind = COMMAND_JOB;
	str_list_addf(&c->argv, "%s/%s", i->bin, tool);
	for (size_t n = 0; n < i->env.count; n++)
		str_list_add(&c->env, i->env.items[n]);
	str_list_add(&c->env, "LC_ALL=C");
}

void
tt_job_connect(struct command *c, bool may_create)
{
	char *connection = tt_connection(c->member, c->installation, may_create);

	str_list_add(&c->argv, "-connStr");
	str_list_add(&c->argv, connection);
	free(connection);
}

void
tt_add_attribute(struct command *c, const char *name, const char *value)
{
	for (size_t i = 0; i + 1 < c->argv.count; i++) {
		char **connection = &c->argv.items[i + 1], *longer;

		if (!str_equal(c->argv.items[i], "-connStr"))
			continue;
		longer = mem_printf("%s;%s=%s", *connection, name, value);
		free(*connection);
		*connection = longer;
		return;
	}
}

const char *
tt_skip_words(const char *text, const char *words)
{
	for (; *words != '\0'; words++) {
		if (*words == ' ') {
			if (!isspace((unsigned char)*text))
				return NULL;
			while (isspace((unsigned char)*text))
				text++;
			continue;
		}
		if (tolower((unsigned char)*text) != tolower((unsigned char)*words))
			return NULL;
		text++;
	}
	return text;
}

char *
tt_one_blank(char *line)
{
	char *start = str_trim(line), *to = start;

	for (const char *p = start; *p != '\0'; p++) {
		if (!isspace((unsigned char)*p))
			*to++ = *p;
		else if (to > start && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
	return start;
}

const char *
tt_find_words(const char *text, const char *words)
{
	for (; *text != '\0'; text++)
		if (tt_skip_words(text, words) != NULL)
			return text;
	return NULL;
}

char *
tt_value_of(char *line, const char *key)
{
	const char *rest;

	while (isspace((unsigned char)*line))
		line++;
	rest = tt_skip_words(line, key);
	if (rest == NULL)
		return NULL;
	while (isspace((unsigned char)*rest))
		rest++;
	return *rest == ':' ? str_trim(line + (rest + 1 - line)) : NULL;
}

bool
tt_is_cut(const char *line)
{
	return str_starts(line, "[... ") && str_find_nocase(line, " bytes left out ...]") != NULL;
}

void
tt_copy_lower(char *dst, size_t size, const char *src)
{
	str_copy(dst, size, src);
	for (; *dst != '\0'; dst++)
		*dst = (char)tolower((unsigned char)*dst);
}

enum fact
tt_fact_of(const char *word)
{
	static const char *const yes[] = { "true", "yes", "open", "1" };
	static const char *const no[] = { "false", "no", "closed", "0" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (str_equal_nocase(word, yes[i]))
			return FACT_YES;
		if (str_equal_nocase(word, no[i]))
			return FACT_NO;
	}
	return FACT_UNKNOWN;
}
