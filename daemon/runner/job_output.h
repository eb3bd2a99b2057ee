/* Follows the output file of a job: keeps head and tail, hands on what is new, redacted. */
#ifndef UD_RUNNER_JOB_OUTPUT_H
#define UD_RUNNER_JOB_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"
#include "common/secret.h"

struct job_output {
	char *path;
	int fd; /* -1 not open yet */
	const struct secret
	    *secret; /* NULL: none. With one, whole lines are handed on */
	struct buf kept, line;
	bool cut; /* a line whose beginning is missing is on its way */
	/* Both may be NULL: as printed, for prompts; and what may be seen. */
	void (*raw)(void *arg, const char *text, size_t len);
	void (*seen)(void *arg, const char *text, size_t len);
	void *arg;
};

void job_output_init(struct job_output *o, char *path); /* takes the path over */
void job_output_done(struct job_output *o);

/* Reads what is new, at most 1 MiB. False when there is more. */
bool job_output_read(struct job_output *o);

/* The same for what was read elsewhere; text is changed. */
void job_output_add(struct job_output *o, char *text, size_t len);

/* So many bytes between the last and the next are not read. */
void job_output_skip(struct job_output *o, size_t len);

/* A last line without an end, as far as it may be seen now; then everything kept. */
char *job_output_take(struct job_output *o);

#endif
