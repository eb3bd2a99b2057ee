/* Options of ttRepAdmin, for its two source files. */
#ifndef SANDBOX_TT_REP_ADMIN_H
#define SANDBOX_TT_REP_ADMIN_H

#include "tests/sandbox/utility.h"

enum {
	R_SELF,
	R_RECEIVER,
	R_LOG,
	R_SHOWSTATUS,
	R_SHOWCONFIG,
	R_BOOKMARK,
	R_WAIT,
	R_DUPLICATE,
	R_LIST,
	R_NAME,
	R_HOST,
	R_STATE,
	R_RESET,
	R_SCHEME,
	R_TIMEOUT,
	R_DETAIL,
	R_FROM,
	R_SETSTART,
	R_NOSETSTART,
	R_RAMLOAD,
	R_DELXLA,
	R_UID,
	R_PWD,
	R_PWDCRYPT,
	R_COMPRESSION,
	R_BANDWIDTH,
	R_KEEPCG,
	R_NOKEEPCG,
	R_CACHEUID,
	R_CACHEPWD,
	R_RECOVERING,
	R_DEFER,
	R_DAEMONPORT,
	R_VERBOSITY,
	R_LOCALHOST,
	R_CONNSTR,
	R_DSN,
	R_LOCALIP,
	R_REMOTEIP,
	R_OPEN,
	R_CLOSE,
	R_DROP,
	R_TRUNCATE,
	R_OPTIONS
};

int tt_duplicate(struct utility *u, const struct option_spec *o);

#endif
