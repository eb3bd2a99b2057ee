#include "tests/sandbox/sandbox.h"

#include <dirent.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/store.h"
#include "tests/sandbox/utility.h"
#include "tests/sandbox/wire.h"

static int
usage(void)
{
	fputs(
	    "usage: sandbox create ROOT [--old R] [--new R] [--subscribers N] [--rows N]\n"
	    "                            [--start-new] [--new-path] [--auto-ports] [--no-pair] [--single [--second-host]] [--classic]\n"
	    "                            [--charset C]\n"
	    "                            [--new-bits N]\n"
	    "                            [--returns CLAUSE] [--threshold N] [--cached N]\n"
	    "       sandbox start ROOT [HOST [INSTANCE]]   sandbox stop ROOT\n"
	    "       sandbox destroy ROOT                   sandbox status ROOT [--json]\n"
	    "       sandbox kill-host ROOT HOST            sandbox revive-host ROOT HOST\n"
	    "       sandbox kill-daemon ROOT HOST INSTANCE\n"
	    "       sandbox rows ROOT HOST STORE           sandbox knob ROOT NAME [VALUE]\n"
	    "       sandbox rows ROOT oracle               sandbox oracle ROOT SQL\n",
	    stderr);
	return 2;
}

/* A process of the sandbox is one that registered itself and has not been replaced since. */
static bool
is_ours(long pid, const char *registered)
{
	const char *born = strrchr(registered, ' ');

	return born != NULL && strtoull(born, NULL, 10) == world_process_birth(pid);
}

/* Kills the registered processes of a host, or of all (NULL). Returns how many there were. */
static int
kill_all(const char *root, const char *host)
{
	char *dir = need_format("%s/pids", root), *path, *text;
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		long pid = strtol(e->d_name, NULL, 10);

		if (pid <= 1 || pid == getpid())
			continue;
		path = need_format("%s/%s", dir, e->d_name);
		text = need_read_file(path);
		if (text != NULL &&
		    (host == NULL ||
			(strncmp(text, host, strlen(host)) == 0 &&
			    text[strlen(host)] == ' '))) {
			if (is_ours(pid, text) && kill((pid_t)pid, SIGKILL) == 0)
				n++;
			(void)unlink(path);
		}
		free(text);
		free(path);
	}
	if (d != NULL)
		closedir(d);
	free(dir);
	return n;
}

static int
stop(const char *root)
{
	/* Twice and until nobody is left: a daemon may just have started an agent. */
	for (int quiet = 0; quiet < 2;)
		quiet = kill_all(root, NULL) == 0 ? quiet + 1 : 0;
	return 0;
}

static int
remove_tree(const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

typedef int (
    *instance_fn)(const char *root, const char *host, const char *instance, void *arg);

/* Calls fn for each instance of the sandbox, in the order of the host names. */
static int
each_instance(const char *root, instance_fn fn, void *arg)
{
	char *hosts = need_format("%s/hosts", root), *opt;
	struct dirent **h, **i;
	int nh = scandir(hosts, &h, NULL, alphasort), ni, rc = 0;

	for (int a = 0; a < nh; a++) {
		opt = need_format("%s/%s/opt", hosts, h[a]->d_name);
		ni = h[a]->d_name[0] != '.' ? scandir(opt, &i, NULL, alphasort) : -1;
		for (int b = 0; b < ni; b++) {
			if (i[b]->d_name[0] != '.')
				rc |= fn(root, h[a]->d_name, i[b]->d_name, arg);
			free(i[b]);
		}
		if (ni >= 0)
			free(i);
		free(opt);
		free(h[a]);
	}
	if (nh >= 0)
		free(h);
	free(hosts);
	return rc;
}

struct choice {
	const char *host, *instance; /* NULL: every one */
	json_t *list;
};

static int
start_one(const char *root, const char *host, const char *instance, void *arg)
{
	const struct choice *c = arg;
	const char *const args[] = { "-force", "-start", NULL };

	if ((c->host != NULL && strcmp(c->host, host) != 0) ||
	    (c->instance != NULL && strcmp(c->instance, instance) != 0))
		return 0;
	(void)sandbox_run(root, host, instance, "ttDaemonAdmin", args);
	return 0;
}

/* A database as its own files tell: role, release and last commit. */
static void
describe_files(const struct world *w, json_t *db)
{
	static const char *const keys[] = { "role", "was", "release", "lineage", "mark",
		"kind", "scheme", "accepting" };
	const char *path = json_string_value(json_object_get(db, "path"));
	struct sim_error err;
	struct store s;
	int64_t gcn, pos;
	char *value;

	if (store_open(&s, w, path, &err) != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		value = store_get(&s, keys[i]);
		json_object_set_new(db, keys[i],
		    json_string(value != NULL ? value : ""));
		free(value);
	}
	store_last(&s, NULL, &gcn, &pos);
	json_object_set_new(db, "gcn", json_integer(gcn));
	/* Commits that some receiver has not acknowledged. */
	json_object_set_new(db, "unsent",
	    json_integer(store_int(s.self,
		"SELECT coalesce(max(%lld - acked), 0) FROM peer", (long long)gcn)));
	json_object_set_new(db, "position", json_integer(pos));
	store_close(&s);
}

static int
status_one(const char *root, const char *host, const char *instance, void *arg)
{
	struct choice *c = arg;
	struct world w;
	json_t *answer, *list, *db, *o;
	size_t i;

	if (world_at(&w, root, host, instance) != 0)
		return 0;
	answer = wire_ask(&w, json_pack("{s:s}", "op", "status"));
	list = json_incref(json_object_get(answer, "databases"));
	json_array_foreach(list, i, db)
		describe_files(&w, db);
	o = json_pack("{s:s,s:s,s:s,s:s,s:i,s:b,s:b,s:s,s:s,s:o?}", "host", host,
	    "address", world_address(&w, host) != NULL ? world_address(&w, host) : "",
	    "instance", instance, "release", w.release, "port", w.port, "daemon_up",
	    answer != NULL, "host_down", world_host_down(&w, host), "home", w.home,
	    "root", w.root, "databases", list);
	json_array_append_new(c->list, o);
	json_decref(answer);
	return 0;
}

static void
print_status(json_t *list)
{
	json_t *o, *db;
	size_t i, k;

	json_array_foreach(list, i, o) {
		printf("%-12s %-8s %-14s %s\n",
		    json_string_value(json_object_get(o, "host")),
		    json_string_value(json_object_get(o, "instance")),
		    json_string_value(json_object_get(o, "release")),
		    json_is_true(json_object_get(o, "daemon_up")) ? "up" : "down");
		json_array_foreach(json_object_get(o, "databases"), k, db)
			printf("    %-12s %-11s agent %-9s commit %lld\n",
			    world_store_name(
				json_string_value(json_object_get(db, "path"))),
			    json_string_value(json_object_get(db, "role")),
			    json_string_value(json_object_get(db, "agent")),
			    (long long)json_integer_value(json_object_get(db, "gcn")));
	}
}

static int
status(const char *root, bool as_json)
{
	struct choice c = { .list = json_array() };

	(void)each_instance(root, status_one, &c);
	if (as_json) {
		json_dumpf(c.list, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		print_status(c.list);
	}
	json_decref(c.list);
	return 0;
}

static void
note(const char *root, const char *host, const char *event)
{
	struct world w = { .part = { 0 } };

	need_fit(w.root, sizeof(w.root), root);
	need_fit(w.host, sizeof(w.host), host);
	need_fit(w.program, sizeof(w.program), "sandbox");
	record_event(&w, NULL, event, NULL);
}

static int
kill_host(const char *root, const char *host, bool down)
{
	char *mark = need_format("%s/hosts/%s/down", root, host);
	FILE *f;

	if (down && (f = fopen(mark, "we")) != NULL)
		fclose(f);
	note(root, host, down ? "host_killed" : "host_revived");
	if (down)
		(void)kill_all(root, host);
	else
		(void)unlink(mark);
	free(mark);
	return 0;
}

/* The main daemon of an instance alone: what it had in memory is gone with it. */
static int
kill_daemon(const char *root, const char *host, const char *instance)
{
	char *file = need_format("%s/hosts/%s/opt/%s/info/timestend.pid", root, host,
	    instance);
	char *text = need_read_file(file);
	long pid = text != NULL ? strtol(text, NULL, 10) : 0;
	struct world w = { .part = { 0 } };
	int rc = 1;

	need_fit(w.root, sizeof(w.root), root);
	need_fit(w.host, sizeof(w.host), host);
	need_fit(w.instance, sizeof(w.instance), instance);
	need_fit(w.program, sizeof(w.program), "sandbox");
	if (pid > 1 && kill((pid_t)pid, SIGKILL) == 0) {
		record_event(&w, NULL, "daemon_killed", NULL);
		rc = 0;
	}
	free(text);
	free(file);
	return rc;
}

static int
rows(const char *root, const char *host, const char *name)
{
	static const char *const dirs[] = { "data", "data-new" };
	struct world w = { .part = { 0 } };
	struct sim_error err;
	char *path, *text = NULL, *grave = NULL;
	struct store s;

	need_fit(w.root, sizeof(w.root), root);
	need_fit(w.host, sizeof(w.host), host);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		path = need_format("%s/hosts/%s/%s/%s", root, host, dirs[i], name);
		if (grave == NULL && store_open(&s, &w, path, &err) == 0) {
			grave = store_bury(&s);
			store_close(&s);
		}
		free(path);
	}
	if (grave == NULL)
		return 1;
	path = need_format("%s/%s", root, grave);
	text = need_read_file(path);
	fputs(text != NULL ? text : "", stdout);
	(void)unlink(path);
	free(path);
	free(text);
	free(grave);
	return 0;
}

static int
make(const char *root, struct plan *p)
{
	static char program[4096], real[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	(void)mkdir(root, 0755);
	if (n <= 0 || realpath(root, real) == NULL)
		need_die("cannot use %s", root);
	p->program = program;
	p->root = real;
	if (sandbox_create(p) != 0 || sandbox_build_pair(p) != 0)
		return 1;
	note(real, "-", "sandbox_ready");
	return 0;
}

static int
create(const char *root, int argc, char **argv)
{
	struct plan p = { .root = root,
		.old_release = "11.2.2.8.35",
		.new_release = "22.1.1.27.0",
		.old_name = "tt1122",
		.new_name = "tt2211",
		.subscribers = 2,
		.rows = 100,
		.build = true,
		.charset = "AL32UTF8",
		.new_bits = 64,
		.returns = "" };

	for (int i = 0; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--start-new") == 0)
			p.start_new = true;
		else if (strcmp(argv[i], "--new-path") == 0)
			p.new_path = true;
		else if (strcmp(argv[i], "--auto-ports") == 0)
			p.automatic_ports = true;
		else if (strcmp(argv[i], "--charset") == 0)
			p.charset = value, i++;
		else if (strcmp(argv[i], "--new-bits") == 0)
			p.new_bits = (int)strtol(value, NULL, 10), i++;
		else if (strcmp(argv[i], "--second-host") == 0)
			p.second_host = true;
		else if (strcmp(argv[i], "--single") == 0)
			p.single = true;
		else if (strcmp(argv[i], "--classic") == 0)
			p.classic = true, p.subscribers = 0;
		else if (strcmp(argv[i], "--no-pair") == 0)
			p.build = false;
		else if (strcmp(argv[i], "--old") == 0)
			p.old_release = value, i++;
		else if (strcmp(argv[i], "--new") == 0)
			p.new_release = value, i++;
		else if (strcmp(argv[i], "--subscribers") == 0)
			p.subscribers = (int)strtol(value, NULL, 10), i++;
		else if (strcmp(argv[i], "--rows") == 0)
			p.rows = (int)strtol(value, NULL, 10), i++;
		else if (strcmp(argv[i], "--cached") == 0)
			p.cached = (int)strtol(value, NULL, 10), i++;
		else if (strcmp(argv[i], "--threshold") == 0)
			p.threshold = (int)strtol(value, NULL, 10), i++;
		else if (strcmp(argv[i], "--returns") == 0)
			p.returns = value, i++;
		else
			return usage();
	}
	return make(root, &p);
}

int
sandbox_main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	char real[4096];
	struct choice c = { 0 };

	if (argc < 3)
		return usage();
	if (strcmp(verb, "create") == 0)
		return create(argv[2], argc - 3, argv + 3);
	if (realpath(argv[2], real) == NULL) {
		fprintf(stderr, "sandbox: no sandbox at %s\n", argv[2]);
		return strcmp(verb, "destroy") == 0 ? 0 : 1;
	}
	if (strcmp(verb, "start") == 0) {
		c.host = argc > 3 ? argv[3] : NULL;
		c.instance = argc > 4 ? argv[4] : NULL;
		return each_instance(real, start_one, &c);
	}
	if (strcmp(verb, "stop") == 0)
		return stop(real);
	if (strcmp(verb, "destroy") == 0)
		return stop(real) || remove_tree(real);
	if (strcmp(verb, "status") == 0)
		return status(real, argc > 3 && strcmp(argv[3], "--json") == 0);
	if (strcmp(verb, "kill-host") == 0 && argc == 4)
		return kill_host(real, argv[3], true);
	if (strcmp(verb, "revive-host") == 0 && argc == 4)
		return kill_host(real, argv[3], false);
	if (strcmp(verb, "kill-daemon") == 0 && argc == 5)
		return kill_daemon(real, argv[3], argv[4]);
	if (strcmp(verb, "rows") == 0 && argc == 4 && strcmp(argv[3], "oracle") == 0)
		return cache_oracle_rows(real);
	if (strcmp(verb, "oracle") == 0 && argc == 4)
		return cache_oracle_run(real, argv[3]);
	if (strcmp(verb, "rows") == 0 && argc == 5)
		return rows(real, argv[3], argv[4]);
	if (strcmp(verb, "knob") == 0 && argc >= 4)
		return knob_set(real, argv[3], argc > 4 ? argv[4] : NULL) != 0;
	return usage();
}
