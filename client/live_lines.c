#include "config.h"

#include "client/live_lines.h"

#include <stdlib.h>
#include <string.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/live.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/render_table.h"
#include "common/clock.h"

static void
add_now(struct buf *out)
{
	char now[CLOCK_TEXT];

	buf_addf(out, "%s ", clock_text(clock_wall_ms(), now));
}

/* "2026-... step 6 drain on master1: done, took 5.120 s" */
static void
add_step(struct buf *out, const struct view *v, const json_t *step)
{
	char word[LOOK_TEXT];
	const json_t *error = look_object(step, "error");

	add_now(out);
	buf_adds(out, "step ");
	cells_add_clean(out, look_word(step, "number", word));
	buf_adds(out, " ");
	cells_add_clean(out, look_word(step, "id", word));
	buf_adds(out, " on ");
	cells_add_clean(out, look_word(step, "member", word));
	buf_adds(out, ": ");
	style_add_word(out, v, look_word(step, "state", word));
	if (look_number(step, "attempt") > 1)
		buf_addf(out, ", attempt %s", look_word(step, "attempt", word));
	if (look_number(step, "took_ms") >= 0)
		buf_addf(out, ", took %s", look_duration(step, "took_ms", word));
	if (look_string(error, "detail") != NULL) {
		buf_adds(out, ", ");
		cells_add_clean(out, look_string(error, "detail"));
	}
	buf_adds(out, "\n");
}

static void
add_step_mark(struct buf *mark, const json_t *step)
{
	static const char *const keys[] = { "phase", "number", "id", "member",
		"attempt", "state" };
	char word[LOOK_TEXT];
	size_t i;

	buf_adds(mark, "\n");
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		buf_addf(mark, "%s|", look_word(step, keys[i], word));
	buf_adds(mark, "\n");
}

/* Steps that wait for their turn, or that were not needed, are no news. At the first look
 * only what is under way is told: what was done before nobody has watched. */
static void
add_steps(struct live *l, struct buf *out, const json_t *steps)
{
	bool first = l->steps.len == 0, told;
	struct buf marks = { 0 }, mark = { 0 };
	size_t i;
	json_t *step;

	buf_adds(&marks, "seen\n");
	json_array_foreach(steps, i, step) {
		buf_clear(&mark);
		add_step_mark(&mark, step);
		told = strstr(buf_text(&l->steps), buf_text(&mark)) != NULL;
		buf_adds(&marks, buf_text(&mark));
		if (told || look_is(step, "state", "pending") ||
		    look_is(step, "state", "skipped"))
			continue;
		if (!first || look_is(step, "state", "running") ||
		    look_is(step, "state", "verifying") ||
		    look_is(step, "state", "failed"))
			add_step(out, &l->ctl->view, step);
	}
	buf_done(&mark);
	buf_done(&l->steps);
	l->steps = marks;
}

static void
read_steps(struct live *l, struct buf *out, const json_t *upgrade)
{
	char word[LOOK_TEXT];
	char *path =
	    api_path("/v1/upgrades/", look_word(upgrade, "id", word), "/steps", NULL);
	struct answer a = { 0 };
	struct problem p = { 0 };

	if (api_get(l->ctl, path, &a, &p) == 0)
		add_steps(l, out, look_array(a.doc, "steps"));
	problem_done(&p); /* the next look asks again */
	answer_done(&a);
	free(path);
}

/* The state of the upgrade, or of the pair where there is none. */
static void
add_state(struct buf *out, const struct view *v, const json_t *pair)
{
	char word[LOOK_TEXT];
	const json_t *upgrade = look_object(pair, "upgrade");

	add_now(out);
	if (upgrade != NULL) {
		page_upgrade_line(out, v, upgrade);
		return;
	}
	cells_add_clean(out, look_word(pair, "pair", word));
	buf_adds(out, ": ");
	style_add_word(out, v, look_word(pair, "state", word));
	buf_adds(out, ", no upgrade\n");
}

static void
add_state_mark(struct buf *mark, const json_t *pair)
{
	char word[LOOK_TEXT];
	const json_t *upgrade = look_object(pair, "upgrade");

	buf_addf(mark, "%s ", look_word(pair, "state", word));
	buf_addf(mark, "%s ", look_word(upgrade, "state", word));
	buf_addf(mark, "%s ", look_word(upgrade, "phase", word));
	buf_addf(mark, "%s", look_word(look_object(upgrade, "gate"), "id", word));
}

void
live_lines_add(struct live *l, const json_t *pair, bool news)
{
	const json_t *upgrade = look_object(pair, "upgrade");
	struct buf out = { 0 }, mark = { 0 };

	add_state_mark(&mark, pair);
	if (upgrade != NULL && (news || l->steps.len == 0))
		read_steps(l, &out, upgrade);
	if (!str_equal(buf_text(&mark), buf_text(&l->frame)))
		add_state(&out, &l->ctl->view, pair);
	buf_done(&l->frame);
	l->frame = mark;
	fputs(buf_text(&out), l->ctl->out);
	(void)fflush(l->ctl->out);
	buf_done(&out);
}
