/* What the end of a command means to its step: by numbers and words, and by status only
 * where a tool gives it a meaning. */
#include "config.h"

#include <signal.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/errors.h"

static const char *
tool_of(const struct command *c)
{
	const char *path = c->argv.count > 0 ? c->argv.items[0] : "the tool";
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Status of ttAdmin for an agent that runs (5) or is stopped (6) already, a database that
 * is loaded (7) or unloaded (8) already. Source: public scripts for 11.2.1; the numbers
 * are in no manual, so an error that is printed counts more. */
static bool
is_already_so(const struct command *c, int status)
{
	return str_equal_nocase(tool_of(c), "ttAdmin") && status >= 5 && status <= 8;
}

static enum verdict
refuse(enum verdict v, enum ud_code code, const char *who, const char *said,
    const char *remedy, struct ud_error *err)
{
	ud_fail(err, code, "%s: %.300s", who, said);
	if (remedy[0] != '\0')
		ud_remedy(err, "%s", remedy);
	return v;
}

static enum verdict
judge_session(const struct outcome *o, struct ud_error *err)
{
	struct tt_error e;

	if (!tt_sql_error(o->output, &e) || e.verdict == VERDICT_OK)
		return VERDICT_OK;
	return refuse(e.verdict, UD_EUTILITY, "ttIsql", e.text, e.remedy, err);
}

static enum verdict
judge_without_number(const struct command *c, const struct outcome *o,
    struct ud_error *err)
{
	char said[301], who[64];

	tt_error_tail(o->output, said, sizeof(said));
	str_printf(who, sizeof(who), "%.32s ended with status %d", tool_of(c),
	    o->status);
	return refuse(VERDICT_STOP, UD_EUTILITY, who,
	    said[0] != '\0' ? said : "it printed nothing", "", err);
}

/* A wrong password or a missing right is not to be tried again: accounts get locked. */
static enum ud_code
code_of(const struct tt_error *e)
{
	return e->number == 7001 || e->number == 15100 ? UD_EAUTH : UD_EUTILITY;
}

static enum verdict
judge_job(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	struct tt_error e;
	bool found;

	/* Words without a number are told on success too ("in process of being ..."). */
	found = o->status == 0 || is_already_so(c, o->status)
	    ? tt_sql_error(o->output, &e)
	    : tt_error_find(o->output, &e);
	if (found && e.verdict == VERDICT_OK)
		return VERDICT_OK;
	if (found)
		return refuse(e.verdict, code_of(&e), tool_of(c), e.text, e.remedy,
		    err);
	if (o->status == 0 || is_already_so(c, o->status))
		return VERDICT_OK;
	return judge_without_number(c, o, err);
}

static enum verdict
judge_shell(const struct outcome *o, struct ud_error *err)
{
	char said[301];

	if (o->status == 0)
		return VERDICT_OK;
	tt_error_tail(o->output, said, sizeof(said));
	return refuse(VERDICT_STOP, UD_EUTILITY, "the shell",
	    said[0] != '\0' ? said : "it printed nothing", "", err);
}

static enum verdict
judge_hook(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	return o->status == 0 ? VERDICT_OK : judge_without_number(c, o, err);
}

/* A lost session says nothing about what it was told last: look, and do it again. What
 * was said before the end may name the cause, and may be worse than the end itself. */
static enum verdict
judge_cut_off(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	bool session = c->kind == COMMAND_SESSION, shell = c->kind == COMMAND_SHELL;
	enum verdict v = session || shell ? VERDICT_AGAIN : VERDICT_STOP;
	enum ud_code code = o->ending == ENDING_TIMED_OUT ? UD_ETIMEOUT
	    : o->ending == ENDING_FAILED                  ? UD_EUNREACHABLE
							  : UD_EUTILITY;
	struct tt_error e = { .remedy = "" };
	char said[301], who[64];

	if (tt_error_find(o->output, &e) && e.verdict > v)
		v = e.verdict;
	if (e.text[0] != '\0')
		str_copy(said, sizeof(said), e.text);
	else
		tt_error_tail(o->output, said, sizeof(said));
	str_printf(who, sizeof(who), "%.32s %s",
	    session     ? "ttIsql"
		: shell ? "the shell"
			: tool_of(c),
	    ending_name(o->ending));
	return refuse(v, code, who, said[0] != '\0' ? said : "it printed nothing",
	    e.remedy, err);
}

enum verdict
tt_judge(const struct command *c, const struct outcome *o, struct ud_error *err)
{
	if (c->member != NULL && o->output != NULL && tt_is_login_trouble(o->output))
		tt_blank_login(c->member); /* by the next attempt */
	if (o->ending != ENDING_EXITED)
		return judge_cut_off(c, o, err);
	switch (c->kind) {
	case COMMAND_SESSION:
		return judge_session(o, err);
	case COMMAND_JOB:
		return judge_job(c, o, err);
	case COMMAND_HOOK:
		return judge_hook(c, o, err);
	case COMMAND_SHELL:
		return judge_shell(o, err);
	case COMMAND_NONE:
		break;
	}
	return VERDICT_OK;
}
