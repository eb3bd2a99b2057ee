#include "tests/sandbox/agent.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

#define TICK_MS   20
#define SLOW_MS   100
#define PEERS_MAX 200

static volatile sig_atomic_t told_to_stop;

static void
on_term(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

static int
own_port(struct agent *a)
{
	return (int)store_int(a->c.s.self,
	    "SELECT port FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    a->c.s.name, a->c.w.host);
}

static int
listen_at_port(struct agent *a)
{
	a->port = own_port(a);
	a->listener = wire_listen(&a->c.w, a->c.w.host, &a->port);
	if (a->listener < 0) {
		record_diag(&a->c.w, "REP", "cannot listen on port %d: %s", a->port,
		    strerror(errno));
		return -1;
	}
	store_set_int(&a->c.s, "listen_port", a->port);
	world_set_agent_port(&a->c.w, a->c.s.name, a->port);
	return 0;
}

/* Asked by the daemon: goes on for a while, as threads end one by one (R6.2). */
static void
begin_stop(struct agent *a)
{
	if (a->stop_ms != 0)
		return;
	a->stop_ms =
	    moment_ms() + knob_draw_ms(&a->c.w, a->c.s.name, "agent_stop", 200, 1500);
	if (knob_is(&a->c.w, a->c.s.name, "agent_slow_stop", "never", ""))
		a->stop_ms = INT64_MAX;
	else
		a->stop_ms += knob_int(&a->c.w, a->c.s.name, "agent_slow_stop", 0);
}

static void
hear_daemon(struct agent *a)
{
	json_t *message;

	if (wire_fill(&a->c.wire) != 0) {
		/* The daemon is gone, and the database with it. */
		record_event(&a->c.w, a->c.s.name, "agent_lost_daemon", NULL);
		_exit(3);
	}
	while ((message = wire_next(&a->c.wire)) != NULL) {
		const char *op = json_string_value(json_object_get(message, "op"));

		if (op != NULL && strcmp(op, "stop") == 0)
			begin_stop(a);
		json_decref(message);
	}
}

static void
accept_peer(struct agent *a)
{
	int fd = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC);
	struct receiver *r;

	if (fd < 0)
		return;
	r = need_zero(sizeof(*r));
	wire_init(&r->wire, fd);
	TAILQ_INSERT_TAIL(&a->receivers, r, link);
}

static void
serve(struct agent *a)
{
	struct pollfd fds[PEERS_MAX];
	struct transmitter *t;
	struct receiver *r, *next;
	nfds_t n = 2;

	fds[0] = (struct pollfd){ .fd = a->c.wire.fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = a->listener, .events = POLLIN };
	TAILQ_FOREACH(t, &a->transmitters, link)
		if (n < PEERS_MAX)
			fds[n++] =
			    (struct pollfd){ .fd = t->wire.fd, .events = POLLIN };
	TAILQ_FOREACH(r, &a->receivers, link)
		if (n < PEERS_MAX)
			fds[n++] =
			    (struct pollfd){ .fd = r->wire.fd, .events = POLLIN };
	if (poll(fds, n, TICK_MS) < 0)
		return;
	if (fds[0].revents != 0)
		hear_daemon(a);
	n = 2;
	TAILQ_FOREACH(t, &a->transmitters, link)
		if (n < PEERS_MAX && fds[n++].revents != 0 && t->wire.fd >= 0)
			send_input(a, t);
	for (r = TAILQ_FIRST(&a->receivers); r != NULL; r = next) {
		next = TAILQ_NEXT(r, link);
		if (n < PEERS_MAX && fds[n++].revents != 0)
			receive_input(a, r);
	}
	if (fds[1].revents != 0)
		accept_peer(a);
}

static void
tick(struct agent *a)
{
	struct transmitter *t;
	struct receiver *r, *next;

	role_settle(&a->c.s);
	if (moment_ms() >= a->next_slow_ms) {
		a->next_slow_ms = moment_ms() + SLOW_MS;
		send_refresh(a);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			a->duplicated = false;
		if (knob_take(&a->c.w, a->c.s.name, "agent_crash"))
			_exit(134);
	}
	TAILQ_FOREACH(t, &a->transmitters, link)
		send_tick(a, t);
	for (r = TAILQ_FIRST(&a->receivers); r != NULL; r = next) {
		next = TAILQ_NEXT(r, link);
		receive_tick(a, r);
	}
}

static int
tell_running(struct agent *a)
{
	json_t *answer;

	return session_ask(&a->c.w,
	    json_pack("{s:s,s:s,s:i}", "op", "agent_runs", "path", a->c.s.path, "port",
		a->port),
	    &answer, &(struct sim_error){ 0 });
}

static int
connect_database(struct agent *a, struct world *w, const char *path)
{
	struct sim_error err;
	struct dsn d = { .perm_size_mb = 32, .log_file_mb = 64 };

	need_fit(d.path, sizeof(d.path), path);
	if (session_open(&a->c, w, &d, "replication", "REPLISTENER", &err) == 0)
		return 0;
	record_diag(w, "REP", "%s: TT%d: %s", path, err.code, err.text);
	return -1;
}

int
agent_main(struct world *w, int argc, char **argv)
{
	struct agent *a = need_zero(sizeof(*a));

	if (argc != 2)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_term);
	world_register(w);
	moment_sleep_ms(
	    knob_draw_ms(w, world_store_name(argv[1]), "agent_start", 200, 1000));
	TAILQ_INIT(&a->transmitters);
	TAILQ_INIT(&a->receivers);
	if (connect_database(a, w, argv[1]) != 0)
		return 1;
	snprintf(a->incarnation, sizeof(a->incarnation), "%d-%lld", (int)getpid(),
	    (long long)moment_us());
	a->c.s.capture = false;
	if (listen_at_port(a) != 0 || tell_running(a) != 0)
		return 1;
	while (!told_to_stop && (a->stop_ms == 0 || moment_ms() < a->stop_ms)) {
		serve(a);
		tick(a);
	}
	store_set_int(&a->c.s, "listen_port", 0);
	world_set_agent_port(&a->c.w, a->c.s.name, 0);
	session_close(&a->c);
	return 0;
}
