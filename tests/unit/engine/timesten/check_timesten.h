/* One test case for each tool whose answers are read, and the pair that they are about. */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_CHECK_TIMESTEN_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_CHECK_TIMESTEN_H

#include <check.h>

#include "daemon/engine/timesten/utilities/utilities.h"
#include "daemon/model/engine.h"

enum { OLD, NEW }; /* installations of every host */

/*
 * Pair "shop": masters "left" (orders1 on pluto) and "right" (orders2 on saturn) and the
 * subscriber "archive" (archive1 on ceres). "right" has dsn_new "orders2n" and store
 * "orders2". Bins are /tt/old/bin and /tt/new/bin; marker table OPS.MARKER.
 */
const struct member *shop(const char *name);
void shop_forget(void); /* what was found out about its members */
struct pair *shop_pair(void); /* to change one thing; each test has its own process */

/* An outcome that ended with this status; text is borrowed. */
struct outcome exited(int status, const char *text);
struct outcome ended(enum ending ending, const char *text);

/* What c would run, as one line, environment included. Free it. */
char *line_of(const struct command *c);

TCase *observe_tests(void);
TCase *observe_host_tests(void);
TCase *observe_schema_tests(void);
TCase *observe_session_tests(void);
TCase *transcript_tests(void);
TCase *tt_admin_tests(void);
TCase *tt_builtin_tests(void);
TCase *tt_command_tests(void);
TCase *tt_dialect_tests(void);
TCase *tt_error_tests(void);
TCase *tt_isql_tests(void);
TCase *tt_judge_tests(void);
TCase *tt_migrate_tests(void);
TCase *tt_status_tests(void);
TCase *tt_version_tests(void);
TCase *tt_xact_admin_tests(void);
TCase *uncertain_tests(void);

#endif
