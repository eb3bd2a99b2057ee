/*
 * The guard of a fence: a process on the host of the member, in a session of its own, that makes
 * it active again when its lease is over and nobody has decided that the other master takes over.
 * guard.sh says how; here is when: armed before the applications pause, its lease begins before
 * the fence, and the decision comes right before the activation. It needs neither the daemon nor
 * a connection.
 *
 * Between the decision and the activation nobody but the daemon can tell whether the other master
 * is active, so the guard does nothing then (P1 before P6).
 *
 * Where the swap is taken back and the member cannot be seen, the guard is trusted when its lease
 * is over: the applications go on at it, and it is looked at behind that. When it is not known
 * whether the decision arrived, it may be fenced still; they would wait for no other then.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/timesten/steps/common.h"

#define TRUST_MS 1000 /* what the guard may need behind its lease; or we, to look first */

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

/* The folder, the tools and the connection of the member, and their environment. */
static void
add_place(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	int home = step_home(s, ps, ps->member);
	const struct installation *i = member_installation(ps->member, home);
	char *connection = tt_connection(ps->member, home, false);

	add_folder(c, s, ps);
	tt_shell_word(c, i != NULL ? i->bin : "");
	tt_shell_word(c, connection);
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

/* The last line that it printed says why it failed. */
static void
why_last_line(const struct scene *s, struct why *w)
{
	const char *text = s->outcome->output, *end = text + strlen(text), *start;

	while (end > text && end[-1] == '\n')
		end--;
	for (start = end; start > text && start[-1] != '\n';)
		start--;
	why_seen(w, "%.*s", (int)(end - start), start);
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
	why_last_line(s, w);
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
	    "see that files can be written to the job_directory of %s (%s), then retry",
	    ps->member->host->name,
	    ps->member->host->job_directory != NULL ? ps->member->host->job_directory
						    : "/var/tmp/upgraded");
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

/* Over after the daemon would have taken the swap back (core/decide_pause.c), within the budget. */
static int64_t
lease_ms(const struct pair *p)
{
	int64_t limit = p->limits.write_pause_ms, margin = limit / 10;

	if (limit <= 2000)
		return limit * 3 / 4;
	if (margin < 500)
		margin = 500;
	return limit - (margin > 1000 ? 1000 : margin);
}

static void
go_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_go");
	tt_shell_wordf(ret, "%lld", (long long)lease_ms(s->plan->pair));
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

static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_shell_call(ret, ps->member, "tt_hold");
	add_folder(ret, s, ps);
	ret->limit_ms = 5000;
}

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "decided, before the lease was over");
	return word_probe(s, w, "held", PROBE_IMPOSSIBLE);
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

bool
step_guard_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	const char *until = step_note(s, TT_NOTE_LEASE, ps->member);
	int64_t entered = s->upgrade->walk.entered_ms;

	return until != NULL &&
	    s->now_ms > strtoll(until, NULL, 10) + TRUST_MS &&
	    s->now_ms > entered + TRUST_MS &&
	    !observation_is_fresh(step_seen(s, ps->member), LOOK_INSTANCE, entered);
}
