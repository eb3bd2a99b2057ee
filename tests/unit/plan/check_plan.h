/* One test case for each file of plan/, and one for the pages it makes. */
#ifndef UD_TESTS_UNIT_PLAN_CHECK_PLAN_H
#define UD_TESTS_UNIT_PLAN_CHECK_PLAN_H

#include <check.h>

#include "daemon/plan/expand.h"
#include "tests/simulation/site.h"

TCase *expand_tests(void);
TCase *rows_tests(void);
TCase *rules_tests(void);
TCase *pages_tests(void);
TCase *propose_tests(void);

/* A pair that serves, as it would be seen: site_init and observations of all members. */
struct planned {
	struct site site;
	struct observation seen[SITE_MEMBERS];
	struct plan *plan;
	struct ud_error err;
};
void planned_init(struct planned *p, const struct site_wish *wish);
int planned_make(struct planned *p, const struct plan_request *rq); /* NULL: the usual */
void planned_done(struct planned *p);

#endif
