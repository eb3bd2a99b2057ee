/* A loop, a runner and a folder for one test; and waiting with a limit instead of sleep. */
#ifndef UD_TESTS_UNIT_RUNNER_STAGE_H
#define UD_TESTS_UNIT_RUNNER_STAGE_H

#include "common/buf.h"
#include "daemon/runner/runner.h"

extern struct event_base *base;
extern struct runner *runner;
extern char folder[64];
extern const struct host *stage_host; /* where everything runs; NULL: here */

void stage_setup(void);
void stage_teardown(void);

/* What the callbacks of one process brought. */
struct ended {
	int calls;
	struct outcome o;
	struct buf progress;
	int order; /* 1 for the first that ended in this test */
};
void on_done(void *arg, struct outcome *o);              /* arg: struct ended */
void on_output(void *arg, const char *text, size_t len); /* arg: struct ended */

/* Turns the loop until it is so; fails the test after ten seconds (elsewhere thirty). */
#define WAIT_FOR(condition)                    \
	for (stage_wait_begin(); !(condition); \
	     stage_turn(__FILE__, __LINE__, #condition))
void stage_wait_begin(void);
void stage_turn(const char *file, int line, const char *what);

/* So many turns of the loop, 5 ms each at most: nothing is to happen. */
void turn_idle(int turns);

/* For a process that plays another daemon: turns the loop until it is killed. */
void stage_run(void) __attribute__((noreturn));

bool file_exists(const char *name); /* in the folder */
char *in_folder(const char *name);  /* its path; one of a few static buffers */

/* A job that runs a text in a shell; forget it with job_spec_done. */
struct script {
	struct command command;
	struct job_spec spec;
	char directory[96];
};
void script_init(struct script *s, const char *id, const char *text);
void script_done(struct script *s);

/* The text is run as a job to its end. */
void run_script(const char *id, const char *text, struct ended *ret);

#endif
