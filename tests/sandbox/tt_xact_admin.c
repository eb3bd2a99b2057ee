/*
 * ttXactAdmin: the open transactions of a database. There is one lock for a database here,
 * so there is one writer at most: whoever holds the write lock of its log of changes.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/sandbox/need.h"
#include "tests/sandbox/utility.h"

enum { WRITE_LOCK = 120 }; /* its byte in the -shm file, by SQLite's format of the WAL */

/* The process that writes now, 0: nobody. */
static int
writer_of(const struct utility *u)
{
	char *path = need_format("%s.ds0-shm", u->dsn.path);
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = WRITE_LOCK,
		.l_len = 1 };
	int fd = open(path, O_RDWR | O_CLOEXEC), pid = 0;

	if (fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		pid = (int)lock.l_pid;
	if (fd >= 0)
		close(fd);
	free(path);
	return pid;
}

static void
program_of(int pid, char *ret, size_t size)
{
	char *path = need_format("/proc/%d/comm", pid);
	FILE *f = fopen(path, "re");

	snprintf(ret, size, "unknown");
	if (f != NULL && fgets(ret, (int)size, f) != NULL)
		ret[strcspn(ret, "\n")] = '\0';
	if (f != NULL)
		fclose(f);
	free(path);
}

static void
print_head(const struct utility *u)
{
	char now[40] = "";
	time_t t = time(NULL);
	struct tm tm;

	if (localtime_r(&t, &tm) != NULL)
		strftime(now, sizeof(now), "%Y-%m-%d %H:%M:%S.000", &tm);
	printf("%s\n%s\nTimesTen Release %s\n\nOutstanding locks\n\n", now, u->dsn.path,
	    u->w->release);
	puts("PID     Context            TransID     TransStatus Resource  ResourceID  Mode  "
	     "Name\n");
}

int
tt_xact_admin(struct utility *u)
{
	struct option_spec o[] = { { "-connStr", 1 }, { NULL } };
	const char *words[1] = { NULL };
	struct sim_error err;
	struct session c;
	char program[64];
	int pid;

	if (utility_parse(u, o, words, 1) < 0 ||
	    utility_dsn(u, o[0].seen ? o[0].value : words[0]) != 0)
		return 1;
	pid = writer_of(u); /* before we are a connection ourselves */
	if (utility_connect(u, &c, &err) != 0)
		return utility_refuse(u, &err, 1);
	session_close(&c);
	print_head(u);
	if (pid != 0) {
		program_of(pid, program, sizeof(program));
		printf("Program File Name: %s\n\n", program);
		printf("%-7d 0x%08x         1.%-9d Active      Database  0x01312d00  IX\n\n",
		    pid, 0xeeb9a8u, pid);
	}
	printf("%d outstanding transaction%s found\n", pid != 0, pid != 0 ? "" : "s");
	return 0;
}
