#include "config.h"

#include "tests/simulation/faults.h"

#include <stdio.h>
#include <string.h>

#include "tests/simulation/sim.h"

/* When it strikes: at the n-th of what, or from the start. */
enum when { AT_WRITE, AT_TURN, AT_COMMAND, AT_TIME, FROM_START };

/* clang-format off */
static const struct { const char *name; enum when when; int64_t most; } kinds[FAULTS] = {
	[FAULT_CRASH_BEFORE_WRITE] = { "crash before a write",	AT_WRITE,   160 },
	[FAULT_CRASH_AFTER_WRITE]  = { "crash after a write",	AT_WRITE,   160 },
	[FAULT_CRASH_LATER]	   = { "crash at a time",	AT_TIME,    900000 },
	[FAULT_JOURNAL_FULL]	   = { "journal full",		AT_WRITE,   160 },
	[FAULT_JOB_GONE]	   = { "job gone",		AT_WRITE,   160 },
	[FAULT_ABORT]		   = { "abort at a turn",	AT_TURN,    400 },
	[FAULT_ABORT_LATER]	   = { "abort at a time",	AT_TIME,    900000 },
	[FAULT_HOLD]		   = { "hold",			AT_TURN,    400 },
	[FAULT_HUMAN_STEP]	   = { "human does it by hand", AT_TURN,    400 },
	[FAULT_HUMAN_WRONG]	   = { "human activates the standby", AT_TURN, 400 },
	[FAULT_SAYS_DONE]	   = { "says done, did nothing", AT_COMMAND, 60 },
	[FAULT_SAYS_REFUSED]	   = { "says refused, did it",	AT_COMMAND, 60 },
	[FAULT_FAILS]		   = { "command fails",		AT_COMMAND, 60 },
	[FAULT_DIES_HALFWAY]	   = { "command dies half-way", AT_COMMAND, 60 },
	[FAULT_ANSWER_LOST]	   = { "answer lost",		AT_COMMAND, 60 },
	[FAULT_NOT_STARTED]	   = { "connection lost before", AT_COMMAND, 60 },
	[FAULT_HOOK_FAILS]	   = { "hook fails",		AT_COMMAND, 60 },
	[FAULT_UNREACHABLE]	   = { "unreachable",		AT_COMMAND, 60 },
	[FAULT_CUT]		   = { "cut from its peers",	AT_COMMAND, 60 },
	[FAULT_DAEMON_DOWN]	   = { "daemon down",		AT_COMMAND, 60 },
	[FAULT_AGENT_DIES]	   = { "agent dies",		AT_COMMAND, 60 },
	[FAULT_READER]		   = { "reader stays connected", AT_COMMAND, 60 },
	[FAULT_AGENT_SLOW]	   = { "agents slow to stop",	FROM_START, 0 },
	[FAULT_AGENT_NEVER]	   = { "agents never stop",	FROM_START, 0 },
	[FAULT_ROLE_LATE]	   = { "roles seen late",	FROM_START, 0 },
	[FAULT_RECOVERING_LONG]	   = { "recovering long",	FROM_START, 0 },
	[FAULT_WAIT_QUIET]	   = { "wait says 01",		AT_COMMAND, 30 },
	[FAULT_WAIT_LIES]	   = { "wait says 00 at once",	FROM_START, 0 },
	[FAULT_HOLD_LOST]	   = { "log not kept for a failed peer", FROM_START, 0 },
	[FAULT_ROGUE]		   = { "application ignores the pause", FROM_START, 0 },
	[FAULT_NEEDS_NO_AGENT]	   = { "deactivate refused while the agent runs", FROM_START, 0 },
	[FAULT_IDLE_SENDS]	   = { "an idle store transmits", FROM_START, 0 },
	[FAULT_LOG_MOVES]	   = { "the fence moves the log", FROM_START, 0 },
	[FAULT_POLICIES]	   = { "policies always",	FROM_START, 0 },
	[FAULT_SLOW_FLOW]	   = { "slow replication",	FROM_START, 0 },
	[FAULT_SCHEMA]		   = { "definitions changed",	AT_TURN,    400 },
};
/* clang-format on */

const char *
fault_name(enum fault_kind k)
{
	return kinds[k].name;
}

void
faults_text(const struct sim *s, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int i = 0; i < s->f.count; i++) {
		const struct fault *f = &s->f.list[i];
		size_t len = strlen(buf);

		str_printf(buf + len, size - len, "%s%s (at %lld, %s, %lld ms, %d times)",
		    len > 0 ? "; " : "", kinds[f->kind].name, (long long)f->at,
		    s->site.members[f->member].name, (long long)f->ms, f->times);
	}
}

/* ---- drawn ---- */

static void
set_agents(struct sim *s, enum fault_kind kind)
{
	s->w.agent_stop_ms = kind == FAULT_AGENT_NEVER ? NEVER : 240000;
}

static void
set_policies(struct sim *s)
{
	for (int m = 0; m < s->w.members; m++) {
		s->w.base[m][INST_OLD].ram =
		    (enum policy)rng_between(&s->rng, POLICY_MANUAL, POLICY_INUSE);
		s->w.base[m][INST_OLD].held_in_memory =
		    s->w.base[m][INST_OLD].ram == POLICY_MANUAL;
		s->w.base[m][INST_OLD].rep =
		    rng_chance(&s->rng, 500) ? POLICY_ALWAYS : POLICY_MANUAL;
	}
}

static void
set_from_start(struct sim *s, enum fault_kind kind)
{
	struct world *w = &s->w;

	if (kind == FAULT_AGENT_SLOW || kind == FAULT_AGENT_NEVER)
		set_agents(s, kind);
	else if (kind == FAULT_ROLE_LATE)
		w->role_late_ms = 2000;
	else if (kind == FAULT_RECOVERING_LONG)
		w->recover_ms = 600000;
	else if (kind == FAULT_WAIT_LIES)
		w->wait_lies = true;
	else if (kind == FAULT_HOLD_LOST)
		w->failed_keeps_log = false;
	else if (kind == FAULT_ROGUE)
		w->rogue_rate = rng_between(&s->rng, 1, 200);
	else if (kind == FAULT_NEEDS_NO_AGENT)
		w->deactivate_needs_no_agent = true;
	else if (kind == FAULT_IDLE_SENDS)
		w->idle_transmits = true;
	else if (kind == FAULT_LOG_MOVES)
		w->fence_moves_log = true;
	else if (kind == FAULT_POLICIES)
		set_policies(s);
	else if (kind == FAULT_SLOW_FLOW)
		w->lag_ms = rng_between(&s->rng, 500, 8000);
}

static void
draw_one(struct sim *s, const char *only)
{
	struct faults *fs = &s->f;
	struct fault *f = &fs->list[fs->count];
	enum fault_kind kind;

	do
		kind = (enum fault_kind)rng_between(&s->rng, 0, FAULTS - 1);
	while (only != NULL && !str_starts(kinds[kind].name, only));
	if (fs->drawn[kind] && kinds[kind].when == FROM_START)
		return;
	/* Wrong names in a wait are found by check, else by the marker row, which says
	 * nothing of an application that goes on after it. */
	if (kind == FAULT_WAIT_LIES &&
	    (s->site.pair.marker_table == NULL || fs->drawn[FAULT_ROGUE]))
		return;
	if (kind == FAULT_ROGUE && fs->drawn[FAULT_WAIT_LIES])
		return;
	fs->drawn[kind] = true;
	*f = (struct fault){
		.kind = kind,
		.at = kinds[kind].when == AT_TIME ?
		    s->now_ms + rng_between(&s->rng, 0, kinds[kind].most) :
		    rng_between(&s->rng, 1, kinds[kind].most + 1),
		.member = (int)rng_between(&s->rng, 0, s->w.members - 1),
		.ms = rng_between(&s->rng, 10, rng_chance(&s->rng, 300) ? 900000 : 20000),
		.times = rng_chance(&s->rng, 700) ? 1 : (int)rng_between(&s->rng, 2, 6),
	};
	fs->count++;
	if (kinds[kind].when == FROM_START)
		set_from_start(s, kind);
}

void
faults_draw(struct sim *s, const char *only)
{
	int n = (int)rng_between(&s->rng, 0, 4);

	if (only != NULL && n == 0)
		n = 1;
	for (int i = 0; i < n && s->f.count < FAULTS_MAX; i++)
		draw_one(s, only);
}

/* ---- they strike ---- */

static bool
is_due(struct sim *s, struct fault *f, enum when when, int64_t count)
{
	if (f->over || s->f.mended || kinds[f->kind].when != when || count < f->at)
		return false;
	s->f.last_ms = s->now_ms;
	judge_hindered(s, s->now_ms);
	if (--f->times <= 0)
		f->over = true;
	else
		f->at = count + 1;
	return true;
}

enum write_fault
fault_write(struct sim *s)
{
	struct faults *fs = &s->f;

	fs->writes++;
	for (int i = 0; i < fs->count; i++) {
		struct fault *f = &fs->list[i];

		if (f->kind == FAULT_JOB_GONE || !is_due(s, f, AT_WRITE, fs->writes))
			continue;
		if (f->kind == FAULT_JOURNAL_FULL) {
			judge_hindered(s, s->now_ms + 1000);
			STORY(s, "fault", "the journal cannot be written");
			return WRITE_FULL;
		}
		return f->kind == FAULT_CRASH_BEFORE_WRITE ? WRITE_CRASH_BEFORE :
							     WRITE_CRASH_AFTER;
	}
	return WRITE_FINE;
}

/* The host was started anew: nothing is left of the job, but for what it did. */
bool
fault_job_is_gone(struct sim *s)
{
	for (int i = 0; i < s->f.count; i++) {
		struct fault *f = &s->f.list[i];

		if (f->kind != FAULT_JOB_GONE || f->over || s->f.mended)
			continue;
		f->over = true;
		run_cut(s, ENDING_GONE);
		STORY(s, "fault", "no trace of the job is left");
		return true;
	}
	return false;
}

static void
strike_host(struct sim *s, struct fault *f)
{
	struct machine *k = &s->w.machine[f->member];
	int inst;

	STORY(s, "fault", "%s: %s", s->site.members[f->member].name, kinds[f->kind].name);
	if (f->kind == FAULT_UNREACHABLE) {
		k->reachable = false;
		k->back_at = s->now_ms + f->ms;
	} else if (f->kind == FAULT_CUT) {
		k->cut = true;
		k->joined_at = s->now_ms + f->ms;
	} else if (f->kind == FAULT_READER) {
		k->reader_until = s->now_ms + f->ms;
	} else if (f->kind == FAULT_DAEMON_DOWN) {
		site_daemon_dies(s, f->member, f->ms);
	} else if (f->kind == FAULT_AGENT_DIES) {
		struct base *b = world_home(&s->w, f->member, &inst);

		if (b != NULL)
			b->agent = AGENT_OFF;
		site_agent_again(s, f->member, f->ms);
	}
	judge_hindered(s, s->now_ms + f->ms);
}

static enum lie
lie_of(enum fault_kind kind)
{
	switch ((int)kind) {
	case FAULT_SAYS_DONE:
		return LIE_DONE;
	case FAULT_SAYS_REFUSED:
		return LIE_REFUSED;
	case FAULT_FAILS:
		return LIE_FAILS;
	case FAULT_DIES_HALFWAY:
		return LIE_HALF;
	case FAULT_ANSWER_LOST:
		return LIE_LOST;
	case FAULT_NOT_STARTED:
		return LIE_LOST_NOT;
	default:
		return LIE_NONE;
	}
}

void
fault_command(struct sim *s, struct run *r)
{
	struct faults *fs = &s->f;

	fs->commands++;
	for (int i = 0; i < fs->count; i++) {
		struct fault *f = &fs->list[i];
		enum lie lie = lie_of(f->kind);

		/* A hook that says 0 and did nothing breaks its contract with the site. */
		if (lie == LIE_DONE && (r->op == OP_PAUSE || r->op == OP_RESUME))
			continue;
		if (!is_due(s, f, AT_COMMAND, fs->commands))
			continue;
		if (f->kind != FAULT_WAIT_QUIET)
			judge_hindered(s, s->now_ms + 5000);
		if (lie != LIE_NONE) {
			r->lie = lie;
			STORY(s, "fault", "%s", kinds[f->kind].name);
		} else if (f->kind == FAULT_HOOK_FAILS) {
			fs->hook_fails++;
		} else if (f->kind == FAULT_WAIT_QUIET) {
			s->w.quiet_until = s->now_ms + f->ms;
		} else {
			strike_host(s, f);
		}
	}
}

void
fault_turn(struct sim *s)
{
	struct faults *fs = &s->f;

	fs->turns++;
	for (int i = 0; i < fs->count; i++) {
		struct fault *f = &fs->list[i];

		if (f->kind == FAULT_HUMAN_WRONG &&
		    (s->sh.u == NULL || s->sh.u->pause_pos < 0))
			continue; /* in the swap */
		if (!is_due(s, f, AT_TURN, f->kind == FAULT_HUMAN_WRONG ? f->at : fs->turns))
			continue;
		if (f->kind == FAULT_ABORT)
			people_ask(s, WISH_ABORT);
		else if (f->kind == FAULT_HOLD)
			people_ask(s, WISH_HOLD);
		else if (f->kind == FAULT_HUMAN_STEP)
			site_by_hand(s);
		else if (f->kind == FAULT_HUMAN_WRONG)
			site_wrong_hand(s);
		else if (f->kind == FAULT_SCHEMA)
			s->w.schema++;
	}
}

void
fault_time(struct sim *s)
{
	for (int i = 0; i < s->f.count; i++) {
		struct fault *f = &s->f.list[i];

		if (s->sh.down || !is_due(s, f, AT_TIME, s->now_ms))
			continue;
		if (f->kind == FAULT_CRASH_LATER)
			shell_crash(s);
		else
			people_ask(s, WISH_ABORT);
	}
}

int64_t
fault_next(const struct sim *s)
{
	int64_t at = NEVER;

	for (int i = 0; i < s->f.count; i++) {
		const struct fault *f = &s->f.list[i];

		if (!f->over && !s->f.mended && kinds[f->kind].when == AT_TIME &&
		    !s->sh.down && f->at < at)
			at = f->at;
	}
	return at;
}
