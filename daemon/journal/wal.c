/*
 * The log beside journal.db. SQLite takes it as ending at the first frame whose checksum
 * is wrong, which is right after a power cut: the last transaction was not all on disk.
 * But a damaged log would lose committed transactions the same way, without a word.
 *
 * The two can be told apart: every commit is synced before the next transaction begins
 * (synchronous=FULL), so behind the first bad frame at most one commit of the same
 * generation can follow. Two or more were on disk once: the log is damaged.
 *
 * Source: SQLite, "Database File Format", 4: the write-ahead log.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

#define WAL_HEADER   32
#define FRAME_HEADER 24
#define WAL_MAGIC    0x377f0682u
#define WAL_FORMAT   3007000u

struct wal {
	unsigned char *data;
	size_t size;
	size_t page;
	bool big_endian; /* how words are summed up; numbers themselves always are */
	uint32_t sum[2];
};

static uint32_t
word(const unsigned char *p, bool big)
{
	if (big)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void
add_sum(struct wal *w, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i + 8 <= len; i += 8) {
		w->sum[0] += word(p + i, w->big_endian) + w->sum[1];
		w->sum[1] += word(p + i + 4, w->big_endian) + w->sum[0];
	}
}

static bool
sum_is(const struct wal *w, const unsigned char *p)
{
	return word(p, true) == w->sum[0] && word(p + 4, true) == w->sum[1];
}

static bool
header_is_good(struct wal *w)
{
	uint32_t magic = word(w->data, true);

	if ((magic & ~1u) != WAL_MAGIC || word(w->data + 4, true) != WAL_FORMAT)
		return false;
	w->big_endian = (magic & 1u) != 0;
	w->page = word(w->data + 8, true);
	if (w->page < 512 || w->page > 65536 || (w->page & (w->page - 1)) != 0)
		return false;
	add_sum(w, w->data, 24);
	return sum_is(w, w->data + 24);
}

static bool
frame_is_good(struct wal *w, const unsigned char *frame)
{
	if (memcmp(frame + 8, w->data + 16, 8) != 0) /* the salts: another generation */
		return false;
	add_sum(w, frame, 8);
	add_sum(w, frame + FRAME_HEADER, w->page);
	return sum_is(w, frame + 16);
}

/* Commits of the present generation from this place on. */
static int
commits_from(const struct wal *w, size_t at)
{
	int commits = 0;

	for (; at + FRAME_HEADER + w->page <= w->size; at += FRAME_HEADER + w->page) {
		const unsigned char *frame = w->data + at;

		if (memcmp(frame + 8, w->data + 16, 8) == 0 &&
		    word(frame + 4, true) != 0)
			commits++;
	}
	return commits;
}

static bool
is_zero(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static int
judge(struct wal *w, const char *path, struct ud_error *err)
{
	size_t at = WAL_HEADER;

	if (w->size <= WAL_HEADER || is_zero(w->data, WAL_HEADER))
		return 0; /* nothing was committed with it */
	if (!header_is_good(w))
		return check_damaged(err, path,
		    "the beginning of its log (-wal) is wrong");
	while (at + FRAME_HEADER + w->page <= w->size && frame_is_good(w, w->data + at))
		at += FRAME_HEADER + w->page;
	if (commits_from(w, at) > 1)
		return check_damaged(err, path,
		    "its log (-wal) is wrong at byte %zu, and committed behind it", at);
	return 0;
}

static bool
read_all(int fd, struct wal *w)
{
	size_t done = 0;
	ssize_t n;

	while (done < w->size) {
		n = pread(fd, w->data + done, w->size - done, (off_t)done);
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

int
check_wal(const char *path, struct ud_error *err)
{
	char *name = mem_printf("%s-wal", path);
	int fd = open(name, O_RDONLY | O_CLOEXEC), rc = 0;
	struct wal w = { 0 };
	struct stat st;

	free(name);
	if (fd < 0)
		return 0; /* none; SQLite says what hinders it if there is one */
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		w.size = (size_t)st.st_size;
		w.data = mem_alloc(w.size);
		rc = read_all(fd, &w)
		    ? judge(&w, path, err)
		    : check_damaged(err, path, "its log cannot be read");
	}
	close(fd);
	free(w.data);
	return rc;
}
