#include "config.h"

#include <stdlib.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/events.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/render_json.h"
#include "client/subject.h"
#include "client/verb.h"
#include "common/mem.h"

#define LOOK_MS       2000
#define LOOK_FIRST_MS 250

/* Where a followed log is: every command up to `after` was printed with its end. */
struct tail {
	struct ctl *ctl;
	const char *upgrade; /* id */
	char *after;         /* NULL: nothing yet */
	char *begun;         /* id of a command whose beginning was printed */
	size_t printed;
};

static int
get_commands(struct ctl *ctl, const char *upgrade, const char *after,
    struct answer *ret, struct problem *p)
{
	struct buf path = { 0 };
	int rc;

	buf_adds(&path, "/v1/upgrades/");
	http_add_escaped(&path, upgrade);
	buf_adds(&path, "/commands");
	if (ctl->opt.step != NULL) {
		buf_adds(&path, "?step=");
		http_add_escaped(&path, ctl->opt.step);
	}
	if (after != NULL) {
		buf_adds(&path, ctl->opt.step == NULL ? "?after=" : "&after=");
		http_add_escaped(&path, after);
	}
	rc = api_get(ctl, buf_text(&path), ret, p);
	buf_done(&path);
	return rc;
}

static void
print_command(struct tail *t, const json_t *command, bool ended)
{
	char word[LOOK_TEXT];
	const char *id = look_word(command, "id", word);
	bool was_begun = str_equal(t->begun, id);
	struct buf text = { 0 };

	if (t->ctl->opt.json) {
		if (ended)
			json_show_line(t->ctl->out, command);
	} else if (!t->ctl->opt.quiet) {
		if (!was_begun && t->printed++ > 0)
			buf_adds(&text, "\n");
		if (!was_begun)
			page_command_begin(&text, &t->ctl->view, command);
		if (ended)
			page_command_end(&text, &t->ctl->view, command);
		fputs(buf_text(&text), t->ctl->out);
	}
	buf_done(&text);
	(void)fflush(t->ctl->out);
	free(t->begun);
	t->begun = mem_strdup(id);
}

/* Prints in order and stops at the first that runs: its output is not complete. */
static bool
print_page(struct tail *t, const json_t *doc)
{
	char word[LOOK_TEXT];
	size_t i;
	json_t *command;
	bool ended = true;

	json_array_foreach(look_array(doc, "commands"), i, command) {
		ended = look_string(command, "ended_at") != NULL;
		print_command(t, command, ended);
		if (!ended)
			return false;
		free(t->after);
		t->after = mem_strdup(look_word(command, "id", word));
	}
	return look_text(doc, "next", word) != NULL && i > 0;
}

/* All that is there now. */
static int
print_new(struct tail *t, struct problem *p)
{
	struct answer a = { 0 };
	bool more = true;

	while (more) {
		if (get_commands(t->ctl, t->upgrade, t->after, &a, p) != 0)
			return -1;
		more = print_page(t, a.doc);
		answer_done(&a);
	}
	return 0;
}

/* Asked before the commands are read: what ran until then is in them. */
static int
has_ended(struct tail *t, bool *ret, struct problem *p)
{
	struct answer a = { 0 };

	if (subject_upgrade_by_id(t->ctl, t->upgrade, &a, p) != 0)
		return -1;
	*ret =
	    look_is(a.doc, "state", "completed") || look_is(a.doc, "state", "aborted");
	answer_done(&a);
	return 0;
}

static int
follow_loop(struct tail *t, struct events *e, struct problem *p)
{
	bool ended = false, first = true;

	while (!ended) {
		if (has_ended(t, &ended, p) == 0 && print_new(t, p) == 0) {
			first = false;
		} else if (first || !problem_is_passing(p)) {
			return -1;
		} else {
			ended = false;
			problem_done(p);
		}
		if (!ended)
			events_wait(e, events_is_live(e) ? LOOK_MS : LOOK_FIRST_MS);
	}
	return 0;
}

static int
log_follow(struct ctl *ctl, const char *id, const char *pair)
{
	struct tail t = { .ctl = ctl, .upgrade = id };
	struct events *e = events_new(ctl->http, pair);
	struct problem p = { 0 };
	int rc = follow_loop(&t, e, &p);

	events_free(e);
	free(t.after);
	free(t.begun);
	return rc == 0 ? EXIT_SUCCESS : ctl_problem(ctl, &p);
}

/* Adds the pages behind the first to its list. A page that is empty ends it, whatever it
 * says of a next one. */
static int
add_pages(struct ctl *ctl, const char *id, json_t *doc, struct problem *p)
{
	char word[LOOK_TEXT], *after = mem_strdup(look_text(doc, "next", word));
	json_t *list = json_object_get(doc, "commands");
	struct answer page = { 0 };
	int rc = 0;

	while (rc == 0 && after != NULL) {
		rc = get_commands(ctl, id, after, &page, p);
		free(after);
		after = NULL;
		if (rc != 0 || json_array_size(look_array(page.doc, "commands")) == 0)
			break;
		(void)json_array_extend(list, json_object_get(page.doc, "commands"));
		after = mem_strdup(look_text(page.doc, "next", word));
	}
	free(after);
	answer_done(&page);
	if (rc == 0)
		(void)json_object_set_new(doc, "next", json_null());
	return rc;
}

/* One document of all pages; the answer as it came when there is only one. */
static int
log_once(struct ctl *ctl, const char *id)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	char word[LOOK_TEXT];
	int status = EXIT_SUCCESS;

	if (get_commands(ctl, id, NULL, &a, &p) != 0)
		status = ctl_problem(ctl, &p);
	else if (look_text(a.doc, "next", word) == NULL)
		ctl_show(ctl, &a, page_log);
	else if (add_pages(ctl, id, a.doc, &p) != 0)
		status = ctl_problem(ctl, &p);
	else
		ctl_show_doc(ctl, a.doc, page_log);
	answer_done(&a);
	return status;
}

int
verb_log(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	char word[LOOK_TEXT], *id, *pair;
	int status;

	if (subject_upgrade(ctl, ctl->opt.subject, true, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	id = mem_strdup(look_word(a.doc, "id", word));
	pair = mem_strdup(look_string(a.doc, "pair"));
	answer_done(&a);
	status = ctl->opt.follow ? log_follow(ctl, id, pair) : log_once(ctl, id);
	free(id);
	free(pair);
	return status;
}
