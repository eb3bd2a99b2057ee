/*
 * The guard of a fence: a process on the host of the member, in a session of its own, that makes
 * it active again when its lease is over and nobody has decided that the other master takes over.
 * guard.sh says how; here is when: armed before the applications pause, its lease begins before
 * the fence, and the decision comes right before the activation. It needs neither the daemon nor
 * a connection.
 *
 * Behind the decision the guard makes the other master active, where it has a way to it: its tools
 * are on the same host, or the site lets the account log in from host to host (guard_login). So the
 * decision commits the swap (ROW_COMMITS). To take it back all the same, when the activation was refused,
 * the guard is asked first whether it has begun (back). Where there is no way, nobody but the
 * daemon can tell then who is active, and the guard does nothing (P1 before P6).
 *
 * Where the swap is taken back and the member cannot be seen, the guard is trusted when its lease
 * is over: the applications go on at it, and it is looked at behind that. When it is not known
 * whether the decision arrived, it may be fenced still; they would wait for no other then.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/engine/timesten/steps/common.h"

#define ANSWER_MS 2000 /* of a shell that only reads and writes a file */
#define HASTY_MS  250
#define BRIEF_MS  100 /* where nobody waits for it any more */
#define GLANCE_MS 150 /* to be seen, if it can be seen */
#define ACTIVATES_MS 1000 /* ttRepStateSet, at the least */

/* A folder for each upgrade, on the member's host. */
static void
add_folder(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	const char *directory = ps->member->host->job_directory;
	const char *pair = s->plan->pair->name;

	if (directory == NULL)
		directory = "/var/tmp/upgraded";
	if (s->upgrade == NULL)
		tt_shell_wordf(c, "%s/guard-%s-%s", directory, pair, ps->member->name);
	else
		tt_shell_wordf(c, "%s/guard-%.24s-%lld-%llx-%s", directory, pair,
		    (long long)s->upgrade->id,
		    (unsigned long long)s->upgrade->created_wall_ms, ps->member->name);
}

/* How the guard of the member reaches the other master: words of ssh, "here", or "". */
static const char *
login_to(const struct plan_step *ps)
{
	const char *login = ps->peer != NULL ? member_setting(ps->peer, "guard_login") : NULL;

	if (ps->peer != NULL && tt_is_same_machine(ps->peer->host, ps->member->host))
		return "here";
	return login != NULL ? login : "";
}

/* Who logs in there, or is here, becomes the user that tools run as there ($1), as we do when we log
 * in ourselves (runner/far_greeting.sh). */
static const char become[] =
    "as=$1; shift; if [ \"$(id -un)\" = \"$as\" ]; then exec \"$@\"; fi; "
    "if [ \"$(id -u)\" -ne 0 ]; then exec sudo -n -u \"$as\" -- \"$@\"; fi; "
    "eval \"home=~$as\"; exec setpriv --reuid=\"$as\" --regid=\"$(id -g \"$as\")\" --init-groups -- "
    "env HOME=\"$home\" USER=\"$as\" LOGNAME=\"$as\" \"$@\"";

static void
add_become(struct buf *b, const char *run_as)
{
	if (run_as == NULL)
		return;
	buf_adds(b, "/bin/sh -c ");
	buf_add_shell(b, become);
	buf_adds(b, " upgraded-guard ");
	buf_add_shell(b, run_as);
	buf_adds(b, " ");
}

/* The way, and a command line there that is ttIsql: in the installation in which that master is to be
 * active. */
static void
add_successor(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	const struct member *m = ps->peer;
	const int *homes = ps->list == LIST_UNDO || ps->list == LIST_UNDO_BACKOUT
	    ? s->plan->old_installation
	    : s->plan->new_installation;
	const struct installation *i = m != NULL ? member_installation(m, homes[m->index]) : NULL;
	const char *login = login_to(ps);
	struct buf b = { 0 };
	char *connection, *tool;

	if (i == NULL || login[0] == '\0') {
		tt_shell_word(c, "");
		tt_shell_word(c, "");
		return;
	}
	add_become(&b, m->host->run_as);
	buf_adds(&b, "env LC_ALL=C");
	for (size_t n = 0; n < i->env.count; n++) {
		buf_adds(&b, " ");
		buf_add_shell(&b, i->env.items[n]);
	}
	buf_adds(&b, " ");
	tool = mem_printf("%s/ttIsql", i->bin);
	buf_add_shell(&b, tool);
	buf_adds(&b, " -v1 -connStr ");
	connection = tt_connection(m, homes[m->index], false);
	buf_add_shell(&b, connection);
	tt_shell_word(c, login);
	tt_shell_word(c, b.data);
	free(tool);
	free(connection);
	buf_done(&b);
}

/* The folder, the tools and the connection of the member, the way to the other master, and the
 * environment of the tools. */
static void
add_place(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	int home = step_home(s, ps, ps->member);
	const struct installation *i = member_installation(ps->member, home);
	char *connection = tt_connection(ps->member, home, false);

	add_folder(c, s, ps);
	tt_shell_word(c, i != NULL ? i->bin : "");
	tt_shell_word(c, connection);
	add_successor(c, s, ps);
	for (size_t n = 0; i != NULL && n < i->env.count; n++)
		tt_shell_word(c, i->env.items[n]);
	tt_shell_word(c, "LC_ALL=C");
	free(connection);
}

/* What stands behind this word in its answer; NULL: it did not say it. */
static const char *
said(const struct scene *s, const char *word)
{
	const char *at = s->outcome != NULL ? s->outcome->output : NULL;
	size_t len = strlen(word);

	for (; at != NULL; at = strchr(at, '\n')) {
		at += *at == '\n' ? 1 : 0;
		if (strncmp(at, word, len) == 0 &&
		    (at[len] == '\t' || at[len] == '\n' || at[len] == '\0'))
			return at + len;
	}
	return NULL;
}

/* Its own word is the evidence: nothing else sees a guard. */
static enum probe
word_probe(const struct scene *s, struct why *w, const char *word, enum probe refused)
{
	if (s->outcome == NULL) {
		why_seen(w, "not asked yet");
		return PROBE_TO_DO;
	}
	if (s->outcome->ending != ENDING_EXITED) {
		why_seen(w, "%s", ending_name(s->outcome->ending));
		return PROBE_TO_DO;
	}
	if (s->outcome->status == 0 && said(s, word) != NULL)
		return PROBE_DONE;
	why_saw_last_line(w, s->outcome->output);
	return refused;
}

/* ---- arm ---- */

static void
arm_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_arm");
	add_place(ret, s, ps);
	ret->limit_ms = 30000;
}

static enum probe
arm_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "a guard that waits");
	why_remedy(w,
	    "see that files can be written to the job_directory of %s (%s)%s, then retry",
	    ps->member->host->name,
	    ps->member->host->job_directory != NULL ? ps->member->host->job_directory
						    : "/var/tmp/upgraded",
	    login_to(ps)[0] != '\0'
		? ", and that its account may log in to the other master's host (guard_login)"
		: "");
	return word_probe(s, w, "armed", PROBE_TO_DO);
}

const struct step tt_guard_arm = {
	.id = "guard-arm",
	.title = "start a guard for %s on its host",
	.effect = "a process waits there for the fence",
	.build = arm_build,
	.probe = arm_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 5,
	.may_cancel = true,
};

/* ---- go ---- */

static void
go_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_go");
	tt_shell_wordf(ret, "%lld", (long long)scene_lease_ms(s));
	add_place(ret, s, ps);
	ret->limit_ms = 5000;
}

static enum probe
go_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "a lease that runs");
	why_remedy(w, "see that files can be written to the job_directory of %s",
	    ps->member->host->name);
	return word_probe(s, w, "leased", PROBE_IMPOSSIBLE);
}

static void
go_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const char *left = said(s, "leased");
	char text[24];

	if (left == NULL)
		return;
	str_printf(text, sizeof(text), "%lld",
	    (long long)(s->now_ms + strtoll(left, NULL, 10)));
	note_set(notes, TT_NOTE_LEASE, ps->member, text);
}

const struct step tt_guard_go = {
	.id = "guard-go",
	.title = "let the lease of the guard of %s begin",
	.effect = "when it is over the guard makes it active again, whoever is gone",
	.build = go_build,
	.probe = go_probe,
	.learn = go_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 1000,
};

/* ---- hold ---- */

/* What the guard may need behind its lease; or we, to look first. */
static int64_t
trust_ms(const struct scene *s)
{
	struct pause_shares of = pause_shares(&s->plan->pair->limits);

	return of.trust_ms - of.lease_ms;
}

/* When the guard of m has acted, ms; 0: its lease did not begin. */
static int64_t
acted_ms(const struct scene *s, const struct member *m)
{
	const char *until = step_note(s, TT_NOTE_LEASE, m);

	return until != NULL ? strtoll(until, NULL, 10) + trust_ms(s) : 0;
}

/* In the pause nobody waits for an answer when the guard has acted meanwhile: the last question
 * ends then. */
static int64_t
answer_ms(const struct scene *s, const struct plan_step *ps)
{
	int64_t acted = acted_ms(s, ps->member), left = acted - s->now_ms;

	if (acted == 0 || s->upgrade->pause_pos < 0 || left > 2 * ANSWER_MS)
		return ANSWER_MS;
	if (left >= 2 * HASTY_MS)
		return left / 2;
	return left > BRIEF_MS ? left : BRIEF_MS;
}

static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_hold");
	add_folder(ret, s, ps);
	ret->limit_ms = answer_ms(s, ps);
}

/* Its lease is over, and nobody answers, who was asked so often in this life: then the guard has
 * decided, and what it decided is looked at later. */
static bool
is_left_alone(const struct scene *s, const struct plan_step *ps, int tries)
{
	int64_t acted = acted_ms(s, ps->member);

	return acted > 0 && s->now_ms >= acted && s->outcome != NULL &&
	    s->outcome->ending != ENDING_EXITED && s->outcome->ending != ENDING_GONE &&
	    s->upgrade->walk.round_tries >= tries;
}

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe said = word_probe(s, w, "held", PROBE_IMPOSSIBLE);

	why_needed(w, "decided, before the lease was over");
	return said == PROBE_TO_DO && is_left_alone(s, ps, 2) ? PROBE_IMPOSSIBLE : said;
}

const struct step tt_guard_hold = {
	.id = "guard-hold",
	.title = "decide that %s is not made active again",
	.effect = "the guard on its host knows it",
	.build = hold_build,
	.probe = hold_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 1000,
};

/* ---- back ---- */

static void
back_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_back");
	add_folder(ret, s, ps);
	ret->limit_ms = answer_ms(s, ps);
}

static bool
back_needed(const struct scene *s, const struct plan_step *ps)
{
	(void)s;
	return login_to(ps)[0] != '\0';
}

static enum probe
back_answer(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "the guard does not make the other master active");
	why_remedy(w,
	    "ttRepStateGet on both masters tells the roles; guard.log in the job_directory of %s "
	    "what its guard does; then retry",
	    ps->member->host->name);
	return word_probe(s, w, "back", PROBE_TO_DO);
}

/* In the pause the applications do not wait for one that cannot be asked: it was asked before, in
 * vain, whether it holds. */
static enum probe
back_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return is_left_alone(s, ps, 1) ? PROBE_NOT_NEEDED : back_answer(s, ps, w);
}

#define BACK                                                                           \
	.title = "see that the guard of %s does not make the other master active",     \
	.effect = "it has not begun, and will not any more", .build = back_build,       \
	.on_interrupt = INTERRUPT_REDO, .patience_ms = 1, .tries = 1000, .insists = true

const struct step tt_guard_back = {
	.id = "guard-back",
	BACK,
	.needed = back_needed,
	.probe = back_probe,
};

bool
step_guard_was_silent(const struct scene *s, const struct plan_step *ps)
{
	const struct plan_steps *list = &s->plan->lists[ps->list];

	for (int i = ps->index - 1; s->upgrade != NULL && i >= 0; i--) {
		const struct step_run *run = &s->upgrade->runs[ps->list][i];

		if (list->items[i].step == &tt_guard_back &&
		    list->items[i].member == ps->member)
			return run->touched && run->state == STEP_SKIPPED;
	}
	return false;
}

/* Before it is made active by us, the guard has to answer. */
const struct step tt_guard_back_late = {
	.id = "guard-back-late",
	BACK,
	.needed = step_guard_was_silent,
	.probe = back_answer,
};

/* ---- over ---- */

static void
over_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_over");
	add_folder(ret, s, ps);
	ret->limit_ms = 10000;
}

static enum probe
over_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "no guard any more");
	if (s->outcome != NULL && s->outcome->ending == ENDING_EXITED &&
	    s->outcome->status == 0)
		return PROBE_DONE;
	why_seen(w, "%s", s->outcome == NULL ? "not asked yet" : "no answer");
	return PROBE_TO_DO;
}

const struct step tt_guard_over = {
	.id = "guard-over",
	.title = "end the guard of %s",
	.effect = "no guard of it is left on its host",
	.build = over_build,
	.probe = over_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 2,
};

/* ---- trust ---- */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The guard of m has acted by now, and `whose` cannot be seen: not since the lease was over, nor
 * since our own command ended, if there was one. What was seen before says nothing. */
static bool
is_trusted(const struct scene *s, const struct member *m, const struct member *whose,
    unsigned look)
{
	const struct walk *walk = &s->upgrade->walk;
	int64_t acted = acted_ms(s, m), since = later(walk->entered_ms, walk->ended_ms);

	return acted > 0 && s->now_ms >= later(acted, since + GLANCE_MS) &&
	    !observation_is_fresh(step_seen(s, whose), look, later(since, acted - trust_ms(s)));
}

bool
step_guard_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	return is_trusted(s, ps->member, ps->member, LOOK_INSTANCE);
}

int64_t
step_successor_ms(const struct scene *s, const struct plan_step *ps, int64_t most_ms)
{
	struct plan_step of = *ps;
	int64_t left;

	of.member = ps->peer;
	of.peer = ps->member;
	if (ps->peer == NULL || s->upgrade == NULL || s->upgrade->pause_pos < 0 ||
	    login_to(&of)[0] == '\0' || acted_ms(s, ps->peer) == 0)
		return most_ms;
	left = acted_ms(s, ps->peer) - s->now_ms;
	if (left < ACTIVATES_MS)
		left = ACTIVATES_MS;
	return left < most_ms ? left : most_ms;
}

bool
step_successor_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	struct plan_step of = *ps;

	of.member = ps->peer;
	of.peer = ps->member;
	return ps->peer != NULL && s->upgrade->swap_held && login_to(&of)[0] != '\0' &&
	    is_trusted(s, ps->peer, ps->member, LOOK_ROLE);
}
