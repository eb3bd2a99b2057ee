#include "config.h"

#include "daemon/runner/folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/str.h"

#define NOBODY "none" /* in the pid file of a job that was buried */

/* What /proc says of a process. */
struct proc {
	char state;
	pid_t group;
	int64_t start;
};

/* First line of a small file of the folder. False when there is none that is whole. */
static bool
read_line(const char *path, const char *name, char *buf, size_t size,
    int64_t *ret_wall_ms)
{
	char *file = mem_printf("%s/%s", path, name);
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;
	char *end;

	free(file);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return false;
	buf[n] = '\0';
	end = strchr(buf, '\n');
	if (end == NULL)
		return false;
	*end = '\0';
	*ret_wall_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return true;
}

/* False when there is no pid file, or none that is whole. */
static bool
read_pid(const char *path, struct folder *f)
{
	char line[128];
	int pid;

	if (!read_line(path, "pid", line, sizeof(line), &f->started_wall_ms))
		return false;
	if (str_equal(line, NOBODY)) {
		f->state = FOLDER_BURIED;
		return true;
	}
	if (sscanf(line, "%d %" SCNd64 " %39s", &pid, &f->start, f->boot) != 3 ||
	    pid <= 1)
		return false;
	f->state = FOLDER_STARTED;
	f->pid = pid;
	return true;
}

/* False when there is no status yet, or none that is whole. */
static bool
read_status(const char *path, struct folder *f)
{
	char line[32];
	int64_t status;

	if (!read_line(path, "status", line, sizeof(line), &f->ended_wall_ms) ||
	    !str_to_int(line, 0, 255, &status))
		return false;
	f->state = FOLDER_ENDED;
	f->status = (int)status;
	return true;
}

void
folder_read(const char *path, struct folder *ret)
{
	struct folder f = { .state = FOLDER_BARE };
	struct stat st;

	if (lstat(path, &st) != 0) {
		f.error = errno;
		f.state = errno == ENOENT ? FOLDER_MISSING : FOLDER_UNREADABLE;
	} else if (access(path, R_OK | X_OK) != 0) {
		f.error = errno;
		f.state = FOLDER_UNREADABLE;
	} else if (read_pid(path, &f) && f.state == FOLDER_STARTED) {
		read_status(path, &f);
	} else if (f.state == FOLDER_BARE) {
		read_status(path, &f); /* half removed */
	}
	*ret = f;
}

static bool
read_boot_id(char boot[BOOT_ID])
{
	int64_t ignored;

	return read_line("/proc/sys/kernel/random", "boot_id", boot, BOOT_ID, &ignored);
}

static bool
read_proc(pid_t pid, struct proc *ret)
{
	char path[32], line[1024];
	const char *at;
	int64_t ignored;
	int group;

	str_printf(path, sizeof(path), "/proc/%d", (int)pid);
	if (!read_line(path, "stat", line, sizeof(line), &ignored))
		return false;
	/* state ppid pgrp ... starttime, behind the last bracket */
	at = strrchr(line, ')');
	if (at == NULL ||
	    sscanf(at + 1,
		" %c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		"%*d %*d %" SCNd64,
		&ret->state, &group, &ret->start) != 3)
		return false;
	ret->group = group;
	return true;
}

static bool
is_alive(const struct proc *p)
{
	return p->state != 'Z' && p->state != 'X';
}

static bool
group_has_members(pid_t group)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;
	struct proc p;
	int64_t pid;
	bool found = false;

	if (all == NULL)
		return false;
	while (!found && (entry = readdir(all)) != NULL)
		found = str_to_int(entry->d_name, 1, INT32_MAX, &pid) &&
		    read_proc((pid_t)pid, &p) && p.group == group && is_alive(&p);
	closedir(all);
	return found;
}

bool
folder_is_of_this_boot(const struct folder *f)
{
	char boot[BOOT_ID];

	return f->pid > 0 && read_boot_id(boot) && str_equal(boot, f->boot);
}

bool
folder_lives(const struct folder *f)
{
	struct proc leader;
	bool known;

	if (!folder_is_of_this_boot(f))
		return false;
	known = read_proc(f->pid, &leader);
	/* A pid is not given to others while it is the name of a group: who has it with
	 * another start time has it because the job's group is gone. */
	if (known && leader.start != f->start)
		return false;
	return (known && is_alive(&leader)) || group_has_members(f->pid);
}

void
folder_signal(const struct folder *f, int number)
{
	if (f->pid > 1 && folder_lives(f))
		kill(-f->pid, number);
}

int
folder_bury(const char *path, bool *ret_buried, struct ud_error *err)
{
	static const char nobody[] = NOBODY "\n";
	char *file;
	int fd, rc = 0;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return ud_fail(err, UD_ESYSTEM, "%s: %s", path, strerror(errno));
	file = mem_printf("%s/pid", path);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	*ret_buried = fd >= 0;
	if ((fd < 0 && errno != EEXIST) ||
	    (fd >= 0 && write(fd, nobody, sizeof(nobody) - 1) < 0))
		rc = ud_fail(err, UD_ESYSTEM, "%s: %s", file, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(file);
	return rc;
}

int
folder_make_parent(const char *directory, uid_t uid, gid_t gid, struct ud_error *err)
{
	char *path = mem_strdup(directory), *at = path;
	bool made = false;
	int rc = 0;

	for (at++; rc == 0 && *at != '\0'; at++) {
		at += strcspn(at, "/");
		char kept = *at;

		*at = '\0';
		made = mkdir(path, 0700) == 0;
		if (!made && errno != EEXIST)
			rc = ud_fail(err, UD_ESYSTEM, "%s: %s", path, strerror(errno));
		*at = kept;
		if (kept == '\0')
			break;
	}
	if (rc == 0 && made && uid != (uid_t)-1 && chown(path, uid, gid) != 0)
		rc = ud_fail(err, UD_ESYSTEM, "%s: %s", path, strerror(errno));
	free(path);
	return rc;
}

/* status goes last: until then the job is seen to have ended. */
void
folder_remove(const char *path)
{
	static const char *const names[] = { "output", "pid", "status" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *file = mem_printf("%s/%s", path, names[i]);

		unlink(file);
		free(file);
	}
	rmdir(path);
}
