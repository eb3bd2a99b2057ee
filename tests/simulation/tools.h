/*
 * The tools of the vendor, the site's hooks and the statements of a session, as they act
 * on the world: a command begins, acts at some time, ends. It may lie, or be cut off.
 */
#ifndef UD_TESTS_SIMULATION_TOOLS_H
#define UD_TESTS_SIMULATION_TOOLS_H

#include "common/buf.h"
#include "daemon/model/command.h"
#include "tests/simulation/world.h"

enum op {
	OP_NOTHING,
	OP_REP_START,
	OP_REP_STOP,
	OP_REP_POLICY,
	OP_RAM_POLICY,
	OP_RAM_LOAD,
	OP_RAM_UNLOAD,
	OP_MIGRATE_OUT,
	OP_MIGRATE_IN,
	OP_DESTROY,
	OP_DUPLICATE,
	OP_DAEMON_START,
	OP_DAEMON_STOP,
	OP_REMOVE,
	OP_PAUSE,
	OP_RESUME,
	OP_INSTALL,
	OP_SESSION,
	OP_GUARD, /* a function of the shell of a host */
	OPS
};

/* How an answer differs from what happened. */
enum lie {
	LIE_NONE,
	LIE_DONE,     /* says that it did it, and did nothing */
	LIE_REFUSED,  /* says that it failed, and did it */
	LIE_FAILS,    /* does nothing and says so */
	LIE_HALF,     /* dies half-way */
	LIE_LOST,     /* the connection is lost: it did it, nobody heard */
	LIE_LOST_NOT, /* the connection is lost before it did it */
	LIES
};

struct run {
	enum op op;
	bool running; /* in the world; nobody may be listening */
	int member, inst, peer;
	enum policy policy;
	bool back; /* OP_INSTALL: of the release of before */
	enum lie lie;
	bool acted;
	int64_t act_at, end_at, limit_at;
	enum ending ending;
	int status;
	struct buf out;
	/* OP_SESSION */
	char *statements, *next;
	int64_t wait_target, wait_until;
	bool answered; /* its end was told */
};

/* where: the member that the hook is told applications are to write to; -1 none. */
void run_start(struct sim *s, const struct command *c, int where);
int64_t run_next(const struct run *r);
void run_step(struct sim *s); /* what is due now */
void run_cut(struct sim *s, enum ending ending); /* killed now, with what it did so far */
void run_outcome(struct sim *s, struct outcome *ret); /* of a run that is over */
void run_done(struct run *r);

/* session.c */
void session_step(struct sim *s);
/* guard.c */
void guard_call(struct sim *s, struct run *r);
void guard_due(struct sim *s, int member);
/* act.c: what the tool does, and what it prints. */
void run_act(struct sim *s);
void run_half(struct sim *s); /* it dies in the middle */

#endif
