#include "config.h"

#include "daemon/keeper.h"

#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/str.h"
#include "daemon/journal/journal.h"
#include "daemon/runner/runner.h"

#define START_LIMIT_MS 10000
#define START_TAKES_MS 500 /* to become the daemon */

struct keeper {
	struct runner *runner;
	const char *file, *directory;
	char program[512];
	bool in_hand;
	int64_t until_ms; /* of the open pause, as noted; -1: nothing was noted yet */
	pid_t pid; /* of the guard; 0: none */
	struct process *starting;
	struct event_base *base; /* left at the end of the pause; NULL: not at all */
};

struct keeper *
keeper_new(struct runner *r, const char *file, const char *state_directory)
{
	struct keeper *k;
	ssize_t n;

	if (getenv("NOTIFY_SOCKET") != NULL)
		return NULL;
	k = mem_alloc(sizeof(*k));
	k->runner = r;
	k->file = file;
	k->directory = state_directory;
	k->until_ms = -1;
	n = readlink("/proc/self/exe", k->program, sizeof(k->program) - 1);
	k->program[n > 0 ? n : 0] = '\0';
	return k;
}

static void
end(struct keeper *k)
{
	if (k->pid > 1)
		kill(k->pid, SIGKILL);
	k->pid = 0;
	if (k->starting != NULL)
		process_cancel(k->starting);
	k->starting = NULL;
}

static void
on_started(void *arg, struct outcome *o)
{
	struct keeper *k = arg;
	long pid = 0;

	k->starting = NULL;
	if (o->ending == ENDING_EXITED && o->status == 0 &&
	    sscanf(o->output, "guard %ld", &pid) == 1)
		k->pid = (pid_t)pid;
	else
		log_event(LOG_WARNING, "guard.failed", KV_STR("why", o->output),
		    KV_STR("next",
			"going on; should this daemon die in the write pause, start it again"));
	outcome_done(o);
	if (!k->in_hand)
		end(k);
}

static void
start(struct keeper *k)
{
	struct str_list argv = { 0 };
	char *env[] = { NULL };

	str_list_add(&argv, k->program);
	str_list_add(&argv, "-k");
	str_list_add(&argv, k->directory);
	str_list_add(&argv, "-c");
	str_list_add(&argv, k->file);
	k->starting = process_run(k->runner, NULL, argv.items, env, START_LIMIT_MS,
	    on_started, k);
	str_list_done(&argv);
}

static void
path_of(const char *directory, char *buf, size_t size)
{
	str_printf(buf, size, "%s/pause", directory);
}

/* On a full disk it may be left without its number: that is 0 then, and nothing waited for. */
static void
note_pause(struct keeper *k, int64_t until_ms)
{
	char path[512];
	FILE *f;

	if (k->until_ms == until_ms)
		return;
	k->until_ms = until_ms;
	path_of(k->directory, path, sizeof(path));
	if (until_ms == 0) {
		unlink(path);
		return;
	}
	f = fopen(path, "we");
	if (f == NULL)
		return;
	fprintf(f, "%lld\n", (long long)until_ms);
	fclose(f);
}

void
keeper_watch(void *arg, bool in_hand, int64_t until_ms)
{
	struct keeper *k = arg;

	if (k == NULL)
		return;
	note_pause(k, until_ms);
	if (k->base != NULL && until_ms == 0) {
		log_event(LOG_WARNING, "guard.over", KV_STR("why", "no write pause is open"),
		    KV_STR("next", "start the daemon: it goes on with the upgrade"));
		event_base_loopexit(k->base, NULL);
		k->base = NULL;
	}
	k->in_hand = in_hand;
	if (!in_hand && k->starting == NULL)
		end(k);
	else if (in_hand && k->pid == 0 && k->starting == NULL)
		start(k);
}

void
keeper_only_ends_pauses(struct keeper *k, struct event_base *base)
{
	if (k != NULL)
		k->base = base;
}

/* It was started with -k as its first word. */
bool
keeper_makes_way(const char *state_directory)
{
	long pid = journal_holder(state_directory);
	char path[64], text[1024];
	const char *word;
	size_t n;
	FILE *f;

	str_printf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	f = pid > 1 ? fopen(path, "re") : NULL;
	if (f == NULL)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	word = text + strlen(text) + 1;
	return word < text + n && str_equal(word, "-k") && kill((pid_t)pid, SIGTERM) == 0;
}

void
keeper_free(struct keeper *k)
{
	if (k == NULL)
		return;
	end(k);
	free(k);
}

/* ---- in the guard ---- */

static void
put(int fd, int target)
{
	if (fd >= 0 && fd != target)
		(void)!dup2(fd, target);
}

/* Its words go where the daemon's went, as far as that is a file or a terminal. */
static int
errors_of(pid_t daemon)
{
	char path[64];

	str_printf(path, sizeof(path), "/proc/%ld/fd/2", (long)daemon);
	return open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
}

/* For how long it may be waited, ms; -1: no pause was open. */
static int64_t
wait_ms(const char *directory)
{
	char path[512];
	long long until = 0;
	int64_t left;
	FILE *f;

	path_of(directory, path, sizeof(path));
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	if (fscanf(f, "%lld", &until) != 1)
		until = 0;
	fclose(f);
	left = until - START_TAKES_MS - clock_mono_ms();
	return left < 0 ? 0 : left;
}

void
keeper_wait(const char *state_directory)
{
	pid_t daemon = getppid(), guard;
	int watched = (int)syscall(SYS_pidfd_open, daemon, 0);
	int errors = errors_of(daemon), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct pollfd death = { .fd = watched, .events = POLLIN };
	struct timespec left;
	int64_t left_ms;

	if (watched < 0 || null < 0 || getppid() != daemon)
		exit(1);
	guard = fork();
	if (guard < 0)
		exit(1);
	if (guard > 0) {
		printf("guard %ld\n", (long)guard);
		exit(0);
	}
	setsid();
	put(null, 0);
	put(null, 1);
	put(errors >= 0 ? errors : null, 2);
	while (poll(&death, 1, -1) < 0)
		;
	close(watched);
	left_ms = wait_ms(state_directory);
	if (left_ms < 0)
		exit(0);
	left = (struct timespec){ .tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000 };
	while (nanosleep(&left, &left) != 0)
		;
}
