/* A job, for job.c that begins it and job_follow.c that waits for its end. */
#ifndef UD_RUNNER_JOB_H
#define UD_RUNNER_JOB_H

#include "daemon/runner/folder.h"
#include "daemon/runner/job_output.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/prompt.h"

#define TICK_MS 100 /* between looks at a folder */

enum told { TOLD_NOTHING, TOLD_LIMIT, TOLD_CANCEL };

struct job {
	LIST_ENTRY(job) entry;
	struct runner *runner;
	char *path;
	int64_t limit_ms;
	job_done_fn *done;
	job_output_fn *output;
	void *arg;
	struct secret *own_password; /* read by us; NULL: none, or the caller's */
	const struct secret *password;
	struct prompt *prompt; /* NULL: no terminal */
	struct child *child;   /* NULL: not ours, or ended */
	bool ours;             /* was our child */
	struct folder folder;
	struct job_output out;
	struct event *tick, *limit;
	enum told told; /* to end, and why */
	bool over;      /* the outcome is decided */
	int64_t bare_since_ms;
	struct outcome outcome;
};

/* job_follow.c */
void job_follow_init(struct job *j);
void job_follow(struct job *j, int64_t after_ms); /* looks at it then, and goes on so */
void job_fail(struct job *j, const char *text);   /* ends it; told from the loop */
void job_ended(void *arg, int wait_status);       /* its wrapper, our child, ended */

/* job.c */
void job_free(struct job *j);

#endif
