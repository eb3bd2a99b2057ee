/*
 * What the configuration says: hosts with installations, pairs with members. Immutable
 * once loaded, but for what options of an upgrade say of members; a reload makes new ones. No
 * struct here holds an observation.
 */
#ifndef UD_MODEL_PAIR_H
#define UD_MODEL_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/str.h"
#include "daemon/model/settings.h"

struct advisories;
struct engine;

#define NAME_MAX_BYTES	  64 /* names of pairs, members, hosts, installations */
#define INSTALLATIONS_MAX 4  /* of one engine on one host */
#define MEMBERS_MAX	  130 /* 2 masters and 127 subscribers, and one to spare */

enum transport { TRANSPORT_LOCAL, TRANSPORT_SSH };

/* One release of the database software on one host: section `timesten "old" { }`. */
struct installation {
	char *name;   /* "old", "new", any name */
	char *engine; /* the section's word: "timesten", "postgres" */
	char *bin;    /* absolute folder of the vendor's tools */
	struct str_list env; /* NAME=value, added to the environment of every tool */
	struct settings settings; /* the engine's own keys */
};

struct host {
	char *name;
	enum transport transport;
	char *ssh_destination; /* NULL when local */
	struct str_list ssh_options;
	char *job_directory;
	char *backup_directory; /* NULL: none given */
	char *run_as;		/* NULL: the daemon's own user */
	struct installation *installations;
	size_t installation_count; /* at most INSTALLATIONS_MAX for each engine */
};

/* One database of a pair. */
struct member {
	char *name;
	const struct host *host;
	const struct pair *pair;
	int index;	 /* in pair->members, and in every array "one per member" */
	bool subscriber; /* as configured; masters find their role by observation */
	int port;	 /* static replication port, 0: none given */
	struct settings settings; /* the engine's own keys: dsn, dsn_new, store, path, ... */
	struct settings *said;	 /* keys that an upgrade says otherwise, see pair_say(); NULL: none
				  * can */
	struct settings *found;	 /* what looks found out about the way to it, see member_found();
				  * NULL: nothing can be kept */
};

enum hook {
	HOOK_NONE,
	HOOK_PAUSE_WRITES,
	HOOK_RESUME_WRITES,
	HOOK_INSTALL,
	HOOK_NOTIFY,
	HOOKS
};

/* A user of the database, with the file that holds the password; NULL: not given. */
struct account {
	char *user;
	char *password_file;
};

struct limits {
	int64_t write_pause_ms;	   /* P6 */
	int64_t redundancy_gap_ms; /* without a standby */
	int64_t migrate_ms;
	int64_t duplicate_ms;
	int64_t agent_stop_ms;
	int64_t drain_ms;
};

/*
 * How the budget of a write pause is shared out, in ms since it began, so that applications write
 * again before it is spent, whoever is there to see to it: first the daemon takes the swap back;
 * where nobody did, the guards on the hosts do; a daemon that cannot see the hosts takes it for
 * done and lets the applications go on.
 */
struct pause_shares {
	int64_t backout_ms; /* a fifth of the budget, 1.5 to 2 s, is left; of a small one half */
	int64_t lease_ms;   /* until then guards wait */
	int64_t trust_ms;   /* they have acted */
};
struct pause_shares pause_shares(const struct limits *limits);

struct poll_rates {
	int64_t idle_ms, upgrading_ms, swapping_ms;
};

/* Files beside those with facts about the vendors' releases that nobody reads. */
struct unread {
	char *text; /* "in /FOLDER: "error.conf""; NULL: there is none */
	char *read; /* those that are read there */
};

struct pair {
	char *name;
	const struct engine *engine;
	char *topology; /* "active-standby", "bidirectional", "single" */
	struct member *members;
	size_t member_count;
	struct account duplicate; /* ADMIN user for duplicates */
	struct account cache;	  /* cache administrator */
	char *marker_table;	  /* owner.name, NULL: none */
	struct str_list hooks[HOOKS]; /* argv; empty: absent */
	struct limits limits;
	struct str_list options; /* KEY=VALUE, for the procedures that take them */
	struct str_list gates; /* ids of gates, or one of "every-step", "none" */
	struct poll_rates poll;
	struct settings settings; /* the engine's own keys */
	const struct advisories *advisories; /* of all engines; NULL: none */
	const struct unread *unread; /* of all pairs; NULL: not looked for */
	const struct host *hosts; /* host_count of them: every one of the configuration */
	size_t host_count;
	char *file;		  /* where it was configured, for errors */
	int line;
};

const struct member *pair_member(const struct pair *p, const char *name); /* or NULL */
const struct host *pair_host(const struct pair *p, const char *name);	  /* or NULL */
const char *hook_name(enum hook hook); /* "pause_writes", ... */

/* The n-th installation of the pair's engine on the member's host, or NULL. */
const struct installation *member_installation(const struct member *m, int n);
int member_installation_count(const struct member *m);

/* Index of the installation with this name, or -1. */
int member_installation_find(const struct member *m, const char *name);

/* A key of the member, as an upgrade says it or else as configured; NULL: not said. The engine's
 * table says which exist. */
const char *member_setting(const struct member *m, const char *key);

/* The same as configured, whatever an upgrade says. */
const char *member_configured(const struct member *m, const char *key);

/*
 * From now on members have the keys that these options say, "KEY=VALUE" for all and
 * "KEY.MEMBER=VALUE" for one of them, before the configured ones; other options say nothing of
 * members. NULL: none. Replaces what was said before.
 */
void pair_say(const struct pair *p, const struct settings *options);

/* Do options say anything of a member? */
bool pair_says(const struct pair *p, const struct settings *options);

/* A name for what is configured of the members, to see later whether it is the same. */
#define PAIR_MEMBERS_TEXT 24
const char *pair_members_text(const struct pair *p, char buf[PAIR_MEMBERS_TEXT]);

/*
 * What the engine found out about the way to a member, and needs for every later command: its own
 * keys, kept as long as this configuration is in force. NULL: nothing yet. member_finds() is for
 * the engine's answers and judgement, which see the member as it is configured.
 */
const char *member_found(const struct member *m, const char *key);
void member_finds(const struct member *m, const char *key, const char *value);

/* The member that this one is to read from (key `upstream`), or NULL: not said. */
const struct member *member_upstream(const struct member *m);

#endif
