/*
 * The lock file: who has the state directory, and what journal.db looked like when that
 * daemon last wrote it.
 *
 *	pid 4711
 *	stamp clean|open BOOT INODE SIZE MTIME_NS CTIME_NS
 *
 * In WAL mode only checkpoints write journal.db, and we make them all ourselves. So a file
 * that still bears the stamp is the one we wrote, and need not be read page by page at
 * start; one that does not was changed by somebody else, or by us right before we were
 * killed, and is. A stamp of another boot counts only when it is a clean one: what reached
 * the disk before a power cut is not known.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

#define SECOND_NS 1000000000

static void
boot_id(char *buf, size_t size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (f == NULL || fgets(buf, (int)size, f) == NULL)
		str_copy(buf, size, "unknown");
	if (f != NULL)
		fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
}

static int64_t
nanoseconds(const struct timespec *ts)
{
	return (int64_t)ts->tv_sec * SECOND_NS + ts->tv_nsec;
}

static void
read_lock(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
}

static void
parse(const char *text, struct stamp *ret)
{
	struct stamp s = { 0 };
	char word[8];

	text = strchr(text, '\n');
	if (text == NULL ||
	    sscanf(text,
		"\nstamp %7s %39s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, word,
		s.boot, &s.inode, &s.size, &s.mtime_ns, &s.ctime_ns) != 6)
		return;
	s.set = true;
	s.clean = strcmp(word, "clean") == 0;
	*ret = s;
}

static void
write_lock(int fd, const struct stamp *s)
{
	char text[256];
	size_t len;

	str_printf(text, sizeof(text), "pid %ld\n", (long)getpid());
	len = strlen(text);
	if (s->set)
		str_printf(text + len, sizeof(text) - len,
		    "stamp %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
		    s->clean ? "clean" : "open", s->boot, s->inode, s->size,
		    s->mtime_ns, s->ctime_ns);
	len = strlen(text);
	/* Over what is there, which needs no space. A stamp that cannot be written costs the
	 * next start a full check, no more. */
	if (pwrite(fd, text, len, 0) != (ssize_t)len)
		len = 0;
	(void)!ftruncate(fd, (off_t)len);
}

static int
refuse_locked(int fd, const char *directory, struct ud_error *err)
{
	char text[256];
	long pid = 0;

	read_lock(fd, text, sizeof(text));
	if (sscanf(text, "pid %ld", &pid) != 1)
		ud_fail(err, UD_ELOCKED, "%s is in use by another upgraded", directory);
	else
		ud_fail(err, UD_ELOCKED, "%s is in use by another upgraded, pid %ld",
		    directory, pid);
	return ud_remedy(err,
	    "stop that one first, or give this one a state_directory of "
	    "its own");
}

long
journal_holder(const char *directory)
{
	char *path = mem_printf("%s/" JOURNAL_LOCK, directory), text[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	long pid = 0;

	free(path);
	if (fd < 0)
		return 0;
	read_lock(fd, text, sizeof(text));
	close(fd);
	return sscanf(text, "pid %ld", &pid) == 1 ? pid : 0;
}

static int
refuse_unwritable(const char *directory, int error, struct ud_error *err)
{
	ud_fail(err, UD_EJOURNAL, "%s/" JOURNAL_LOCK " cannot be written: %s",
	    directory, strerror(error));
	return ud_remedy(err,
	    "make state_directory a folder that the daemon's user may "
	    "write: install -d -m 0700 -o USER %s",
	    directory);
}

/* Dead, or dead and not buried yet. */
static bool
is_gone(long pid)
{
	char *path = mem_printf("/proc/%ld/stat", pid), text[128] = "", *state;
	FILE *f = fopen(path, "re");

	free(path);
	if (f == NULL)
		return true;
	if (fgets(text, sizeof(text), f) == NULL)
		text[0] = '\0';
	fclose(f);
	state = strrchr(text, ')');
	return state != NULL && (state[1] == ' ' && (state[2] == 'Z' || state[2] == 'X'));
}

/* A process that a daemon had just begun when it was killed holds its lock until it has become
 * another program: that takes a moment. */
static int
lock_when_free(int fd)
{
	static const struct timespec moment = { .tv_nsec = SECOND_NS / 50 };
	char text[256];
	long pid = 0;

	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; i++) {
		int error = errno;

		read_lock(fd, text, sizeof(text));
		if (error != EWOULDBLOCK || i == 250 ||
		    sscanf(text, "pid %ld", &pid) != 1 || !is_gone(pid)) {
			errno = error;
			return -1;
		}
		nanosleep(&moment, NULL);
	}
	return 0;
}

int
lock_take(const char *directory, int *ret_fd, struct stamp *ret_seen,
    struct ud_error *err)
{
	char *path = mem_printf("%s/" JOURNAL_LOCK, directory);
	char text[256];
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int error = errno;

	free(path);
	if (fd < 0)
		return refuse_unwritable(directory, error, err);
	if (lock_when_free(fd) != 0) {
		error = errno;
		if (error == EWOULDBLOCK)
			refuse_locked(fd, directory, err);
		else
			refuse_unwritable(directory, error, err);
		close(fd);
		return -1;
	}
	memset(ret_seen, 0, sizeof(*ret_seen));
	read_lock(fd, text, sizeof(text));
	parse(text, ret_seen);
	write_lock(fd, ret_seen);
	*ret_fd = fd;
	return 0;
}

static bool
look_at(const char *path, struct stamp *s)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	s->inode = (int64_t)st.st_ino;
	s->size = (int64_t)st.st_size;
	s->mtime_ns = nanoseconds(&st.st_mtim);
	s->ctime_ns = nanoseconds(&st.st_ctim);
	return true;
}

/* The clock of file times is coarse: a write in the same tick would not show. */
static void
mark_time(const char *path)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	uint32_t random = 0;

	if (clock_gettime(CLOCK_REALTIME, &times[1]) != 0 ||
	    getrandom(&random, sizeof(random), 0) != sizeof(random))
		return;
	times[1].tv_nsec = (long)(random % SECOND_NS);
	(void)!utimensat(AT_FDCWD, path, times, 0);
}

void
lock_stamp(int fd, const char *path, bool clean)
{
	struct stamp s = { .clean = clean };

	mark_time(path);
	s.set = look_at(path, &s);
	boot_id(s.boot, sizeof(s.boot));
	write_lock(fd, &s);
}

bool
stamp_holds(const struct stamp *s, const char *path)
{
	struct stamp is = { 0 };

	if (!s->set || !look_at(path, &is))
		return false;
	boot_id(is.boot, sizeof(is.boot));
	return (s->clean || strcmp(s->boot, is.boot) == 0) && s->inode == is.inode &&
	    s->size == is.size && s->mtime_ns == is.mtime_ns &&
	    s->ctime_ns == is.ctime_ns;
}
