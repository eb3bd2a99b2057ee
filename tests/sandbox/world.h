/*
 * Where a program of the sandbox stands: which sandbox, host and instance.
 *
 *   ROOT/hosts.conf                         host name and loopback address, a line each
 *   ROOT/knobs  ROOT/log.jsonl  ROOT/graves/  ROOT/pids/
 *   ROOT/hosts/HOST/down                    exists while the host is down
 *   ROOT/hosts/HOST/opt/INSTANCE/bin/       links to ttsim
 *   ROOT/hosts/HOST/opt/INSTANCE/conf/      instance.conf, sys.odbc.ini
 *   ROOT/hosts/HOST/opt/INSTANCE/info/      socket and catalogue of the main daemon
 *   ROOT/hosts/HOST/opt/INSTANCE/diag/      tterrors.log
 */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct world {
	char root[PATH_MAX];
	char home[PATH_MAX]; /* of the instance */
	char host[128];
	char instance[64];
	char release[32];
	int part[5]; /* of the release */
	int bits;
	int port; /* of the main daemon */
	char program[32];
};

/*
 * A data source as a utility sees it: the DSN's lines of sys.odbc.ini, with what the
 * connection string says on top.
 */
struct dsn {
	char name[64];
	char path[PATH_MAX]; /* DataStore, without .ds0; "" when the DSN is unknown */
	char uid[64];
	char pwd[128];
	bool has_uid;
	bool has_pwd; /* PWD, PWDCrypt or PwdWallet was given, maybe empty */
	bool auto_create;
	bool may_be_forced; /* ForceDisconnectEnabled */
	bool temporary;
	int perm_size_mb;
	int log_file_mb;
	char charset[32];
	int type_mode;
	char wait[8];
	char connection[31]; /* ConnectionName, or "" */
};

/* Finds the instance by the directory of the program as invoked, else by TIMESTEN_HOME. */
int world_find(struct world *w, const char *argv0);

/* The instance of a host, for programs that live outside (simclient, sandbox). 0 or -1. */
int world_at(struct world *w, const char *root, const char *host, const char *instance);

/* `major` as TimesTen means it: three parts up to 11.2.x, two from 18.1 on, as one number. */
int world_major(const char *release);
int world_release_parse(const char *release, int part[5]);

/* True from release a.b on. */
bool world_since(const struct world *w, int a, int b);

/* Reads a DSN or a connection string. 0, or -1 when sys.odbc.ini does not know it. */
int world_dsn(const struct world *w, const char *argument, struct dsn *ret);

/* Loopback address of a host, compared without case, or NULL. Static storage. */
const char *world_address(const struct world *w, const char *host);

/* Host is marked down, or the way from here to there is cut by a knob. */
bool world_host_down(const struct world *w, const char *host);
bool world_reaches(const struct world *w, const char *from, const char *to);

/* Port on which the agent of a store listens now, as the host's daemon knows it; or 0. */
int world_agent_port(const struct world *w, const char *host, const char *store);
void world_set_agent_port(const struct world *w, const char *store, int port);

/* The TimesTen Server of the instance: it runs while ROOT/.../info/server exists. */
int world_server_port(const struct world *w);
bool world_server_runs(const struct world *w);

/* Starts or stops it; -1 when another instance of the host listens on its port. */
int world_server_set(const struct world *w, bool runs);

/* Store name: last component of the path. */
const char *world_store_name(const char *path);

/* Leaves and removes the mark that lets `sandbox stop` find this process. */
void world_register(const struct world *w);

/* When a process began, in clock ticks since boot: with the number it names a process. */
unsigned long long world_process_birth(long pid);

/* "key = value" or "key value" lines; the value of a key as text to free, or NULL. */
char *world_setting(const char *file, const char *key);

#endif
