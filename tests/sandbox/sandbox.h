/* The command `sandbox`: builds a cluster, starts, stops, shows and breaks it. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct plan {
	const char *root;
	const char *program; /* ttsim itself, absolute */
	const char *old_release, *new_release;
	const char *old_name, *new_name; /* of the instances */
	int subscribers;
	int rows;
	int cached; /* rows of each of two cached tables; 0: no cache groups */
	bool start_new;      /* daemons of the new instances too */
	bool new_path;       /* the new installation keeps its databases elsewhere */
	bool build;          /* make the pair; false leaves empty installations */
	const char *returns; /* "" or "RETURN RECEIPT" ... */
	int threshold; /* FAILTHRESHOLD of every store of a pair */
	bool automatic_ports;
	const char *charset; /* of the databases that are made */
	int new_bits;	     /* of the new instances */
	bool single; /* one database, without a replication scheme */
	bool second_host; /* of a single one: a host with the DSN master2, and no database */
	bool classic; /* two masters that replicate to each other, without subscribers */
};

/* One database of the cluster. */
struct place {
	char host[32], dsn[32];
	int port;
};

#define PLACES_MAX 8

/* sandbox_create.c */
int sandbox_create(const struct plan *p);
int sandbox_places(const struct plan *p, struct place *ret);

/* sandbox_pair.c: runs the utilities as a person would, until the pair serves. */
int sandbox_build_pair(const struct plan *p);
int sandbox_run(const char *root, const char *host, const char *instance,
    const char *utility, const char *const *args);

#endif
