/* A command in the world: read, timed, ended. */
#include "config.h"

#include "tests/simulation/tools.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "tests/simulation/sim.h"

/* ---- what is it? ---- */

/* clang-format off */
static const struct { const char *tool, *option; enum op op; int64_t least_ms, most_ms; } kinds[] = {
	{ "ttAdmin",	   "-repStart",	  OP_REP_START,	   200,	  2000 },
	{ "ttAdmin",	   "-repStop",	  OP_REP_STOP,	   200,	  2000 },
	{ "ttAdmin",	   "-repPolicy",  OP_REP_POLICY,   50,	  500 },
	{ "ttAdmin",	   "-ramPolicy",  OP_RAM_POLICY,   50,	  500 },
	{ "ttAdmin",	   "-ramLoad",	  OP_RAM_LOAD,	   500,	  5000 },
	{ "ttAdmin",	   "-ramUnload",  OP_RAM_UNLOAD,   50,	  5000 },
	{ "ttMigrate",	   "-c",	  OP_MIGRATE_OUT,  5000,  300000 },
	{ "ttMigrate",	   "-r",	  OP_MIGRATE_IN,   5000,  600000 },
	{ "ttDestroy",	   "-connStr",	  OP_DESTROY,	   100,	  5000 },
	{ "ttRepAdmin",	   "-duplicate",  OP_DUPLICATE,	   5000,  300000 },
	{ "ttDaemonAdmin", "-start",	  OP_DAEMON_START, 500,	  10000 },
	{ "ttDaemonAdmin", "-stop",	  OP_DAEMON_STOP,  500,	  10000 },
	{ "rm",		   "-f",	  OP_REMOVE,	   5,	  50 },
	{ "pause",	   "",		  OP_PAUSE,	   20,	  400 },
	{ "resume",	   "",		  OP_RESUME,	   20,	  400 },
	{ "install",	   "",		  OP_INSTALL,	   1000,  60000 },
};
/* clang-format on */

static enum policy
policy_of(const struct command *c)
{
	for (size_t i = 0; i < c->argv.count; i++) {
		if (str_equal(c->argv.items[i], "always"))
			return POLICY_ALWAYS;
		if (str_equal_nocase(c->argv.items[i], "inUse"))
			return POLICY_INUSE;
	}
	return POLICY_MANUAL;
}

static int
host_index(const struct sim *s, const char *name)
{
	for (int m = 0; m < s->w.members; m++)
		if (str_equal_nocase(s->site.hosts[m].name, name))
			return m;
	return -1;
}

static const char *
option_of(const struct command *c, const char *option)
{
	for (size_t i = 0; i + 1 < c->argv.count; i++)
		if (str_equal(c->argv.items[i], option))
			return c->argv.items[i + 1];
	return "";
}

static void
read_argv(struct sim *s, struct run *r, const struct command *c)
{
	const char *path = c->argv.items[0], *slash = strrchr(path, '/');

	r->inst = str_starts(path, "/opt/new/") ? INST_NEW : INST_OLD;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!str_equal(slash + 1, kinds[i].tool) ||
		    (kinds[i].option[0] != '\0' &&
			!str_equal(c->argv.items[1], kinds[i].option)))
			continue;
		r->op = kinds[i].op;
		r->end_at = s->now_ms +
		    rng_between(&s->rng, kinds[i].least_ms, kinds[i].most_ms);
	}
	r->policy = policy_of(c);
	r->back = c->argv.count > 1 && str_equal(c->argv.items[1], "back");
	if (r->op == OP_DUPLICATE)
		r->peer = host_index(s, option_of(c, "-host"));
}

void
run_start(struct sim *s, const struct command *c, int where)
{
	struct run *r = s->run;

	run_done(r);
	r->running = true;
	r->member = c->member != NULL ? c->member->index : 0;
	r->peer = where;
	r->end_at = s->now_ms + rng_between(&s->rng, 1, 5);
	r->limit_at = c->limit_ms > 0 ? s->now_ms + c->limit_ms : NEVER;
	if (c->kind == COMMAND_SESSION) {
		r->op = OP_SESSION;
		r->inst = c->installation;
		r->next = r->statements = mem_strdup(c->statements);
	} else if (c->kind == COMMAND_SHELL) {
		r->op = OP_GUARD;
		r->inst = strstr(c->statements, "/opt/new/") != NULL ? INST_NEW : INST_OLD;
		r->statements = mem_strdup(c->statements);
	} else if (c->kind != COMMAND_NONE) {
		read_argv(s, r, c);
	}
	r->act_at = r->op == OP_SESSION ? s->now_ms + rng_between(&s->rng, 0, 5) :
					  rng_between(&s->rng, s->now_ms, r->end_at);
	fault_command(s, r);
}

/* ---- its way to the end ---- */

int64_t
run_next(const struct run *r)
{
	int64_t at;

	if (!r->running)
		return NEVER;
	at = r->acted ? r->end_at : r->act_at;
	return at < r->limit_at ? at : r->limit_at;
}

static void
end(struct sim *s, enum ending ending, int status)
{
	struct run *r = s->run;

	r->running = false;
	r->ending = ending;
	r->status = status;
	r->end_at = s->now_ms;
}

void
run_cut(struct sim *s, enum ending ending)
{
	struct run *r = s->run;

	if (!r->running)
		return;
	if (!r->acted && r->op != OP_SESSION)
		run_half(s);
	end(s, ending, ending == ENDING_SIGNALLED ? 9 : 15);
}

/* A hook tells the truth or fails; a lie of a tool is in what it printed. */
static void
act(struct sim *s)
{
	struct run *r = s->run;

	r->acted = true;
	switch (r->lie) {
	case LIE_NONE:
	case LIE_DONE:
	case LIE_LOST:
	case LIE_REFUSED:
		run_act(s);
		break;
	case LIE_FAILS:
		r->status = 1;
		buf_adds(&r->out, "*** ODBC Error = S1000, TimesTen Error = 9999\n");
		break;
	case LIE_HALF:
		run_half(s);
		end(s, ENDING_SIGNALLED, 9);
		return;
	case LIE_LOST_NOT:
		end(s, ENDING_FAILED, 0);
		return;
	case LIES:
		break;
	}
	if (r->lie == LIE_REFUSED && r->status == 0) {
		r->status = 1;
		buf_clear(&r->out);
		buf_adds(&r->out, "*** ODBC Error = S1000, TimesTen Error = 9999\n");
	}
}

void
run_step(struct sim *s)
{
	struct run *r = s->run;

	if (!r->running)
		return;
	if (s->now_ms >= r->limit_at) {
		run_cut(s, ENDING_TIMED_OUT);
		return;
	}
	if (r->op == OP_SESSION) {
		if (s->now_ms >= r->act_at)
			session_step(s);
		return;
	}
	if (r->op == OP_GUARD && !s->w.machine[r->member].reachable) {
		end(s, ENDING_FAILED, 0);
		return;
	}
	if (!r->acted && s->now_ms >= r->act_at)
		act(s);
	if (r->running && r->acted && s->now_ms >= r->end_at)
		end(s, r->lie == LIE_LOST ? ENDING_FAILED : ENDING_EXITED, r->status);
}

void
run_outcome(struct sim *s, struct outcome *ret)
{
	struct run *r = s->run;

	*ret = (struct outcome){
		.ending = r->ending,
		.status = r->status,
		.output = mem_strdup(buf_text(&r->out)),
		.ended_ms = s->now_ms,
	};
}

void
run_done(struct run *r)
{
	buf_done(&r->out);
	free(r->statements);
	*r = (struct run){ 0 };
}
