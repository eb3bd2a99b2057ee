/* The tool of the sandbox as a child: what it says is read here. */
#include "tests/sandbox/oddtool.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void
child_begin(struct odd_child *c, char **argv, bool with_input)
{
	char path[8192];
	int in[2], out[2], err[2];

	snprintf(path, sizeof(path), "%s/bin/%s", odd_instance, odd_tool);
	if ((with_input && pipe(in) != 0) || pipe(out) != 0 || pipe(err) != 0)
		odd_die("pipe");
	c->pid = fork();
	if (c->pid < 0)
		odd_die("fork");
	if (c->pid == 0) {
		if (with_input) {
			dup2(in[0], 0);
			close(in[0]);
			close(in[1]);
		}
		dup2(out[1], 1);
		dup2(err[1], 2);
		close(out[0]);
		close(out[1]);
		close(err[0]);
		close(err[1]);
		argv[0] = path;
		execv(path, argv);
		_exit(127);
	}
	close(out[1]);
	close(err[1]);
	c->in = -1;
	if (with_input) {
		close(in[0]);
		c->in = in[1];
	}
	c->out = out[0];
	c->err = err[0];
}

static bool
take(int fd, struct odd_text *t)
{
	char buffer[65536];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n > 0)
		text_add(t, buffer, (size_t)n);
	return n > 0;
}

int
child_reap(struct odd_child *c)
{
	int status;

	while (waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool
child_await(struct odd_child *c, const char *word, struct odd_text *out,
    struct odd_text *err)
{
	struct pollfd fds[2] = { { .fd = c->out, .events = POLLIN },
		{ .fd = c->err, .events = POLLIN } };

	for (;;) {
		char *row =
		    word != NULL && out->s != NULL ? strstr(out->s, word) : NULL;

		if (row != NULL && strchr(row, '\n') != NULL) {
			row[0] = '\0';
			out->len = (size_t)(row - out->s);
			while (poll(&fds[1], 1, 0) > 0 &&
			    (fds[1].revents & POLLIN) != 0 && take(c->err, err))
				;
			return true;
		}
		if (fds[0].fd < 0 && fds[1].fd < 0)
			return false;
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0 && !take(c->out, out))
			fds[0].fd = -1;
		if (fds[1].revents != 0 && !take(c->err, err))
			fds[1].fd = -1;
	}
}
