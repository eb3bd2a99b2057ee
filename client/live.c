#include "config.h"

#include "client/live.h"

#include <stdlib.h>
#include <string.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/follow.h"
#include "client/live_lines.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/render_json.h"
#include "common/clock.h"

#define LOOK_MS 1000

static void
draw(struct live *l, const char *text)
{
	struct buf out = { 0 };

	screen_measure(&l->screen, l->ctl->out);
	screen_frame(&l->screen, &out, text);
	(void)fwrite(buf_text(&out), 1, out.len, l->ctl->out);
	(void)fflush(l->ctl->out);
	buf_done(&out);
}

static void
see_on_screen(struct live *l, const json_t *pair)
{
	struct view v = l->ctl->view;

	screen_measure(&l->screen, l->ctl->out);
	v.cut = true;
	v.width = l->screen.width;
	buf_clear(&l->frame);
	page_pair(&l->frame, &v, pair);
	draw(l, buf_text(&l->frame));
}

/* Age and lag differ at each look: only what a person would call news is told. */
static bool
is_news(struct live *l, const json_t *pair)
{
	struct buf mark = { 0 };
	bool news;

	follow_mark(&mark, pair);
	news = !str_equal(buf_text(&mark), buf_text(&l->mark));
	buf_done(&l->mark);
	l->mark = mark;
	return news;
}

static void
see(void *arg, const json_t *pair)
{
	struct live *l = arg;
	bool news = is_news(l, pair);

	if (l->ctl->opt.json) {
		if (news)
			json_show_line(l->ctl->out, pair);
	} else if (l->ctl->opt.quiet) {
		return;
	} else if (l->ctl->is_screen) {
		see_on_screen(l, pair);
	} else {
		live_lines_add(l, pair, news);
	}
}

static void
lost(void *arg, const struct problem *p)
{
	struct live *l = arg;
	struct buf text = { 0 };

	if (l->ctl->opt.quiet)
		return;
	buf_adds(&text, "upgradectl: ");
	cells_add_clean(&text, p->detail);
	buf_adds(&text, "; waiting for it\n");
	if (l->ctl->is_screen && !l->ctl->opt.json) {
		buf_adds(&l->frame, "\n");
		buf_adds(&l->frame, buf_text(&text));
		draw(l, buf_text(&l->frame));
	} else {
		fputs(buf_text(&text), l->ctl->err);
	}
	buf_done(&text);
}

/* On a screen the last frame says it all; elsewhere the last line, which names the state, is
 * followed by what a person must know. */
static void
say_end(struct ctl *ctl, const json_t *upgrade)
{
	struct buf text = { 0 };

	if (ctl->opt.json || ctl->opt.quiet || ctl->is_screen || upgrade == NULL)
		return;
	page_upgrade_needs(&text, &ctl->view, upgrade);
	fputs(buf_text(&text), ctl->out);
	buf_done(&text);
}

int
live_run(struct ctl *ctl, const char *pair, const char *upgrade, unsigned int until,
    int64_t timeout_ms)
{
	struct live l = { .ctl = ctl };
	struct follow f = {
		.pair = pair,
		.upgrade = upgrade,
		.until = until,
		.timeout_ms = timeout_ms,
		.look_ms = LOOK_MS,
		.ends_without_one = !ctl->is_screen,
		.see = see,
		.lost = lost,
		.arg = &l,
	};
	struct problem p = { 0 };
	json_t *last = NULL;
	int status;

	if (follow_run(ctl, &f, &last, &p) == 0) {
		say_end(ctl, look_object(last, "upgrade"));
		status = follow_exit_status(look_object(last, "upgrade"));
	} else {
		status = ctl_problem(ctl, &p);
	}
	json_decref(last);
	buf_done(&l.mark);
	buf_done(&l.steps);
	buf_done(&l.frame);
	return status;
}
