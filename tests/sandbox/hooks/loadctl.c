/*
 * loadctl: talks to the control socket of the load; the site's hooks in a test.
 *
 *   loadctl [--socket PATH] pause-writes | resume-writes | notify      as a hook
 *   loadctl [--socket PATH] pause [MS] | resume [NAME] | status | window | stop
 *
 * The socket is --socket or SANDBOX_LOAD_SOCKET. In C, not a script, because the write
 * pause is measured: it costs about a millisecond. As a hook it takes the active from
 * UPGRADED_ACTIVE_HOST or UPGRADED_ACTIVE, appends a line of JSON with every UPGRADED_*
 * value, the time and the outcome to PATH.hooks, and can be told to fail: when the file
 * PATH.fail-<hook> exists it prints its text and exits 1, having done nothing.
 *
 * A socket that is not there means that no application runs: nothing to pause, exit 0.
 * One that does not answer is a failure. Exit: 0 done, 1 refused or failed, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

extern char **environ;

static const struct {
	const char *verb, *command;
	bool hook;
} verbs[] = {
	{ "pause-writes", "pause", true },
	{ "resume-writes", "resume", true },
	{ "notify", NULL, true },
	{ "pause", "pause", false },
	{ "resume", "resume", false },
	{ "status", "status", false },
	{ "window", "window", false },
	{ "stop", "stop", false },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int
dial(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd, saved;

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* One line to the load and its answer; NULL with errno when there was none. */
static json_t *
ask(const char *path, const char *command, const char *arg)
{
	json_t *answer;
	int fd = dial(path);

	if (fd < 0)
		return NULL;
	if (arg != NULL)
		dprintf(fd, "%s %s\n", command, arg);
	else
		dprintf(fd, "%s\n", command);
	shutdown(fd, SHUT_WR);
	answer = json_loadfd(fd, JSON_DISABLE_EOF_CHECK, NULL);
	close(fd);
	if (answer == NULL)
		errno = EPROTO;
	return answer;
}

static void
record(const char *path, const char *hook, double from_ms, int status)
{
	static const char prefix[] = "UPGRADED_";
	char name[4096];
	json_t *o = json_object();
	char *text;
	int fd;

	json_object_set_new(o, "t_ms", json_real(from_ms));
	json_object_set_new(o, "took_ms", json_real(now_ms() - from_ms));
	json_object_set_new(o, "hook", json_string(hook));
	json_object_set_new(o, "exit", json_integer(status));
	for (char **e = environ; *e != NULL; e++) {
		const char *value = strchr(*e, '=');

		if (value == NULL || strncmp(*e, prefix, sizeof(prefix) - 1) != 0)
			continue;
		json_object_setn_new(o, *e, (size_t)(value - *e),
		    json_string(value + 1));
	}
	text = json_dumps(o, JSON_COMPACT);
	snprintf(name, sizeof(name), "%s.hooks", path);
	fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd >= 0 && text != NULL)
		dprintf(fd, "%s\n", text);
	if (fd >= 0)
		close(fd);
	free(text);
	json_decref(o);
}

/* A test wants this hook to fail: says so with the test's words. */
static bool
told_to_fail(const char *path, const char *hook)
{
	char name[4096], line[512];
	FILE *f;

	snprintf(name, sizeof(name), "%s.fail-%s", path, hook);
	f = fopen(name, "re");
	if (f == NULL)
		return false;
	if (fgets(line, sizeof(line), f) != NULL)
		fprintf(stderr, "%s\n", line);
	fclose(f);
	return true;
}

static const char *
active_of_environment(void)
{
	const char *host = getenv("UPGRADED_ACTIVE_HOST");
	const char *name = getenv("UPGRADED_ACTIVE");

	if (host != NULL && *host != '\0')
		return host;
	return name != NULL && *name != '\0' ? name : NULL;
}

static int
tell(const char *path, const char *command, const char *arg, bool print)
{
	json_t *answer = ask(path, command, arg);
	bool ok;

	if (answer == NULL && errno == ENOENT) {
		printf("no application runs: no socket %s\n", path);
		return print ? 1 : 0;
	}
	if (answer == NULL) {
		fprintf(stderr, "loadctl: %s: %s\n", path, strerror(errno));
		return 1;
	}
	ok = json_is_true(json_object_get(answer, "ok"));
	if (print)
		json_dumpf(answer, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	else if (!ok)
		json_dumpf(json_object_get(answer, "error"), stderr, JSON_ENCODE_ANY);
	printf("%s", print ? "\n" : "");
	json_decref(answer);
	return ok ? 0 : 1;
}

static int
run_hook(const char *path, const char *hook, const char *command)
{
	double from_ms = now_ms();
	int status = 0;

	if (told_to_fail(path, hook))
		status = 1;
	else if (command != NULL)
		status = tell(path, command,
		    strcmp(command, "resume") == 0 ? active_of_environment() : NULL,
		    false);
	record(path, hook, from_ms, status);
	return status;
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: loadctl [--socket PATH] pause-writes|resume-writes|notify|"
	    "pause [MS]|resume [NAME]|status|window|stop\n");
	return 2;
}

int
main(int argc, char **argv)
{
	const char *path = getenv("SANDBOX_LOAD_SOCKET");
	int at = 1;

	if (argc > 2 && strcmp(argv[1], "--socket") == 0) {
		path = argv[2];
		at = 3;
	}
	if (path == NULL || at >= argc)
		return usage();
	for (int i = 0; i < VERBS; i++) {
		if (strcmp(argv[at], verbs[i].verb) != 0)
			continue;
		if (verbs[i].hook)
			return run_hook(path, verbs[i].verb, verbs[i].command);
		return tell(path, verbs[i].command, argv[at + 1], true);
	}
	return usage();
}
