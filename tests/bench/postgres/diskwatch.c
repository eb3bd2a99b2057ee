/*
 * When the disk under a folder stood still: it had requests in hand and completed none.
 *
 *	diskwatch FOLDER LEAST_MS
 *
 * Prints a line `FROM TO` for each such time of at least LEAST_MS, in microseconds of the wall
 * clock, until who started it is gone. It only reads the kernel's counters of the block device
 * (Documentation/block/stat.rst), so it is in the way of nobody.
 *
 * Exit status: 2 for a folder whose file system has no block device of its own.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#define EVERY_NS 5000000

/* What of the counters counts here. */
struct counters {
	uint64_t completed; /* reads, writes, discards and flushes */
	uint64_t in_flight;
};

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Kernels before 5.5 have no count of flushes, and those before 4.18 none of discards. */
static int
counters_read(const char *path, struct counters *ret)
{
	uint64_t v[17] = {0};
	FILE *f = fopen(path, "re");
	size_t n = 0;

	if (f == NULL)
		return -1;
	while (n < sizeof(v) / sizeof(v[0]) && fscanf(f, "%ju", &v[n]) == 1)
		n++;
	fclose(f);
	ret->completed = v[0] + v[4] + v[11] + v[15];
	ret->in_flight = v[8];
	return n >= 11 ? 0 : -1;
}

static void
watch(const char *path, int64_t least_us)
{
	const struct timespec every = {.tv_nsec = EVERY_NS};
	struct counters was = {0}, is;
	int64_t since = 0, now;

	while (counters_read(path, &is) == 0) {
		now = now_us();
		if (is.completed != was.completed || is.in_flight == 0) {
			if (since > 0 && now - since >= least_us)
				printf("%jd %jd\n", (intmax_t)since, (intmax_t)now);
			since = is.in_flight > 0 ? now : 0;
		} else if (since == 0)
			since = now;
		was = is;
		nanosleep(&every, NULL);
	}
}

int
main(int argc, char **argv)
{
	struct stat st;
	char path[64];
	struct counters c;

	if (argc != 3) {
		fprintf(stderr, "usage: diskwatch FOLDER LEAST_MS\n");
		return 1;
	}
	if (stat(argv[1], &st) != 0) {
		fprintf(stderr, "diskwatch: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/stat", major(st.st_dev),
	    minor(st.st_dev));
	if (counters_read(path, &c) != 0) {
		fprintf(stderr, "diskwatch: %s: no block device: %s\n", argv[1], path);
		return 2;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setvbuf(stdout, NULL, _IOLBF, 0);
	watch(path, strtoll(argv[2], NULL, 10) * 1000);
	return 1;
}
