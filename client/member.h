/* Members of a pair as parts of a page. */
#ifndef UD_CLIENT_MEMBER_H
#define UD_CLIENT_MEMBER_H

#include <jansson.h>

#include "client/style.h"
#include "common/buf.h"

/* "4096 B, 0.120 s"; one of them when only that is known; "-" when none is. */
void member_add_lag(struct buf *out, const json_t *member);

/* The table of all members; columns that this engine does not have are left out. */
void member_add_table(struct buf *out, const struct view *v, const json_t *members);

/* What was wrong at the last look, a line for each member that has an error or did not
 * answer. */
void member_add_errors(struct buf *out, const struct view *v, const json_t *members);

#endif
