/* What the end of a command means to its step. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "common/str.h"
#include "daemon/engine/postgres/sql/rows.h"
#include "daemon/engine/postgres/utilities/pg_error.h"

#define STATUS_AGAIN  75 /* of functions of host.sh: sysexits' EX_TEMPFAIL */
#define STATUS_DANGER 70
#define STATUS_LOST   2 /* of psql: the connection, not a statement */

static const char *const tools[] = { "pg_ctl", "pg_upgrade", "pg_basebackup", "pg_rewind",
	"initdb", "pg_dumpall", "pg_dump", "pg_restore", "vacuumdb", "psql" };

/* Is /TOOL a whole word of the text? */
static bool
calls(const char *text, const char *tool)
{
	size_t len = strlen(tool);

	for (const char *p = strchr(text, '/'); p != NULL; p = strchr(p, '/'))
		if (strncmp(++p, tool, len) == 0 && !isalnum((unsigned char)p[len]) &&
		    p[len] != '_' && p[len] != '/' && p[len] != '.')
			return true;
	return false;
}

/* The tool of a job: the last part of argv[0], or what `sh -c` was written around. */
static const char *
tool_of(const struct command *c)
{
	const char *path = c->argv.count > 0 ? c->argv.items[0] : "";
	const char *slash = strrchr(path, '/');

	path = slash != NULL ? slash + 1 : path;
	if (!str_equal(path, "sh"))
		return path;
	for (size_t i = 1; i < c->argv.count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(tools); k++)
			if (calls(c->argv.items[i], tools[k]))
				return tools[k];
	return path;
}

static enum verdict
refuse(const struct pg_meaning *m, const char *who, const char *said,
    struct ud_error *err)
{
	if (m->verdict == VERDICT_OK)
		return VERDICT_OK;
	ud_fail(err, m->code, "%s: %.300s", who, said);
	if (m->remedy[0] != '\0')
		ud_remedy(err, "%s", m->remedy);
	return m->verdict;
}

/* The line that `at` stands in, or the last one that is not empty. */
static void
copy_line(const char *text, const char *at, char *buf, size_t size)
{
	const char *start = at, *line = text;

	for (; at == NULL && *line != '\0'; line += strspn(line, "\r\n")) {
		if (strspn(line, " \t\r\n") < strcspn(line, "\r\n"))
			start = line;
		line += strcspn(line, "\r\n");
	}
	while (at != NULL && start > text && start[-1] != '\n')
		start--;
	if (start == NULL)
		start = "it printed nothing";
	start += strspn(start, " \t");
	str_printf(buf, size, "%.*s", (int)strcspn(start, "\r\n"), start);
}

static enum verdict
judge_said(const struct outcome *o, struct pg_meaning fallback, struct ud_error *err)
{
	struct pg_said said;
	struct pg_meaning m = fallback;
	char text[512];

	if (!pg_said_find(o->output, &said))
		str_printf(said.text, sizeof(said.text), "it said nothing");
	if (said.state[0] != '\0')
		m = pg_meaning_of_state(said.state);
	if (said.state[0] == '\0' || str_equal(said.state, "08P01"))
		(void)pg_meaning_of_words("", said.text, &m, NULL);
	str_printf(text, sizeof(text), "%s%s%s", said.text,
	    said.detail[0] != '\0' ? ": " : "", said.detail);
	if (m.remedy[0] == '\0')
		m.remedy = said.hint;
	return refuse(&m, said.state[0] != '\0' ? said.state : "session", text, err);
}

static enum verdict
judge_session(const struct outcome *o, struct ud_error *err)
{
	static const struct pg_meaning lost = { VERDICT_AGAIN, UD_EUNREACHABLE, "" };
	static const struct pg_meaning late = { VERDICT_AGAIN, UD_ETIMEOUT, "" };
	static const struct pg_meaning no = { VERDICT_STOP, UD_EUTILITY, "" };

	if (o->ending == ENDING_EXITED)
		return o->status == 0 ? VERDICT_OK : judge_said(o, no, err);
	if (o->ending == ENDING_TIMED_OUT || o->ending == ENDING_CANCELLED)
		return refuse(&late, "session", ending_name(o->ending), err);
	return judge_said(o, lost, err);
}

static struct pg_meaning
meaning_of_status(const struct command *c, int status)
{
	bool shell = c->kind == COMMAND_SHELL;
	struct pg_meaning m = { VERDICT_STOP, UD_EUTILITY, "" };

	if (shell && status == STATUS_DANGER)
		m.verdict = VERDICT_DANGER;
	else if ((shell && status == STATUS_AGAIN) ||
	    (status == STATUS_LOST && str_equal(tool_of(c), "psql")))
		m.verdict = VERDICT_AGAIN;
	return m;
}

static bool
has_word(const struct command *c, const char *word)
{
	for (size_t i = 0; i < c->argv.count; i++)
		if (str_equal(c->argv.items[i], word))
			return true;
	return false;
}

/* A tool that ended, or a function of the shell. */
static enum verdict
judge_status(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	const char *tool = c->kind == COMMAND_SHELL ? "" : tool_of(c), *at = NULL;
	struct pg_meaning m = meaning_of_status(c, o->status);
	char line[301], who[64];

	if (o->status == 0)
		return VERDICT_OK;
	if (c->kind != COMMAND_HOOK && m.verdict == VERDICT_STOP)
		(void)pg_meaning_of_words(tool, o->output, &m, &at);
	/* That nothing runs is what a stop wants, and nothing else. */
	if (m.verdict == VERDICT_OK && str_equal(tool, "pg_ctl") &&
	    !has_word(c, "stop"))
		m = (struct pg_meaning){ VERDICT_STOP, UD_ESTATE,
			"start the server first" };
	copy_line(o->output, at, line, sizeof(line));
	str_printf(who, sizeof(who), "%.32s ended with status %d",
	    tool[0] != '\0' ? tool : "the shell", o->status);
	return refuse(&m, who, line, err);
}

/* It says nothing about what was done: what is seen decides. A session and a shell can be
 * asked again; a job may have been half-way. */
static enum verdict
judge_cut_off(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	struct pg_meaning m = { c->kind == COMMAND_SHELL ? VERDICT_AGAIN : VERDICT_STOP,
		o->ending == ENDING_TIMED_OUT    ? UD_ETIMEOUT
		    : o->ending == ENDING_FAILED ? UD_EUNREACHABLE
						 : UD_EUTILITY,
		"" };
	struct pg_meaning worse;
	const char *at = NULL;
	char line[301], who[64];

	if (pg_meaning_of_words(tool_of(c), o->output, &worse, &at) &&
	    worse.verdict >= m.verdict)
		m = worse;
	copy_line(o->output, at, line, sizeof(line));
	str_printf(who, sizeof(who), "%.32s %s",
	    c->kind == COMMAND_SHELL ? "the shell" : tool_of(c),
	    ending_name(o->ending));
	return refuse(&m, who, line, err);
}

enum verdict
pg_judge(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	switch (c->kind) {
	case COMMAND_SESSION:
		return judge_session(o, err);
	case COMMAND_SHELL:
	case COMMAND_JOB:
	case COMMAND_HOOK:
		return o->ending == ENDING_EXITED ? judge_status(c, o, err)
						  : judge_cut_off(c, o, err);
	case COMMAND_NONE:
		break;
	}
	return VERDICT_OK;
}
