/*
 * Measures the daemon from outside, over its control socket.
 *
 *	bench_client start SOCKET ROUNDS PROGRAM ARG...
 *	  Runs the program again and again; from exec until READY=1 of sd_notify(3), and
 *	  until the first good answer to /readyz. Prints both medians, ms; `-` when there was
 *	  no such answer within ten seconds.
 *	bench_client get SOCKET PATH COUNT INTERVAL_MS
 *	  As many GETs, each on a connection of its own, from connect to the answer's last
 *	  byte. Prints p50, p99 and the most, ms.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/str.h"

#define LIMIT_US 10000000

static void
die(const char *what)
{
	fprintf(stderr, "bench_client: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_un
address(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	str_copy(sa.sun_path, sizeof(sa.sun_path), path);
	return sa;
}

/* The HTTP status; -1 when nobody answers. */
static int
get(const char *path, const char *what)
{
	struct sockaddr_un sa = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status = -1;
	char buf[65536], head[16] = "";
	ssize_t n;
	size_t got = 0;

	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0) {
		dprintf(fd,
		    "GET %s HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n",
		    what);
		while ((n = read(fd, buf, sizeof(buf))) > 0) {
			for (ssize_t i = 0; i < n && got < sizeof(head) - 1; i++)
				head[got++] = buf[i];
		}
		if (got > 9)
			status = (int)strtol(head + 9, NULL, 10);
	}
	close(fd);
	return status;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
at(int64_t *v, size_t n, double part)
{
	qsort(v, n, sizeof(*v), by_size);
	return v[(size_t)((double)(n - 1) * part + 0.5)];
}

/* ---- start ---- */

static int
notify_open(char *path, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un sa;

	str_printf(path, size, "/tmp/bench-notify.%d", (int)getpid());
	unlink(path);
	sa = address(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		die(path);
	setenv("NOTIFY_SOCKET", path, 1);
	return fd;
}

static bool
notified(int fd, int64_t until_us)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[512];
	ssize_t n;

	while (clock_mono_us() < until_us) {
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = read(fd, buf, sizeof(buf) - 1);
		if (n <= 0)
			continue;
		buf[n] = '\0';
		if (strstr(buf, "READY=1") != NULL)
			return true;
	}
	return false;
}

static void
start_once(const char *socket, char **argv, int notify, int64_t *ret_ready_us,
    int64_t *ret_answer_us)
{
	int64_t began = clock_mono_us();
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	*ret_ready_us = *ret_answer_us = LIMIT_US;
	if (notified(notify, began + LIMIT_US))
		*ret_ready_us = clock_mono_us() - began;
	while (clock_mono_us() < began + LIMIT_US) {
		if (get(socket, "/readyz") == 200) {
			*ret_answer_us = clock_mono_us() - began;
			break;
		}
		usleep(500);
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

static void
print_ms(int64_t us)
{
	if (us >= LIMIT_US)
		printf(" -");
	else
		printf(" %.1f", (double)us / 1000);
}

static int
start(const char *socket, size_t rounds, char **argv)
{
	int64_t *ready = mem_alloc(rounds * sizeof(*ready));
	int64_t *answer = mem_alloc(rounds * sizeof(*answer));
	char path[64];
	int notify = notify_open(path, sizeof(path));

	for (size_t i = 0; i < rounds; i++)
		start_once(socket, argv, notify, &ready[i], &answer[i]);
	print_ms(at(ready, rounds, 0.5));
	print_ms(at(answer, rounds, 0.5));
	putchar('\n');
	unlink(path);
	free(ready);
	free(answer);
	return 0;
}

/* ---- get ---- */

static int
many(const char *socket, const char *what, size_t count, int64_t every_ms)
{
	int64_t *us = mem_alloc(count * sizeof(*us));
	int64_t due = clock_mono_us();

	for (size_t i = 0; i < count; i++) {
		int64_t began, rest;

		due += every_ms * 1000;
		rest = due - clock_mono_us();
		if (rest > 0)
			usleep((useconds_t)rest);
		began = clock_mono_us();
		if (get(socket, what) != 200)
			die("an answer is not 200");
		us[i] = clock_mono_us() - began;
	}
	printf("%.2f %.2f %.2f\n", (double)at(us, count, 0.5) / 1000,
	    (double)at(us, count, 0.99) / 1000, (double)at(us, count, 1) / 1000);
	free(us);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc >= 5 && str_equal(argv[1], "start"))
		return start(argv[2], (size_t)strtoul(argv[3], NULL, 10), argv + 4);
	if (argc == 6 && str_equal(argv[1], "get"))
		return many(argv[2], argv[3], (size_t)strtoul(argv[4], NULL, 10),
		    strtoll(argv[5], NULL, 10));
	fprintf(stderr, "bench_client: wrong arguments\n");
	return 2;
}
