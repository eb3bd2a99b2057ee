/*
 * The folder of a job on this host: what job.sh left in it, and whether its process lives.
 *
 * A process is known by pid, start time and boot id together, so that a pid that was given
 * to somebody else later is never taken for the job.
 */
#ifndef UD_RUNNER_FOLDER_H
#define UD_RUNNER_FOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"

enum folder_state {
	FOLDER_MISSING,
	FOLDER_BARE,    /* claimed, its wrapper has not begun (or never will) */
	FOLDER_STARTED, /* pid, start and boot are set */
	FOLDER_ENDED,   /* and status is */
	FOLDER_BURIED,  /* nothing was run and nothing will be */
	FOLDER_UNREADABLE
};

#define BOOT_ID 40

struct folder {
	enum folder_state state;
	pid_t pid; /* also its session and its process group; 0 unknown */
	int64_t start;
	char boot[BOOT_ID];
	int status;
	int64_t started_wall_ms, ended_wall_ms; /* times of the files; 0 unknown */
	int error;                              /* FOLDER_UNREADABLE: errno */
};

void folder_read(const char *path, struct folder *ret);

/* Some process of the job lives: the wrapper, or one of its group that it left behind.
 * Only for FOLDER_STARTED; after a reboot nothing does. */
bool folder_lives(const struct folder *f);

/* The job began under the kernel that runs now: its times can be told in our clock. */
bool folder_is_of_this_boot(const struct folder *f);

/* Signals the job's group when it is still the job's. */
void folder_signal(const struct folder *f, int number);

/*
 * Claims a job that was not begun, so that it never will be: makes the folder when it is
 * missing, its pid file when it is bare. *ret_buried is false when somebody was faster:
 * read the folder again. UD_ESYSTEM when it cannot be written.
 */
int folder_bury(const char *path, bool *ret_buried, struct ud_error *err) UD_CHECKED;

/* Makes the folder of all jobs and its parents, 0700, given to uid and gid when it is new
 * ((uid_t)-1: as they come). */
int folder_make_parent(const char *directory, uid_t uid, gid_t gid,
    struct ud_error *err) UD_CHECKED;

void folder_remove(const char *path);

#endif
