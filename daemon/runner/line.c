/*
 * One connection: ssh as a master without a command. It prints "ready" once the control
 * socket is there, by its LocalCommand, and what goes wrong.
 *
 * The site's ssh_config holds, and the options of the host before it. Only what makes a
 * master of it, and what would make it ask somebody, stands before both.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/ssh_words.h"
#include "daemon/runner/stream.h"

#define READY        "upgraded: connected"
#define SAID_MOST    8192
#define CONNECT_MS   60000 /* jump hosts have no limit of their own */
#define UNUSED_MS    60000
#define TERM_KILL_MS 2000

static void
add_options(struct str_list *argv, const char *const *options)
{
	for (; *options != NULL; options++) {
		str_list_add(argv, "-o");
		str_list_add(argv, *options);
	}
}

static void
make_argv(const struct line *l, struct str_list *argv)
{
	static const char *const ours[] = { "ControlMaster=yes", "ControlPersist=no",
		"BatchMode=yes", "PermitLocalCommand=yes",
		"LocalCommand=echo '" READY "'", "LogLevel=INFO", "ForwardX11=no",
		"ForwardAgent=no", "ClearAllForwardings=yes", "RemoteCommand=none",
		NULL };
	static const char *const defaults[] = { "StrictHostKeyChecking=yes",
		"ConnectTimeout=10", "ServerAliveInterval=3", "ServerAliveCountMax=3",
		NULL };
	static const char *const stays[] = { "ForkAfterAuthentication=no", NULL };
	const struct host *h = &l->far->host;

	str_list_add(argv, "ssh");
	str_list_add(argv, "-N");
	str_list_addf(argv, "-oControlPath=%s", l->path);
	add_options(argv, ours);
	if (l->far->forks) /* no word for every release of ssh */
		add_options(argv, stays);
	for (size_t i = 0; i < h->ssh_options.count; i++)
		str_list_add(argv, h->ssh_options.items[i]);
	add_options(argv, defaults);
	str_list_add(argv, "--");
	str_list_add(argv, h->ssh_destination);
}

/* Keys may be in an agent, tickets in a cache. */
static void
make_env(struct str_list *env)
{
	static const char *const names[] = { "SSH_AUTH_SOCK", "KRB5CCNAME", "USER",
		"LOGNAME" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (getenv(names[i]) != NULL)
			str_list_addf(env, "%s=%s", names[i], getenv(names[i]));
}

/* Sockets of a daemon that was killed: its number in their names is nobody's any more. */
static void
remove_stale(const char *directory)
{
	DIR *all = opendir(directory);
	const struct dirent *entry;
	int pid;

	if (all == NULL)
		return;
	while ((entry = readdir(all)) != NULL)
		if (sscanf(entry->d_name, "ssh.%d.", &pid) == 1 && pid > 1 &&
		    kill(pid, 0) != 0 && errno == ESRCH)
			unlinkat(dirfd(all), entry->d_name, 0);
	closedir(all);
}

static int
make_path(struct line *l, struct ud_error *err)
{
	struct runner *r = l->far->runner;
	char made[] = "/tmp/upgraded-XXXXXX";

	if (r->directory == NULL) {
		if (mkdtemp(made) == NULL)
			return ud_fail(err, UD_ESYSTEM, "/tmp: %s", strerror(errno));
		r->directory = mem_strdup(made);
		r->own_directory = true;
	}
	if (r->lines == 0)
		remove_stale(r->directory);
	l->path = mem_printf("%s/ssh.%d.%d", r->directory, (int)getpid(), ++r->lines);
	unlink(l->path);
	return 0;
}

/* ---- what it says ---- */

static void
on_up(struct line *l)
{
	struct far *f = l->far;

	l->up = true;
	buf_clear(&l->said);
	log_event(LOG_INFO, "ssh.up", KV_STR("host", f->host.name),
	    KV_STR("destination", f->host.ssh_destination));
	if (f->greeted)
		far_reached(f);
	timer_start(l->timer, UNUSED_MS);
	far_schedule(f, 0);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct line *l = arg;

	(void)fd;
	(void)what;
	if (!stream_read(l->out, &l->said))
		event_del(l->readable);
	if (!l->up && strstr(buf_text(&l->said), READY "\n") != NULL)
		on_up(l);
}

/* One that was up and says nothing. */
static void
lost_in_words(struct line *l, const struct child_end *end)
{
	int status = end->wait_status;

	if (end->failure != NULL || (l->said.len > 0 && l->said.data[0] != '\0'))
		return;
	if (WIFSIGNALED(status)) {
		buf_addf(&l->said, "ssh was ended by signal %d", WTERMSIG(status));
	} else if (WEXITSTATUS(status) != 0) {
		buf_addf(&l->said, "ssh ended with status %d", WEXITSTATUS(status));
	} else {
		l->far->forks = true;
		buf_adds(&l->said, "ssh went to the background, as ForkAfterAuthentication asks for");
	}
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct line *l = arg;
	struct far *f = l->far;
	char *why;

	l->child = NULL;
	stream_read(l->out, &l->said);
	if (l->up) {
		lost_in_words(l, end);
		far_lost(f, l);
		return;
	}
	if (l->told)
		buf_adds(&l->said, "\nConnection timed out\n");
	why = ssh_words(f->host.name, f->host.ssh_destination, buf_text(&l->said));
	line_free(l);
	far_failed(f, why);
}

/* Up and unused, or not up for too long. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct line *l = arg;
	struct far *f = l->far;

	(void)fd;
	(void)what;
	if (!l->up) {
		child_signal(l->child, l->told ? SIGKILL : SIGTERM);
		l->told = true;
		timer_start(l->timer, TERM_KILL_MS);
	} else if (l->count > 0) {
		timer_start(l->timer, UNUSED_MS);
	} else {
		line_free(l);
		f->greeted = f->greeted && line_count(f) > 0;
	}
}

/* ---- life ---- */

static int
start_ssh(struct line *l, struct ud_error *err)
{
	struct runner *r = l->far->runner;
	struct str_list argv = { 0 }, env = { 0 };
	struct launch how = { .in = -1, .session = true, .dies_with_us = true };
	int ends[2];

	if (make_path(l, err) != 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return ud_fail(err, UD_ESYSTEM, "pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	make_argv(l, &argv);
	make_env(&env);
	how.argv = argv.items;
	how.env = env.items;
	how.out = ends[1];
	l->out = ends[0];
	l->child = launch(r, &how, on_ended, l, err);
	close(ends[1]);
	str_list_done(&argv);
	str_list_done(&env);
	return l->child != NULL ? 0 : -1;
}

void
line_start(struct far *f)
{
	struct event_base *base = f->runner->base;
	struct line *l = mem_alloc(sizeof(*l));
	struct ud_error err;

	l->far = f;
	l->out = -1;
	l->most = CHANNELS_MOST;
	buf_init(&l->said, SAID_MOST);
	TAILQ_INIT(&l->channels);
	LIST_INSERT_HEAD(&f->lines, l, entry);
	l->timer = evtimer_new(base, on_timer, l);
	if (start_ssh(l, &err) != 0) {
		line_free(l);
		far_failed(f, mem_printf("host %s: %s", f->host.name, err.text));
		return;
	}
	l->readable = event_new(base, l->out, EV_READ | EV_PERSIST, on_readable, l);
	event_add(l->readable, NULL);
	timer_start(l->timer, CONNECT_MS);
}

struct line *
line_with_room(struct far *f)
{
	struct line *l;

	LIST_FOREACH(l, &f->lines, entry)
		if (l->up && l->count < l->most)
			return l;
	return NULL;
}

bool
line_is_starting(const struct far *f)
{
	const struct line *l;

	LIST_FOREACH(l, &f->lines, entry)
		if (!l->up)
			return true;
	return false;
}

int
line_count(const struct far *f)
{
	const struct line *l;
	int count = 0;

	LIST_FOREACH(l, &f->lines, entry)
		count++;
	return count;
}

void
line_leave(struct channel *c)
{
	struct line *l = c->line;

	if (l == NULL)
		return;
	c->line = NULL;
	TAILQ_REMOVE(&l->channels, c, entry);
	l->count--;
	if (l->count == 0 && l->up)
		timer_start(l->timer, UNUSED_MS);
	far_schedule(l->far, 0);
}

/* Its channels see the end of their control sockets, each for itself. */
void
line_free(struct line *l)
{
	if (l->child != NULL) {
		child_signal(l->child, SIGTERM);
		child_give_up(l->child);
	}
	while (!TAILQ_EMPTY(&l->channels))
		line_leave(TAILQ_FIRST(&l->channels));
	LIST_REMOVE(l, entry);
	if (l->readable != NULL)
		event_free(l->readable);
	event_free(l->timer);
	if (l->out >= 0)
		close(l->out);
	if (l->path != NULL)
		unlink(l->path);
	buf_done(&l->said);
	free(l->path);
	free(l);
}
