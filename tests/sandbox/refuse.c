#include "tests/sandbox/refuse.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/world.h"

/* clang-format off */
static const struct {
	int code;
	const char *text;
	const char *file, *procedure;
	int line;
} texts[] = {
	{ 701,   "Attempt to connect to a data store that is in the process of being loaded or unloaded", "db.c", "sbDbConnect", 5511 },
	{ 704,   "Attempt to connect to a data store undergoing recovery after invalidation", "db.c", "sbDbConnect", 5528 },
	{ 707,   "Attempt to connect to a data store that has been manually unloaded from RAM", "db.c", "sbDbConnect", 9943 },
	{ 712,   "Data store is in use.", "dbDestroy.c", "sbDbDestroy", 320 },
	{ 799,   "Unable to connect to daemon; check daemon status", "dbUtil.c", "sbConnect", 1102 },
	{ 819,   "Data store not compatible with library", "db.c", "sbDbConnect", 6110 },
	{ 821,   "No readable checkpoint files. OS error: 'No such file or directory'.", "db.c", "sbDbConnect", 11180 },
	{ 833,   "Data store does not exist and AutoCreate is off", "db.c", "sbDbConnect", 9712 },
	{ 662,   "Data store file reflects an unfinished restore or duplicate", "db.c", "sbDbConnect", 6215 },
	{ 994,   "Data store connection terminated. Please reconnect.", "eeMisc.c", "eeCheck", 211 },
	{ 846,   "Data store connection is invalid and not current", "db.c", "sbCurrent", 412 },
	{ 6003,  "Lock request denied because of time-out", "lock.c", "sbLockTry", 2201 },
	{ 7001,  "User authentication failed", "db.c", "sbDbConnect", 8822 },
	{ 8141,  "The local database is not eligible to be set to the ACTIVE state", "eeProc.c", "ttRepStateSet()", 10870 },
	{ 8145,  "The local database needs to be in the ACTIVE state to perform this operation", "eeProc.c", "ttRepState()", 10911 },
	{ 10012, "The replication agent was not started due to the current repPolicy setting", "utlAdmin.c", "ttAdminRepStart", 1820 },
	{ 10021, "The cache agent was not stopped due to the current cachePolicy setting", "utlAdmin.c", "ttAdminCacheStop", 1933 },
	{ 12026, "The agent is already running for the data store.", "utlAdmin.c", "ttAdminRepStart", 1851 },
	{ 12027, "The agent is already stopped for the data store.", "utlAdmin.c", "ttAdminRepStop", 1875 },
	{ 12028, "The data store is already loaded", "utlAdmin.c", "ttAdminRamLoad", 2068 },
	{ 12029, "The data store is already unloaded", "utlAdmin.c", "ttAdminRamUnload", 2099 },
	{ 12030, "Data store is in use", "utlAdmin.c", "ttAdminRamUnload", 2110 },
};
/* clang-format on */

int
refuse(struct sim_error *err, int code, const char *format, ...)
{
	va_list ap;

	memset(err, 0, sizeof(*err));
	err->code = code;
	need_fit(err->state, sizeof(err->state), code == 907 ? "23000" : "S1000");
	if (format != NULL) {
		va_start(ap, format);
		vsnprintf(err->text, sizeof(err->text), format, ap);
		va_end(ap);
		return -1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].code == code)
			need_fit(err->text, sizeof(err->text), texts[i].text);
	return -1;
}

/* The driver prints four parts of the release from 18.1 on, five before. */
static char *
driver_release(const struct world *w)
{
	if (world_since(w, 18, 1))
		return need_format("%d.%d.%d.%d", w->part[0], w->part[1], w->part[2],
		    w->part[3]);
	return need_copy(w->release);
}

void
refuse_print(const struct world *w, const struct sim_error *err, FILE *to)
{
	const char *file = "utlAdmin.c", *procedure = "ttUtility";
	char *release = driver_release(w);
	bool zeros = knob_is(w, NULL, "wording", "odd", "");
	int line = 1402;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (texts[i].code == err->code) {
			file = texts[i].file;
			procedure = texts[i].procedure;
			line = texts[i].line;
		}
	}
	fprintf(to,
	    zeros
		? "*** [TimesTen][TimesTen %s ODBC Driver][TimesTen]TT-%05d: %s -- file \"%s\", "
		  "lineno %d, procedure \"%s\"\n"
		: "*** [TimesTen][TimesTen %s ODBC Driver][TimesTen]TT%04d: %s -- file \"%s\", "
		  "lineno %d, procedure \"%s\"\n",
	    release, err->code, err->text, file, line, procedure);
	fprintf(to, "*** ODBC Error = %s, TimesTen Error = %d\n", err->state,
	    err->code);
	free(release);
}
