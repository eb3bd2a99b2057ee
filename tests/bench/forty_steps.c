#include "config.h"

#include "tests/bench/forty_steps.h"

#include "common/mem.h"
#include "daemon/model/upgrade.h"
#include "tests/lib/fake_engine.h"
#include "tests/lib/fake_tool.h"

struct forty forty = { .sessions = true };

static void
build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	if (!forty.sessions)
		return;
	ret->kind = COMMAND_SESSION;
	ret->member = ps->member;
	ret->host = ps->member->host;
	ret->installation = 0;
	ret->statements = mem_printf("call StepOfTheBench('%s', '%s');\n", ps->number,
	    ps->member->name);
	ret->limit_ms = 10000;
}

static enum probe
probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_seen(w, "not yet");
	if (s->outcome == NULL || s->now_ms < s->performed_ms + forty.step_ms)
		return PROBE_TO_DO;
	return PROBE_DONE;
}

static const struct step step = {
	.id = "work",
	.title = "let %s work",
	.effect = "its time has passed",
	.build = build,
	.probe = probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
};

/* clang-format off */
#define ROW(n, gate) { #n, &step, n % 2 ? WHO_STANDBY : WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600, 0, gate }
#define TEN(n) ROW(n##1, NULL), ROW(n##2, NULL), ROW(n##3, NULL), ROW(n##4, NULL), \
	ROW(n##5, NULL), ROW(n##6, NULL), ROW(n##7, NULL), ROW(n##8, NULL), ROW(n##9, NULL)

static const struct row forward[] = {
	TEN(1), ROW(20, NULL),
	ROW(21, "before-swap"), ROW(22, NULL), ROW(23, NULL), ROW(24, NULL), ROW(25, NULL),
	ROW(26, NULL), ROW(27, NULL), ROW(28, NULL), ROW(29, NULL), ROW(30, NULL),
	TEN(3), ROW(40, NULL), TEN(4), ROW(50, NULL),
	{ NULL }
};

static const struct procedure procedure = { FAKE_PROCEDURE,
	.title = "forty steps that complete by themselves",
	.forward = forward };
static const struct procedure *const procedures[] = { &procedure, NULL };
/* clang-format on */

const struct engine forty_steps = { FAKE_ENGINE, .procedures = procedures,
	.dialect = &fake_cat };
