/*
 * vfork(2): the child borrows our memory until it executes its program, so that a start
 * costs the same whatever the daemon holds. In between it may only make system calls;
 * those that libc does for all threads (setuid) are made directly. What failed is left
 * in our memory.
 */
#include "config.h"

#include "daemon/runner/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The last that was tried, NULL for the program itself, and why it failed. */
struct failure {
	volatile int number;
	const char *volatile what;
};

#define MAKES_FOLDER "folder"

#define TRY(f, words, call)          \
	do {                         \
		(f)->what = (words); \
		if ((call) < 0)      \
			return -1;   \
	} while (0)

static void
reset_signals(bool ignore_hup)
{
	struct sigaction reset = { .sa_handler = SIG_DFL };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &reset, NULL); /* KILL and STOP refuse, and need none */
	if (ignore_hup)
		sigaction(SIGHUP, &ignore, NULL);
}

/* A descriptor that is in its place already keeps its mark to be closed. */
static int
place(int fd, int target)
{
	if (fd == target)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, target);
}

static int
become(const struct user *u, struct failure *f)
{
	TRY(f, "groups", syscall(SYS_setgroups, (size_t)u->group_count, u->groups));
	TRY(f, "group", syscall(SYS_setgid, u->gid));
	TRY(f, "user", syscall(SYS_setuid, u->uid));
	return 0;
}

static int
prepare(const struct spawn *s, pid_t parent, struct failure *f)
{
	const struct launch *l = s->launch;
	int in = l->in < 0 ? s->null : l->in;
	int out = l->out < 0 ? s->null : l->out;

	if (l->session)
		TRY(f, "session", setsid());
	else
		TRY(f, "process group", setpgid(0, 0));
	TRY(f, "input", place(in, 0));
	TRY(f, "output", place(out, 1));
	TRY(f, "errors", place(out, 2));
	if (l->terminal)
		TRY(f, "terminal", ioctl(0, TIOCSCTTY, 0));
	if (s->user != NULL && become(s->user, f) != 0)
		return -1;
	if (l->dies_with_us) {
		TRY(f, "signal at our end", prctl(PR_SET_PDEATHSIG, SIGTERM));
		if (getppid() != parent)
			_exit(127);
	}
	/* What libraries or our starter left open; older kernels cannot, then it stays. */
	syscall(SYS_close_range, 3u, ~0u, 0u);
	if (l->folder != NULL)
		TRY(f, MAKES_FOLDER, mkdir(l->folder, 0700));
	return 0;
}

__attribute__((noreturn, noinline)) static void
run_child(const struct spawn *s, pid_t parent, struct failure *f)
{
	sigset_t none;

	reset_signals(s->launch->session);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (prepare(s, parent, f) == 0) {
		f->what = NULL;
		execvpe(s->launch->argv[0], s->launch->argv, s->env);
	}
	f->number = errno;
	_exit(127);
}

static int
explain(const struct launch *l, const struct failure *f, struct ud_error *err)
{
	const char *why = strerror(f->number);

	if (f->what == NULL)
		return ud_fail(err, UD_ESYSTEM, "%s: %s", l->argv[0], why);
	if (strcmp(f->what, MAKES_FOLDER) != 0)
		return ud_fail(err, UD_ESYSTEM, "%s: %s: %s", l->argv[0], f->what, why);
	return ud_fail(err, f->number == EEXIST ? UD_ESTATE : UD_ESYSTEM, "%s: %s",
	    l->folder, why);
}

int
spawn(const struct spawn *s, pid_t *ret, struct ud_error *err)
{
	struct failure f = { 0 };
	sigset_t all, before;
	pid_t parent = getpid(), pid;

	/* No handler of ours may run in the child, which has our memory. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = vfork();
	if (pid == 0)
		run_child(s, parent, &f);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		return ud_fail(err, UD_ESYSTEM, "fork: %s", strerror(errno));
	if (f.number == 0) {
		*ret = pid;
		return 0;
	}
	waitpid(pid, NULL, 0);
	return explain(s->launch, &f, err);
}
