#include "tests/sandbox/timestend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/store.h"

#define TICK_MS     100
#define CLIENTS_MAX 1000

static void
accept_client(struct daemon *d)
{
	int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
	struct client *c;

	if (fd < 0)
		return;
	c = need_zero(sizeof(*c));
	wire_init(&c->wire, fd);
	TAILQ_INSERT_TAIL(&d->clients, c, link);
}

static void
serve_client(struct daemon *d, struct client *c)
{
	bool ended = wire_fill(&c->wire) != 0;
	json_t *request, *answer;

	while ((request = wire_next(&c->wire)) != NULL) {
		answer = answer_request(d, c, request);
		json_decref(request);
		if (wire_send(&c->wire, answer) != 0)
			ended = true;
	}
	if (ended)
		client_drop(d, c);
}

/* Waits for requests and serves them; at most one tick. */
static void
serve(struct daemon *d)
{
	static struct pollfd fds[CLIENTS_MAX + 1];
	static struct client *of[CLIENTS_MAX + 1];
	struct client *c;
	nfds_t n = 1;

	fds[0] = (struct pollfd){ .fd = d->listener, .events = POLLIN };
	TAILQ_FOREACH(c, &d->clients, link) {
		if (n > CLIENTS_MAX)
			break;
		of[n] = c;
		fds[n++] = (struct pollfd){ .fd = c->wire.fd, .events = POLLIN };
	}
	if (poll(fds, n, TICK_MS) <= 0)
		return;
	for (nfds_t i = 1; i < n; i++)
		/* An earlier request of this round may have invalidated this client. */
		TAILQ_FOREACH(c, &d->clients, link)
			if (c == of[i] && fds[i].revents != 0 &&
			    c->wire.fd == fds[i].fd) {
				serve_client(d, c);
				break;
			}
	if (fds[0].revents != 0)
		accept_client(d);
}

static void
tick(struct daemon *d)
{
	struct entry *e;

	agent_reap(d);
	TAILQ_FOREACH(e, &d->entries, link) {
		agent_tick(d, e);
		if (e->recovering && moment_ms() >= e->ready_ms)
			e->recovering = false;
		if (e->unload_ms != 0 && moment_ms() >= e->unload_ms)
			entry_unload(d, e, "ram policy");
		if (e->loaded && knob_take(d->w, e->name, "invalidate"))
			entry_invalidate(d, e, "knob");
	}
	if (knob_take(d->w, NULL, "daemon_crash")) {
		record_event(d->w, NULL, "daemon_killed", NULL);
		_exit(134);
	}
}

static void
write_pid_file(const struct world *w)
{
	char *path = need_format("%s/info/timestend.pid", w->home);
	FILE *f = fopen(path, "we");

	if (f != NULL) {
		fprintf(f, "%d\n", (int)getpid());
		fclose(f);
	}
	free(path);
}

static volatile sig_atomic_t told_to_stop;

static void
on_term(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

/* A stop with loaded databases invalidates every one of them (R6.4). */
static void
shut_down(struct daemon *d)
{
	char *path = need_format("%s/info/timestend.sock", d->w->home);
	struct entry *e;

	(void)unlink(path);
	free(path);
	TAILQ_FOREACH(e, &d->entries, link)
		if (e->loaded)
			entry_invalidate(d, e, "daemon stop");
	entry_save_all(d);
	path = need_format("%s/info/timestend.pid", d->w->home);
	(void)unlink(path);
	free(path);
	(void)world_server_set(d->w, false);
	record_event(d->w, NULL, "daemon_stopped", NULL);
}

/* The server comes up with the daemon, unless `server = manual` in instance.conf. */
static void
start_server(const struct daemon *d)
{
	char *file = need_format("%s/conf/instance.conf", d->w->home);
	char *value = world_setting(file, "server");

	(void)world_server_set(d->w, value == NULL || strcmp(value, "manual") != 0);
	free(value);
	free(file);
}

static void
load_policies(struct daemon *d)
{
	struct sim_error err;
	struct entry *e;

	start_server(d);
	TAILQ_FOREACH(e, &d->entries, link) {
		if (strcmp(e->ram_policy, "always") == 0)
			(void)entry_load(d, e, &err);
		if (strcmp(e->rep_policy, "always") == 0)
			(void)agent_spawn(d, e);
		if (strcmp(e->cache_policy, "always") == 0 &&
		    entry_load(d, e, &err) == 0)
			cache_agent_run(d, e);
	}
}

int
timestend_main(struct world *w, int argc, char **argv)
{
	struct daemon d = { .w = w };

	(void)argc;
	(void)argv;
	TAILQ_INIT(&d.entries);
	TAILQ_INIT(&d.clients);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_term);
	d.listener = wire_listen_daemon(w);
	if (d.listener < 0)
		need_die("timestend: cannot listen: %s", strerror(errno));
	world_register(w);
	write_pid_file(w);
	entry_load_all(&d);
	record_event(w, NULL, "daemon_started", "{s:s}", "release", w->release);
	load_policies(&d);
	while (!d.stopping && !told_to_stop) {
		serve(&d);
		tick(&d);
	}
	shut_down(&d);
	return 0;
}
