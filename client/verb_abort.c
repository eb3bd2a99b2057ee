#include "config.h"

#include <stdlib.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/look.h"
#include "client/request.h"
#include "client/steer.h"
#include "client/subject.h"
#include "client/verb.h"

static void
say_what(struct ctl *ctl, FILE *f, const json_t *upgrade)
{
	const json_t *does = look_array(upgrade, "abort_does");
	char id[LOOK_TEXT], pair[LOOK_TEXT];
	struct buf text = { 0 };
	size_t i;
	json_t *line;

	if (ctl->opt.quiet && ctl->opt.yes)
		return;
	buf_addf(&text, "abort of upgrade %s of pair %s will\n",
	    look_word(upgrade, "id", id), look_word(upgrade, "pair", pair));
	json_array_foreach(does, i, line) {
		buf_addf(&text, "  %zu. ", i + 1);
		cells_add_clean(&text,
		    json_is_string(line) ? json_string_value(line) : LOOK_UNKNOWN);
		buf_adds(&text, "\n");
	}
	if (json_array_size(does) == 0)
		buf_adds(&text, "  do what the daemon has not said\n");
	fputs(buf_text(&text), f);
	buf_done(&text);
}

/* True: do it. False: status is the exit status. */
static bool
may_go(struct ctl *ctl, int *status)
{
	struct problem p = { 0 };
	char *line = NULL;
	size_t room = 0;
	bool yes;

	if (ctl->opt.yes)
		return true;
	if (!ctl->may_ask) {
		(void)problem_setf(&p, UD_EUSAGE,
		    "add --yes when that is what you want",
		    "nothing was aborted: there is no terminal to ask at");
		*status = ctl_problem(ctl, &p);
		return false;
	}
	fprintf(ctl->err, "abort it? [y/N] ");
	(void)fflush(ctl->err);
	yes = getline(&line, &room, ctl->in) > 0 &&
	    (str_starts_nocase(line, "y\n") || str_starts_nocase(line, "yes\n"));
	free(line);
	if (!yes)
		fprintf(ctl->err, "nothing was aborted\n");
	*status = EXIT_FAILURE;
	return yes;
}

/* While somebody was thinking the upgrade went on. What was agreed to is what abort does:
 * if that is still the same, the new revision is as good as the old. */
static int
abort_as_said(struct ctl *ctl, const json_t *said)
{
	char id[LOOK_TEXT];
	struct answer now = { 0 };
	struct problem p = { 0 };
	const json_t *upgrade = said;
	json_t *body = request_comment(&ctl->opt);
	int status;

	if (subject_upgrade_by_id(ctl, look_word(said, "id", id), &now, &p) == 0 &&
	    json_equal(json_object_get(now.doc, "abort_does"),
		json_object_get(said, "abort_does")))
		upgrade = now.doc;
	problem_done(&p);
	status = steer_upgrade(ctl, "abort", upgrade, body, ctl->opt.yes);
	json_decref(body);
	answer_done(&now);
	return status;
}

int
verb_abort(struct ctl *ctl)
{
	struct answer upgrade = { 0 };
	struct problem p = { 0 };
	int status = EXIT_FAILURE;

	if (subject_upgrade(ctl, ctl->opt.subject, false, &upgrade, &p) != 0)
		return ctl_problem(ctl, &p);
	say_what(ctl, ctl->opt.json || ctl->opt.quiet ? ctl->err : ctl->out,
	    upgrade.doc);
	(void)fflush(ctl->out);
	if (may_go(ctl, &status))
		status = abort_as_said(ctl, upgrade.doc);
	answer_done(&upgrade);
	return status;
}
