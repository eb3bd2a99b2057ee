#include "config.h"

#include "tests/unit/core/toy.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/core/internal.h"
#include "tests/lib/fake_engine.h"

/* ---- steps ---- */

static struct {
	const char *step;
	enum probe answer;
} answers[TOY_STEPS];

void
toy_answers(const char *step, enum probe answer)
{
	for (int i = 0; i < TOY_STEPS; i++)
		if (answers[i].step == NULL || strcmp(answers[i].step, step) == 0) {
			answers[i].step = step;
			answers[i].answer = answer;
			return;
		}
}

static const char *seen_words = "toy";

void
toy_says(const char *words)
{
	seen_words = words;
}

static void
build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	ret->kind = COMMAND_JOB;
	ret->member = ps->member;
	str_list_addf(&ret->argv, "/toy/%s", ps->step->id);
}

static enum probe
probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_seen(w, "%s", seen_words);
	for (int i = 0; i < TOY_STEPS && answers[i].step != NULL; i++)
		if (strcmp(answers[i].step, ps->step->id) == 0 &&
		    answers[i].answer != TOY_BY_OUTCOME)
			return answers[i].answer;
	if (ps->step->build == NULL)
		return PROBE_DONE;
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE : PROBE_TO_DO;
}

static void
prove(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	settings_set(notes, NOTE_PROOF, ps->member->name);
}

/* clang-format off */
static const struct step work     = { .id = "work", .title = "work on %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE, .patience_ms = 1000 };
static const struct step wait     = { .id = "wait", .title = "wait for %s", .probe = probe, .effect = "seen", .looks = LOOK_ROLE };
static const struct step copy     = { .id = "copy", .title = "copy %s", .build = build, .clean_up = build, .probe = probe, .on_interrupt = INTERRUPT_CLEAN_UP, .looks = LOOK_ROLE, .patience_ms = 1000, .may_cancel = true };
static const struct step saved    = { .id = "save", .title = "save %s", .build = build, .clean_up = build, .probe = probe, .on_interrupt = INTERRUPT_CLEAN_UP, .patience_ms = 1000, .may_cancel = true, .cleans_files = true };
static const struct step alone    = { .id = "alone", .title = "see %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE, .alone = true, .patience_ms = 1000 };
static const struct step ask      = { .id = "ask", .title = "ask about %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_ASK, .looks = LOOK_ROLE };
static const struct step paused   = { .id = "pause", .title = "pause on %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .hook = HOOK_PAUSE_WRITES, .may_cancel = true };
static const struct step drained  = { .id = "drain", .title = "drain %s", .build = build, .probe = probe, .learn = prove, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE, .insists = true, .may_cancel = true };
static const struct step activate = { .id = "activate", .title = "activate %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_PROBE, .looks = LOOK_ROLE, .patience_ms = 3000 };
static const struct step again    = { .id = "again", .title = "activate %s again", .build = build, .probe = probe, .on_interrupt = INTERRUPT_PROBE, .looks = LOOK_ROLE, .patience_ms = 3000 };
static const struct step thaw     = { .id = "thaw", .title = "let %s go", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE | LOOK_INSTANCE, .lets_go = true };
static const struct step resumed  = { .id = "resume", .title = "resume on %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .hook = HOOK_RESUME_WRITES, .tries = 2 };
static const struct step destroy  = { .id = "destroy", .title = "destroy %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_PROBE, .looks = LOOK_INSTANCE, .tries = 20, .insists = true };
static const struct step even_it  = { .id = "even", .title = "even out %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE };
static const struct step undo_it  = { .id = "undo", .title = "undo on %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE };

static bool
no_hook(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->pair->hooks[ps->step->hook].count > 0;
}
/* clang-format off */
static const struct step fenced   = { .id = "fence", .title = "fence %s", .build = build, .probe = probe, .learn = prove, .on_interrupt = INTERRUPT_REDO, .may_cancel = true };
static const struct step arrives  = { .id = "arrive", .title = "see all of it on %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .keeps_roles = true, .may_cancel = true };
static const struct step commit   = { .id = "commit", .title = "commit to %s", .build = build, .probe = probe, .on_interrupt = INTERRUPT_REDO, .tries = 3 };
static const struct step maybe    = { .id = "maybe", .title = "resume on %s, if there is a hook", .build = build, .needed = no_hook, .probe = probe, .hook = HOOK_RESUME_WRITES, .hook_optional = true };

/* It is told who is active. */
static bool
is_active_again(const struct scene *s, const struct plan_step *ps)
{
	return s->seen[ps->member->index].role == ROLE_ACTIVE;
}

static const struct step follows = { .id = "follow", .title = "see %s follow", .swapped = is_active_again, .probe = probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_ROLE };

#define LIFE (ROW_ACTIVATES | ROW_NEEDS_PROOF | ROW_HOLDS_SWAP | ROW_IN_SWAP)
static const struct row forward[] = {
	{ "1", &work,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, 0, "first" },
	{ "2", &wait,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 120 },
	{ "2a", &copy,	  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 600, ROW_OFF_LIMITS },
	{ "2b", &ask,	  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 60 },
	{ "2c", &destroy, WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_DESTROYS },
	{ "3", &paused,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_WRITE_PAUSE, 0, ROW_OPENS_PAUSE | ROW_IN_SWAP, "swap" },
	{ "4", &drained,  WHO_ACTIVE,  SIDE_OLD, LIMIT_DRAIN, 0, ROW_IN_SWAP },
	{ "5", &activate, WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 120, LIFE },
	{ "6", &resumed,  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP },
	{ "7", &work,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 60, ROW_MAY_FAIL },
	{ "8", &destroy,  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 60, ROW_DESTROYS | ROW_NO_RETURN, "last" },
	{ "9", &wait,	  WHO_ACTIVE,  SIDE_NEW, LIMIT_FIXED, 60 },
	{ NULL }
};
static const struct row backout[] = {
	{ "b1", &again,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 120, ROW_ACTIVATES | ROW_IN_SWAP, NULL, "4" },
	{ "b2", &resumed, WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP, NULL, "3" },
	{ NULL }
};
static const struct row undo[] = {
	{ "u1", &undo_it, WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, 0, NULL, "1" },
	{ "u2", &undo_it, WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 60, 0, NULL, "5" },
	{ "u3", &even_it, WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_NOT_LATER, NULL, "1", "2" },
	{ NULL }
};
static const struct row none[] = { { NULL } };

/* An abort behind the swap swaps the roles back. */
static const struct row undo_swap[] = {
	{ "u1", &follows, WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 600, 0, NULL, "5" },
	{ "u2", &paused,  WHO_STANDBY, SIDE_NEW, LIMIT_WRITE_PAUSE, 0, ROW_OPENS_PAUSE | ROW_IN_SWAP, NULL, "5" },
	{ "u3", &activate, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 120, LIFE, NULL, "5" },
	{ "u4", &resumed, WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP, NULL, "5" },
	{ "u5", &undo_it, WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, 0, NULL, "1" },
	{ NULL }
};

/* No hook stops the applications, the fence does; and a second swap goes back. */
static const struct row there_and_back[] = {
	{ "1", &work,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_SWAP_BEGINS },
	{ "2", &fenced,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_WRITE_PAUSE, 0, ROW_OPENS_PAUSE | ROW_FENCES | ROW_IN_SWAP },
	{ "3", &activate, WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 120, LIFE },
	{ "4", &maybe,	  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP },
	{ "5", &wait,	  WHO_ACTIVE,  SIDE_NEW, LIMIT_FIXED, 60 },
	{ "6", &fenced,	  WHO_STANDBY, SIDE_NEW, LIMIT_WRITE_PAUSE, 0, ROW_OPENS_PAUSE | ROW_FENCES | ROW_IN_SWAP },
	{ "7", &activate, WHO_ACTIVE,  SIDE_NEW, LIMIT_FIXED, 120, LIFE },
	{ "8", &maybe,	  WHO_ACTIVE,  SIDE_NEW, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP },
	{ NULL }
};
static const struct row back_of_each[] = {
	{ "b1", &thaw,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 120, ROW_ACTIVATES | ROW_CLOSES_PAUSE | ROW_IN_SWAP, NULL, "2" },
	{ "b2", &again,	  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 120, ROW_ACTIVATES | ROW_CLOSES_PAUSE | ROW_IN_SWAP, NULL, "6" },
	{ NULL }
};

/* A lease runs on the fenced host, which takes the swap back when it is over. */
static const struct row leased_rows[] = {
	{ "0", &work,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_SWAP_BEGINS },
	{ "0a", &maybe,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_SWAP_BEGINS },
	{ "0b", &work,	  WHO_STANDBY, SIDE_OLD, LIMIT_FIXED, 60, ROW_SWAP_BEGINS },
	{ "1", &fenced,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_WRITE_PAUSE, 0, ROW_OPENS_PAUSE | ROW_FENCES | ROW_IN_SWAP },
	{ "1a", &arrives, WHO_STANDBY, SIDE_NEW, LIMIT_WRITE_PAUSE, 0, ROW_IN_SWAP },
	{ "2", &commit,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 300, ROW_COMMITS | ROW_IN_SWAP },
	{ "3", &activate, WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 120, LIFE },
	{ "4", &maybe,	  WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 600, ROW_CLOSES_PAUSE | ROW_IN_SWAP },
	{ NULL }
};
static const struct row back_of_leased[] = {
	{ "b1", &again,	  WHO_ACTIVE,  SIDE_OLD, LIMIT_FIXED, 120, ROW_ACTIVATES | ROW_CLOSES_PAUSE | ROW_IN_SWAP, NULL, "1" },
	{ NULL }
};
/* clang-format on */

/* Three subscribers, one after another or side by side. */
static const struct row many_rows[] = {
	{ "1", &work,	  WHO_STANDBY,	   SIDE_OLD, LIMIT_FIXED, 60 },
	{ "2", &work,	  WHO_SUBSCRIBERS, SIDE_OLD, LIMIT_FIXED, 60, ROW_OFF_LIMITS, "first" },
	{ "2a", &copy,	  WHO_SUBSCRIBERS, SIDE_NEW, LIMIT_FIXED, 600, ROW_OFF_LIMITS },
	{ "2b", &alone,	  WHO_SUBSCRIBERS, SIDE_NEW, LIMIT_FIXED, 60 },
	{ "3", &work,	  WHO_STANDBY,	   SIDE_OLD, LIMIT_FIXED, 60 },
	{ NULL }
};
static const struct row undo_of_many[] = {
	{ "u1", &undo_it, WHO_SUBSCRIBERS, SIDE_OLD, LIMIT_FIXED, 60, 0, NULL, "2", "2b" },
	{ NULL }
};

/* Applications leave, the place changes, they come back there. */
/* clang-format off */
static const struct row away[] = {
	{ "1", &paused,	  WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600 },
	{ "2", &fenced,	  WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 60, ROW_FENCES },
	{ "2a", &saved,	  WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600, ROW_OFF_LIMITS },
	{ "3", &copy,	  WHO_ACTIVE, SIDE_NEW, LIMIT_FIXED, 600, ROW_OFF_LIMITS },
	{ "4", &resumed,  WHO_ACTIVE, SIDE_NEW, LIMIT_FIXED, 600, ROW_ACTIVATES | ROW_NO_RETURN },
	{ "5", &wait,	  WHO_ACTIVE, SIDE_NEW, LIMIT_FIXED, 60 },
	{ NULL }
};
static const struct row away_undo[] = {
	{ "u1", &resumed, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600, 0, NULL, "1", "3" },
	{ NULL }
};
/* clang-format on */

static const struct procedure procedure = {
	.id = "toy",
	.title = "a toy",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = none,
	.applies = fake_applies,
};
static const struct procedure back = {
	.id = "back",
	.title = "with a swap back in its abort",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo_swap,
	.backout = backout,
	.undo_backout = none,
	.applies = fake_applies,
};
static const struct procedure twice = {
	.id = "twice",
	.title = "there and back",
	.topology = "active-standby",
	.forward = there_and_back,
	.undo = undo,
	.backout = back_of_each,
	.undo_backout = none,
	.applies = fake_applies,
};
static const struct procedure offline = {
	.id = "offline",
	.title = "nobody is served",
	.topology = "active-standby",
	.forward = away,
	.undo = away_undo,
	.backout = none,
	.undo_backout = none,
	.offline = true,
	.applies = fake_applies,
};
static const struct procedure leased = {
	.id = "leased",
	.title = "with a lease",
	.topology = "active-standby",
	.forward = leased_rows,
	.undo = none,
	.backout = back_of_leased,
	.undo_backout = none,
	.applies = fake_applies,
};
static const struct procedure many = {
	.id = "many",
	.title = "three subscribers",
	.topology = "active-standby",
	.forward = many_rows,
	.undo = undo_of_many,
	.backout = none,
	.undo_backout = none,
	.applies = fake_applies,
};
static const struct procedure *const procedures[] = { &procedure, &twice, &offline,
	&leased, &many, &back, NULL };
static const struct engine engine = {
	.name = "timesten",
	.title = "Toy",
	.procedures = procedures,
	.same_major = release_same_major,
};

/* ---- what was seen ---- */

static void
stamp(struct observation *o, int64_t at_ms)
{
	for (int i = 0; i < LOOKS; i++)
		o->at_ms[i] = o->tried_ms[i] = at_ms;
}

void
toy_see(struct toy *t, int member, enum role role, enum fact writable)
{
	struct observation *o = &t->seen[member];

	o->reachable = FACT_YES;
	o->role = role;
	o->writable = writable;
	stamp(o, t->now_ms);
}

void
toy_see_all(struct toy *t)
{
	for (int m = 0; m < SITE_MEMBERS; m++)
		stamp(&t->seen[m], t->now_ms);
}

/* ---- turns ---- */

static struct core_input
input(struct toy *t)
{
	return (struct core_input){
		.seen = t->seen,
		.now_ms = t->now_ms,
		.now_wall_ms = 1000000 + t->now_ms,
		.hands[0] = {
			.list = t->u->list,
			.pos = t->u->walk.pos,
			.in_flight = t->in_flight,
			.ended = t->ended,
			.outcome = t->has_outcome ? &t->outcome : NULL,
			.verdict = t->verdict,
			.said = t->has_outcome ? &t->said : NULL,
		},
		.hand_count = 1,
	};
}

void
toy_turn(struct toy *t)
{
	struct core_input in = input(t);
	char text[200];

	core_decide(t->u, t->plan, &in, &t->d);
	t->ended = false;
	if (!core_invariants(t->u, t->plan, text, sizeof(text)))
		abort();
	if (toy_action(t) == ACTION_PERFORM || toy_action(t) == ACTION_CLEAN_UP) {
		t->in_flight = true;
		t->has_outcome = false;
	}
}

void
toy_end(struct toy *t, enum ending ending, enum verdict verdict)
{
	static char empty[] = "";

	t->now_ms += 10;
	t->in_flight = false;
	t->ended = t->has_outcome = true;
	t->outcome = (struct outcome){ .ending = ending, .output = empty };
	t->verdict = verdict;
	memset(&t->said, 0, sizeof(t->said));
	if (verdict != VERDICT_OK)
		ud_fail(&t->said, UD_EUTILITY, "the toy said no");
	toy_turn(t);
	t->now_ms += 10;
	toy_see_all(t);
	toy_turn(t);
}

void
toy_pass(struct toy *t, int64_t ms)
{
	t->now_ms += ms;
	toy_see_all(t);
	toy_turn(t);
}

enum action
toy_action(const struct toy *t)
{
	return t->d.act_count > 0 ? t->d.acts[0].action : ACTION_NONE;
}

const char *
toy_number(const struct toy *t)
{
	const struct plan_step *ps = upgrade_step(t->u, t->plan);

	return ps != NULL ? ps->number : "";
}

bool
toy_reach(struct toy *t, const char *number)
{
	for (int i = 0; i < 200; i++) {
		struct step_run *run = upgrade_run(t->u);

		if (strcmp(toy_number(t), number) == 0 && run->state == STEP_RUNNING)
			return true;
		if (t->in_flight)
			toy_end(t, ENDING_EXITED, VERDICT_OK);
		else
			toy_pass(t, 10);
		if (upgrade_is_over(t->u) || t->u->state == UPGRADE_ATTENTION)
			break;
	}
	return strcmp(toy_number(t), number) == 0;
}

bool
toy_told(const struct toy *t, const char *words)
{
	for (int i = 0; i < t->d.event_count; i++)
		if (strstr(t->d.events[i].text, words) != NULL)
			return true;
	return false;
}

/* ---- life ---- */

void
toy_init(struct toy *t, const struct toy_wish *wish)
{
	static const char *const gates[] = { "first", "swap", "last", NULL };
	struct site_wish site = {
		.subscribers = wish->side_by_side > 0 ? SITE_SUBSCRIBERS : wish->subscriber ? 1 : 0,
		.gates = wish->gates ? gates : NULL,
		.no_pause_hook = wish->no_hooks,
		.no_resume_hook = wish->no_hooks,
	};
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct ud_error err;
	char n[12];

	*t = (struct toy){ .now_ms = 1000 };
	memset(answers, 0, sizeof(answers));
	site_init(&t->site, &site);
	t->site.pair.engine = &engine;
	for (int m = 0; m < SITE_MEMBERS; m++) {
		observation_init(&t->seen[m]);
		t->seen[m].home = INST_OLD;
		t->seen[m].inst[INST_OLD].release = t->site.from;
		toy_see(t, m, m == 0 ? ROLE_ACTIVE : m == 1 ? ROLE_STANDBY : ROLE_SUBSCRIBER,
		    m == 0 ? FACT_YES : FACT_NO);
	}
	rq.to = t->site.to;
	rq.procedure = wish->twice ? "twice"
	    : wish->offline        ? "offline"
	    : wish->leased         ? "leased"
	    : wish->back           ? "back"
	    : wish->side_by_side   ? "many"
				   : NULL;
	str_printf(n, sizeof(n), "%d", wish->side_by_side);
	if (wish->side_by_side > 0)
		settings_set(&options, "parallel_subscribers", n);
	if (plan_expand(&t->site.pair, t->seen, &rq, &t->plan, &err) != 0)
		abort();
	settings_done(&options);
	t->u = upgrade_new(t->plan);
	t->u->id = 1;
	t->u->started_wall_ms = 1;
	t->u->walk.begun_ms = t->u->walk.entered_ms = t->now_ms;
	toy_see_all(t);
}

void
toy_done(struct toy *t)
{
	upgrade_free(t->u);
	plan_free(t->plan);
	for (int m = 0; m < SITE_MEMBERS; m++)
		observation_done(&t->seen[m]);
	site_done(&t->site);
}
