/* The process, by the names that Prometheus clients agree on. Source: proc(5). */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/str.h"
#include "daemon/api/metrics.h"

static bool
read_line(const char *path, const char *prefix, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");
	bool is_found = false;

	if (!file)
		return false;
	while (!is_found && fgets(buf, (int)size, file))
		is_found = str_starts(buf, prefix);
	fclose(file);
	return is_found;
}

/* Field n of /proc/self/stat, counted from 1 behind the name in brackets as proc(5) does;
 * -1 unknown. */
static int64_t
stat_field(const char *line, int n)
{
	const char *at = strrchr(line, ')');
	int field = 2;

	while (at && field < n) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
		field++;
	}
	return at ? strtoll(at, NULL, 10) : -1;
}

static void
add_stat(struct buf *out)
{
	char stat[1024], uptime[256];
	double tick = (double)sysconf(_SC_CLK_TCK), started_s;
	int64_t ticks;

	if (!read_line("/proc/self/stat", "", stat, sizeof(stat)))
		return;
	ticks = stat_field(stat, 14) + stat_field(stat, 15);
	metric_head(out, "process_cpu_seconds_total", "counter",
	    "User and system time.");
	buf_addf(out, "process_cpu_seconds_total %.2f\n", (double)ticks / tick);
	metric_head(out, "process_virtual_memory_bytes", "gauge", "Virtual memory.");
	metric_count(out, "process_virtual_memory_bytes", "", stat_field(stat, 23));
	metric_head(out, "process_resident_memory_bytes", "gauge", "Memory in use.");
	metric_count(out, "process_resident_memory_bytes", "",
	    stat_field(stat, 24) * sysconf(_SC_PAGESIZE));
	if (!read_line("/proc/stat", "btime ", uptime, sizeof(uptime)))
		return;
	started_s = strtod(uptime + strlen("btime "), NULL) +
	    (double)stat_field(stat, 22) / tick;
	metric_head(out, "process_start_time_seconds", "gauge",
	    "Start, seconds since 1970.");
	buf_addf(out, "process_start_time_seconds %.2f\n", started_s);
}

static void
add_files(struct buf *out)
{
	DIR *dir = opendir("/proc/self/fd");
	struct rlimit limit;
	int64_t open_fds = -3; /* ".", ".." and the one that reads */

	if (dir) {
		while (readdir(dir))
			open_fds++;
		closedir(dir);
		metric_head(out, "process_open_fds", "gauge", "Open files.");
		metric_count(out, "process_open_fds", "", open_fds);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		metric_head(out, "process_max_fds", "gauge",
		    "Most files that may be open.");
		metric_count(out, "process_max_fds", "", (int64_t)limit.rlim_cur);
	}
}

void
metrics_add_process(struct buf *out)
{
	add_stat(out);
	add_files(out);
}
