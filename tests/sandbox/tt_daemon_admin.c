/* ttDaemonAdmin: starts and stops the main daemon of the instance. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/utility.h"

static int
running_pid(const struct world *w)
{
	json_t *answer = wire_ask(w, json_pack("{s:s}", "op", "ping"));
	int pid = (int)json_integer_value(json_object_get(answer, "pid"));

	json_decref(answer);
	return pid;
}

/* Nobody may fetch the status of a daemon: a zombie has ended. */
static bool
has_ended(int pid)
{
	char *path = need_format("/proc/%d/stat", pid), state = 'Z';
	FILE *f = fopen(path, "r");

	free(path);
	if (f == NULL)
		return true;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	fclose(f);
	return state == 'Z' || state == 'X';
}

static void
become_daemon(const struct world *w)
{
	char *program = need_format("%s/bin/timestend", w->home);
	int null = open("/dev/null", O_RDWR);

	(void)setsid();
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	execl(program, program, (char *)NULL);
	_exit(127);
}

static void
say(const struct world *w, int pid, const char *what)
{
	if (world_since(w, 18, 1))
		printf("TimesTen Daemon (PID: %d, port: %d) %s\n", pid, w->port, what);
	else
		printf("TimesTen Daemon %s\n", what);
}

static int
start(struct utility *u, bool force)
{
	char *pid_file = need_format("%s/info/timestend.pid", u->w->home);
	bool stale = access(pid_file, F_OK) == 0;
	int64_t until = moment_ms() + 5000;
	int pid = running_pid(u->w);
	pid_t child;

	free(pid_file);
	if (pid != 0) {
		fprintf(u->errors, "TimesTen Daemon is already running (PID: %d)\n",
		    pid);
		return 1;
	}
	if (stale && !force) {
		fputs(
		    "A TimesTen daemon process id file exists; use -force to ignore it\n",
		    u->errors);
		return 1;
	}
	if (knob_take(u->w, NULL, "daemon_start_fails")) {
		fputs("TimesTen Daemon startup failed.\n", u->errors);
		return 1;
	}
	child = fork();
	if (child == 0) {
		/* A second child, so that the daemon is nobody's zombie. */
		if (fork() == 0)
			become_daemon(u->w);
		_exit(0);
	}
	while (moment_ms() < until && (pid = running_pid(u->w)) == 0)
		moment_sleep_ms(10);
	if (pid == 0) {
		fputs("TimesTen Daemon startup failed.\n", u->errors);
		return 1;
	}
	say(u->w, pid, "startup OK.");
	return 0;
}

static int
stop(struct utility *u)
{
	int pid = running_pid(u->w);
	json_t *answer;

	if (pid == 0) {
		fputs("TimesTen Daemon is not running.\n", u->errors);
		return 1;
	}
	answer = wire_ask(u->w, json_pack("{s:s}", "op", "stop"));
	json_decref(answer);
	for (int i = 0; i < 1000 && !has_ended(pid); i++)
		moment_sleep_ms(10);
	say(u->w, pid, "stopped.");
	return 0;
}

int
tt_daemon_admin(struct utility *u)
{
	struct option_spec o[] = { { "-start", 0 }, { "-stop", 0 }, { "-restart", 0 },
		{ "-force", 0 }, { "-startserver", 0 }, { "-stopserver", 0 },
		{ "-restartserver", 0 }, { NULL } };
	int rc;

	if (utility_parse(u, o, NULL, 0) < 0)
		return 1;
	if (o[4].seen || o[5].seen || o[6].seen) {
		if (running_pid(u->w) == 0) {
			fputs("TimesTen Daemon is not running.\n", u->errors);
			return 1;
		}
		if (world_server_set(u->w, !o[5].seen) != 0) {
			fputs("TimesTen Server startup failed: port in use.\n",
			    u->errors);
			return 1;
		}
		record_event(u->w, NULL,
		    o[5].seen ? "server_stopped" : "server_started", "{s:i}", "port",
		    world_server_port(u->w));
		puts(o[5].seen ? "TimesTen Server stopped."
			       : "TimesTen Server started.");
		return 0;
	}
	rc = o[1].seen || o[2].seen ? stop(u) : 0;
	if (rc == 0 && (o[0].seen || o[2].seen))
		rc = start(u, o[3].seen);
	return rc;
}
