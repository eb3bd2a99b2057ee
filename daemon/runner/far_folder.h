/* The folder of a job on another host, as ud_look of far_agent.sh tells it: one line. */
#ifndef UD_RUNNER_FAR_FOLDER_H
#define UD_RUNNER_FAR_FOLDER_H

#include "daemon/runner/folder.h"

struct far_folder {
	char state[16], boot[BOOT_ID];
	int pid, lives, status;
	long long start;
	long long size; /* of its output, bytes */
	long long from; /* where in it the text behind the line begins */
	int64_t now_ms, begun_ms, ended_ms; /* of its clock; 0 unknown */
};

/* False: it is no such line. */
bool far_folder_parse(const char *line, struct far_folder *ret);

/* What it says becomes what f knows. Times are told in our clock: of its own only differences count. */
void far_folder_take(const struct far_folder *s, struct folder *f);

#endif
