/*
 * The configuration of one simulated site: an active standby pair with subscribers, each
 * member on a host of its own with two installations, "old" (0) and "new" (1); or, where a
 * patch replaces the release in its place, with one, "old".
 */
#ifndef UD_TESTS_SIMULATION_SITE_H
#define UD_TESTS_SIMULATION_SITE_H

#include "common/release.h"
#include "daemon/model/pair.h"

enum { INST_OLD, INST_NEW, INSTS };

#define SITE_SUBSCRIBERS 3
#define SITE_MEMBERS	 (2 + SITE_SUBSCRIBERS)

#define SITE_FROM "11.2.2.8.0"
#define SITE_TO	  "22.1.1.27.0"
#define SITE_PATCH "11.2.2.8.35"

struct site {
	struct pair pair;
	struct member members[SITE_MEMBERS];
	struct host hosts[SITE_MEMBERS];
	struct installation installations[SITE_MEMBERS][INSTS];
	struct release from, to;
	bool patch; /* asp-patch in place; else asp-major */
};

struct site_wish {
	bool patch;
	int subscribers; /* 0 to SITE_SUBSCRIBERS */
	int side_by_side; /* of them worked on at once; 0: nothing is said */
	bool no_marker;	 /* no marker table */
	bool no_pause_hook, no_resume_hook, no_install_hook;
	bool guard_login; /* the account logs in from master to master */
	const char *const *gates; /* NULL-ended; NULL: none */
	int64_t write_pause_ms;	  /* 0: 10 s */
	int64_t drain_ms;	  /* 0: 5 min */
};

/* s must not move afterwards: members and hosts point into it. */
void site_init(struct site *s, const struct site_wish *wish);
void site_done(struct site *s);

#endif
