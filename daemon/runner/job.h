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
	bool lives; /* some process of a job that has begun does */
	struct far *far; /* NULL: it runs here */
	struct far_look *asked; /* in hand of its host, NULL: nothing */
	struct far_look *signal; /* the same, beside it */
	bool heard; /* it was told to end */
	char *begin;  /* what starts it there; NULL: it is known whether it began */
	bool staged;  /* its wrapper comes over a terminal: */
	int terminal; /* the end that it gets; -1 once it has it */
	int64_t from; /* so much of its output was read */
	int lost;     /* questions without an answer, one after the other */
	int quiet;    /* looks that brought nothing new */
	bool more;    /* of its output is there */
	bool again;   /* something happened since it was asked */
	struct job_output out;
	struct event *tick, *limit;
	enum told told; /* to end, and why */
	bool over;      /* the outcome is decided */
	int64_t bare_since_ms;
	struct outcome outcome;
};

/* job_follow.c */
void job_judge(struct job *j, bool known); /* what its folder says now */
void job_decide(struct job *j, enum ending ending); /* its end, told from the loop */
void job_finish(struct job *j);			   /* tells it; there is no job any more */
void job_follow_init(struct job *j);
void job_follow(struct job *j, int64_t after_ms); /* looks at it then, and goes on so */
void job_fail(struct job *j, const char *text);   /* ends it; told from the loop */
void job_ended(void *arg, const struct child_end *end); /* its wrapper, our child */

/* job_far.c: one that runs on another host */
void job_far_start(struct job *j, const struct job_spec *spec);
void job_far_tick(struct job *j);
void job_far_signal(struct job *j, int number);
void job_far_bury(struct job *j);
void job_far_noted(struct job *j); /* it is said to be over */
void job_far_done(struct job *j);

/* job.c */
void job_free(struct job *j);

#endif
