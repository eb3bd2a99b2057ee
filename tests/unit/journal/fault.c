#include "tests/unit/journal/fault.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real;
};

/* A change that was not synced yet: what was there before. */
struct change {
	struct fault_file *file;
	sqlite3_int64 offset, old_size;
	int len;
	char *old;
};

static struct change changes[65536];
static int change_count;
static sqlite3_vfs *real_vfs, our_vfs;
static enum fault kind;
static int countdown;
static bool happened;

void
fault_set(enum fault what, int nth)
{
	kind = what;
	countdown = nth;
	happened = false;
}

bool
fault_happened(void)
{
	return happened;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

/* ---- what was not synced ---- */

static void
forget(struct fault_file *f)
{
	int kept = 0;

	for (int i = 0; i < change_count; i++) {
		if (changes[i].file == f)
			free(changes[i].old);
		else
			changes[kept++] = changes[i];
	}
	change_count = kept;
}

static void
remember(struct fault_file *f, sqlite3_int64 offset, int len)
{
	struct change *c = &changes[change_count];

	if (change_count == (int)ARRAY_SIZE(changes))
		abort();
	*c = (struct change){ .file = f, .offset = offset, .len = len };
	f->real->pMethods->xFileSize(f->real, &c->old_size);
	c->old = mem_alloc((size_t)len + 1);
	f->real->pMethods->xRead(f->real, c->old, len,
	    offset); /* zeros behind the end */
	change_count++;
}

static void
take_back(const struct change *c)
{
	sqlite3_file *f = c->file->real;

	f->pMethods->xWrite(f, c->old, c->len, c->offset);
	f->pMethods->xTruncate(f, c->old_size);
}

static void
die(void)
{
	for (int i = change_count - 1; i >= 0 && kind != FAULT_KILL; i--)
		if (kind == FAULT_CUT || i % 2 == 0)
			take_back(&changes[i]);
	_exit(FAULT_STATUS);
}

/* A change is about to be made. */
static bool
is_due(void)
{
	if (kind == FAULT_NONE || kind == FAULT_SYNC)
		return false;
	if (countdown > 0)
		countdown--;
	if (countdown > 0)
		return false;
	happened = true;
	if (kind != FAULT_FULL)
		die();
	return true;
}

/* ---- the methods of a file ---- */

static int
f_close(sqlite3_file *f)
{
	struct fault_file *ff = (struct fault_file *)f;
	int rc = ff->real->pMethods->xClose(ff->real);

	forget(ff);
	free(ff->real);
	return rc;
}

static int
f_read(sqlite3_file *f, void *data, int len, sqlite3_int64 offset)
{
	return real(f)->pMethods->xRead(real(f), data, len, offset);
}

static int
f_write(sqlite3_file *f, const void *data, int len, sqlite3_int64 offset)
{
	if (is_due())
		return SQLITE_FULL;
	if (kind == FAULT_CUT || kind == FAULT_TORN)
		remember((struct fault_file *)f, offset, len);
	return real(f)->pMethods->xWrite(real(f), data, len, offset);
}

static int
f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (kind != FAULT_FULL)
		is_due();
	return real(f)->pMethods->xTruncate(real(f), size);
}

static int
f_sync(sqlite3_file *f, int flags)
{
	int rc;

	if (kind == FAULT_SYNC && countdown > 0 && --countdown == 0) {
		happened = true;
		return SQLITE_IOERR_FSYNC;
	}
	if (kind != FAULT_FULL)
		is_due();
	rc = real(f)->pMethods->xSync(real(f), flags);
	forget((struct fault_file *)f);
	return rc;
}

static int
f_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	return real(f)->pMethods->xFileSize(real(f), ret);
}

static int
f_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int
f_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int
f_reserved(sqlite3_file *f, int *ret)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), ret);
}

static int
f_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int
f_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int
f_device(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int
f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, ret);
}

static int
f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void
f_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int
f_shm_unmap(sqlite3_file *f, int remove)
{
	return real(f)->pMethods->xShmUnmap(real(f), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_unlock,
	.xCheckReservedLock = f_reserved,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_device,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
};

static int
v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	struct fault_file *ff = (struct fault_file *)f;
	int rc;

	(void)vfs;
	ff->base.pMethods = NULL;
	ff->real = mem_alloc((size_t)real_vfs->szOsFile);
	rc = real_vfs->xOpen(real_vfs, name, ff->real, flags, ret_flags);
	if (rc == SQLITE_OK)
		ff->base.pMethods = &methods;
	else
		free(ff->real);
	return rc;
}

static int
v_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	if (kind != FAULT_FULL)
		is_due();
	return real_vfs->xDelete(real_vfs, name, sync);
}

void
fault_install(void)
{
	if (real_vfs != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	our_vfs = *real_vfs;
	our_vfs.pNext = NULL;
	our_vfs.zName = "fault";
	our_vfs.szOsFile = (int)sizeof(struct fault_file);
	our_vfs.xOpen = v_open;
	our_vfs.xDelete = v_delete;
	sqlite3_vfs_register(&our_vfs, 1);
}
