/*
 * What goes wrong in a run. Faults are drawn by the seed; most of them wait for the n-th
 * command, the n-th write of the journal or the n-th turn, so that over many seeds each of
 * them strikes at every place.
 */
#ifndef UD_TESTS_SIMULATION_FAULTS_H
#define UD_TESTS_SIMULATION_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/simulation/site.h"

struct sim;
struct run;

enum fault_kind {
	/* the supervisor */
	FAULT_CRASH_BEFORE_WRITE,
	FAULT_CRASH_AFTER_WRITE,
	FAULT_CRASH_LATER,
	FAULT_JOURNAL_FULL,
	FAULT_JOB_GONE,
	/* people */
	FAULT_ABORT,
	FAULT_ABORT_LATER,
	FAULT_HOLD,
	FAULT_HUMAN_STEP,
	FAULT_HUMAN_WRONG,
	/* tools */
	FAULT_SAYS_DONE,
	FAULT_SAYS_REFUSED,
	FAULT_FAILS,
	FAULT_DIES_HALFWAY,
	FAULT_ANSWER_LOST,
	FAULT_NOT_STARTED,
	FAULT_HOOK_FAILS,
	/* hosts */
	FAULT_UNREACHABLE,
	FAULT_CUT,
	FAULT_DAEMON_DOWN,
	FAULT_AGENT_DIES,
	FAULT_READER,
	/* the database, for the whole run */
	FAULT_AGENT_SLOW,
	FAULT_AGENT_NEVER,
	FAULT_ROLE_LATE,
	FAULT_RECOVERING_LONG,
	FAULT_WAIT_QUIET,
	FAULT_WAIT_LIES,
	FAULT_HOLD_LOST,
	FAULT_ROGUE,
	FAULT_NEEDS_NO_AGENT,
	FAULT_IDLE_SENDS,
	FAULT_LOG_MOVES,
	FAULT_POLICIES,
	FAULT_SLOW_FLOW,
	FAULT_SCHEMA,
	FAULTS
};

#define FAULTS_MAX 6

struct fault {
	enum fault_kind kind;
	int64_t at;   /* countdown, or time */
	int member;
	int64_t ms;   /* how long */
	int times;
	bool over;
};

struct faults {
	struct fault list[FAULTS_MAX];
	int count;
	int64_t turns, writes, commands;
	int hook_fails;
	bool drawn[FAULTS];
	int64_t last_ms; /* when the last one struck */
	bool mended;	 /* nothing goes wrong any more */
};

const char *fault_name(enum fault_kind k);
void faults_draw(struct sim *s, const char *only);
void faults_text(const struct sim *s, char *buf, size_t size);

/* Hooks into the run; each may strike. */
void fault_turn(struct sim *s);
enum write_fault { WRITE_FINE, WRITE_FULL, WRITE_CRASH_BEFORE, WRITE_CRASH_AFTER };
enum write_fault fault_write(struct sim *s);
void fault_command(struct sim *s, struct run *r);
void fault_time(struct sim *s);
int64_t fault_next(const struct sim *s);
bool fault_job_is_gone(struct sim *s);

/* Somebody mends everything: hosts, daemons, agents, hooks; no fault strikes any more. */
void faults_mend(struct sim *s);

#endif
