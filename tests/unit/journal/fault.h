/*
 * A layer between SQLite and the files that fails on command: the n-th write kills the
 * process, or kills it and takes back what was not synced, or has no space left.
 */
#ifndef UD_TESTS_UNIT_JOURNAL_FAULT_H
#define UD_TESTS_UNIT_JOURNAL_FAULT_H

#include <stdbool.h>

enum fault {
	FAULT_NONE,
	FAULT_KILL, /* the process ends before the n-th change of a file */
	FAULT_CUT, /* the same, and every change since the last sync of its file is lost */
	FAULT_TORN, /* the same, and every second one of them is lost */
	FAULT_FULL, /* no space from the n-th write on, until it is cleared */
	FAULT_SYNC  /* the n-th sync fails, once */
};

#define FAULT_STATUS 77 /* exit status of a process that was killed so */

void fault_install(void); /* for every file opened from here on */
void fault_set(enum fault what,
    int nth); /* counts from 1; also forgets earlier counts */
bool fault_happened(void);

#endif
