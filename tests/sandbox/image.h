/*
 * A whole database as JSON lines: what ttMigrate and ttBackup write, and what an agent sends
 * to ttRepAdmin -duplicate. It carries the point of history (epoch, gcn) at which it was
 * taken, so that a copy can go on from there.
 */
#ifndef SANDBOX_IMAGE_H
#define SANDBOX_IMAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/sandbox/store.h"

struct session;

enum image_kind { IMAGE_MIGRATE, IMAGE_BACKUP, IMAGE_DUPLICATE };

/* Told of each object: kind ("user", "table", "table_end"; "user_exists", "table_exists" and
 * "scheme_exists" of what could not be made), its name, rows done and of how many. */
typedef void (*image_told)(void *arg, const char *kind, const char *name, int64_t done,
    int64_t of);

struct image_writer {
	struct store *s;
	struct session *session; /* it fails when that one is lost; may be NULL */
	FILE *to;
	enum image_kind kind;
	image_told told;
	void *arg;
	int64_t rows_per_s;   /* 0: as fast as it goes */
	int64_t full_at;      /* bytes until the disk is full; 0: never */
	int64_t stop_percent; /* of the rows, then it fails; 0: never */
	bool no_scheme;       /* ttMigrate -noRepUpgrade */
	bool no_rows;         /* ttMigrate -nr */
	int64_t gcn;          /* out: the point at which it was taken */
	bool
	    torn; /* out: somebody wrote meanwhile; what is restored of it diverges (R8.1) */
};

/*
 * Writes the image. With one snapshot when nothing writes to the database; a ttMigrate of a
 * database that is being written reads each table at its own moment, as the real one does.
 * 0, or -1 with err.
 */
int image_write(struct image_writer *iw, struct sim_error *err);

struct image_reader {
	const struct world *w;
	struct session *session;
	FILE *from;
	const char
	    *path; /* DataStore of the target, which exists; what it holds stays */
	enum image_kind kind;
	image_told told;
	void *arg;
	int64_t rows_per_s;
	int64_t stop_percent;
	bool no_scheme;     /* ttMigrate -noRepUpgrade */
	bool no_rows;       /* ttMigrate -nr */
	bool no_cache;	    /* -noKeepCG: cache groups become plain tables */
	int failed_objects; /* out */
	int64_t gcn;        /* out */
};

/*
 * Fills an existing database. 0 also when single objects failed (failed_objects); -1 when the
 * image ends early or cannot be read.
 */
int image_read(struct image_reader *ir, struct sim_error *err);

/* The first line of an image file, or NULL. */
json_t *image_head(const char *file);

#endif
