/* What grows while a job runs: how far it is, where its tool does not say. */
#ifndef UD_MODEL_GROWTH_H
#define UD_MODEL_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file or folder on the job's host. */
struct growth {
	char path[512]; /* absolute */
	bool prefix;	/* all that begin with path count, not only itself */
};

/* Rows that a job moved, from what its tool prints as it prints it. All zero: none yet. */
struct rows_moved {
	int64_t whole;	 /* of objects that are done */
	int64_t current; /* of the one in hand */
	bool told;	 /* some were */
	char line[160];	 /* the line that is not over yet */
	size_t len;
};

/* How far a job is; -1 unknown. */
struct growth_seen {
	int64_t kib;	     /* what there is of it by now */
	int64_t of_kib;	     /* what there will be at its end, about */
	int64_t bytes_per_s; /* lately */
	int64_t rows, of_rows; /* where its tool tells them */
	int64_t left_ms;     /* to its end at that rate, by rows where they are told, when of_kib is
			      * right */
};

#endif
