/*
 * A few megabytes that are given back when the disk is full, so that an upgrade in its
 * write pause can be brought to its end or taken back, and recorded, before a person comes.
 */
#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "daemon/journal/internal.h"

#define RESERVE_BYTES (4 << 20)
#define LITTLE_BYTES  (256 << 10)

static char *
reserve_path(const struct journal *j)
{
	return mem_printf("%s/reserve", j->directory);
}

void
reserve_fill(struct journal *j)
{
	char *path;
	int fd;

	if (j->reserved)
		return;
	path = reserve_path(j);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		j->reserved = posix_fallocate(fd, 0, RESERVE_BYTES) == 0;
		close(fd);
		if (!j->reserved)
			unlink(path);
	}
	free(path);
}

static bool
use(struct journal *j, const char *why)
{
	char *path;
	bool used;

	if (!j->reserved)
		return false;
	path = reserve_path(j);
	used = unlink(path) == 0;
	j->reserved = false;
	free(path);
	log_event(LOG_ERR, "journal.reserve", KV_STR("directory", j->directory),
	    KV_STR("why", why),
	    KV_STR("next", "its reserve is used; make room on this disk now"));
	return used;
}

bool
journal_use_reserve(struct journal *j)
{
	return use(j, "the journal could not be written");
}

void
journal_make_room(struct journal *j)
{
	struct statvfs fs;

	if (statvfs(j->directory, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < LITTLE_BYTES)
		(void)use(j, "a hook of the write pause needs room beside it");
}
