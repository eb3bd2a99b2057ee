/*
 * One program under many names: the name it was called by is the utility it is, and the
 * directory it was called in is the instance (TIMESTEN_HOME when there is none).
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/timestend.h"
#include "tests/sandbox/utility.h"

/* clang-format off */
static const struct { const char *name; int (*fn)(struct utility *); } utilities[] = {
	{ "ttAdmin",       tt_admin },
	{ "ttRepAdmin",    tt_rep_admin },
	{ "ttIsql",        tt_isql },
	{ "ttMigrate",     tt_migrate },
	{ "ttBackup",      tt_backup },
	{ "ttRestore",     tt_restore },
	{ "ttDestroy",     tt_destroy },
	{ "ttStatus",      tt_status },
	{ "ttVersion",     tt_version },
	{ "ttDaemonAdmin", tt_daemon_admin },
	{ "ttXactAdmin",   tt_xact_admin },
};
/* clang-format on */

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Arguments as they may be logged: values of passwords are stars. */
static char *
masked(const char *arg, const char *before, bool *secret)
{
	static const char *const options[] = { "-pwd", "-pwdcrypt", "-cachePwd" };
	static const char *const keys[] = { "PWD=", "PWDCrypt=", "OraclePWD=",
		"IDENTIFIED BY " };
	char *copy = need_copy(arg), *at;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (before != NULL && strcasecmp(before, options[i]) == 0) {
			*secret = true;
			memset(copy, '*', strlen(copy));
		}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		at = strcasestr(copy, keys[i]);
		if (at == NULL)
			continue;
		at += strlen(keys[i]);
		if (*at != '\0' && *at != ';' && *at != '*')
			*secret = true;
		for (; *at != '\0' && *at != ';' && *at != ' '; at++)
			*at = '*';
	}
	return copy;
}

static void
note_begin(const struct utility *u)
{
	json_t *argv = json_array();
	bool secret = false;
	char *text;

	for (int i = 1; i < u->argc; i++) {
		text = masked(u->argv[i], u->argv[i - 1], &secret);
		json_array_append_new(argv, json_string(text));
		free(text);
	}
	record_event(u->w, NULL, "utility_begun", "{s:s,s:O}", "utility", u->name,
	    "argv", argv);
	if (secret)
		record_event(u->w, NULL, "secret_seen", "{s:s,s:O}", "utility", u->name,
		    "argv", argv);
	json_decref(argv);
}

/* The knob of a fault for this utility, or for this utility with one of its options. */
static bool
fault(const struct utility *u, const char *what, bool countdown)
{
	bool (*fn)(const struct world *, const char *, const char *) =
	    countdown ? knob_due : knob_take;
	char *name = need_format("%s.%s", what, u->name);
	bool hit = fn(u->w, NULL, name);

	free(name);
	for (int i = 1; i < u->argc && !hit; i++) {
		if (u->argv[i][0] != '-')
			continue;
		name = need_format("%s.%s%s", what, u->name, u->argv[i]);
		hit = strlen(name) < 80 && fn(u->w, NULL, name);
		free(name);
	}
	return hit;
}

static void
on_alarm(int sig)
{
	(void)sig;
	(void)kill(getpid(), SIGKILL);
}

static void
kill_later(const struct utility *u)
{
	int64_t ms = knob_int(u->w, NULL, "kill_after_ms", 20);
	struct itimerval t = { .it_value = { .tv_sec = ms / 1000,
				   .tv_usec = (ms % 1000) * 1000 + 1 } };

	signal(SIGALRM, on_alarm);
	(void)setitimer(ITIMER_REAL, &t, NULL);
}

static int
run_with_faults(struct utility *u, int (*fn)(struct utility *))
{
	struct sim_error err;
	int status;

	if (fault(u, "hang", true))
		for (;;)
			moment_sleep_ms(1000);
	if (fault(u, "kill", true))
		kill_later(u);
	if (fault(u, "exit_lies", true))
		return 0;
	if (fault(u, "fail", false)) {
		(void)refuse(&err, (int)knob_int(u->w, NULL, "fail_code", 9996),
		    "Injected by a knob");
		return utility_refuse(u, &err, 1);
	}
	moment_sleep_ms(knob_draw_ms(u->w, NULL, "slow", 0, 0));
	if (utility_tells_itself(u))
		return 0;
	status = fn(u);
	return fault(u, "exit_lies_fail", true) ? 1 : status;
}

static int
run_utility(struct world *w, int argc, char **argv, size_t which)
{
	struct utility u = { .w = w,
		.name = utilities[which].name,
		.argc = argc,
		.argv = argv,
		.errors = stderr };
	int status;

	if (world_host_down(w, w->host)) {
		fprintf(stderr, "ssh: connect to host %s port 22: No route to host\n",
		    w->host);
		return 255;
	}
	world_register(w);
	utility_dress_output(w);
	if (knob_int(w, NULL, "errors_on_stdout", 0))
		u.errors = stdout;
	note_begin(&u);
	status = run_with_faults(&u, utilities[which].fn);
	fflush(NULL);
	record_event(w, NULL, "utility_ended", "{s:s,s:i}", "utility", u.name, "status",
	    status);
	return status;
}

static void
leave(const struct world *w)
{
	char *path = need_format("%s/pids/%d", w->root, (int)getpid());

	(void)unlink(path);
	free(path);
}

int
main(int argc, char **argv)
{
	const char *name = last_part(argv[0]);
	struct world w;
	int status = 2;

	if (strcmp(name, "sandbox") == 0 || strcmp(name, "ttsim") == 0)
		return sandbox_main(argc, argv);
	if (world_find(&w, argv[0]) != 0) {
		fprintf(stderr, "%s: no instance: %s\n", name, argv[0]);
		return 2;
	}
	if (strcmp(name, "timestend") == 0)
		status = timestend_main(&w, argc, argv);
	else if (strcmp(name, "timestenrepd") == 0)
		status = agent_main(&w, argc, argv);
	else if (strcmp(name, "timestencached") == 0)
		status = cache_agent_main(&w, argc, argv);
	else
		for (size_t i = 0; i < ARRAY_SIZE(utilities); i++)
			if (strcasecmp(name, utilities[i].name) == 0)
				status = run_utility(&w, argc, argv, i);
	leave(&w);
	return status;
}
