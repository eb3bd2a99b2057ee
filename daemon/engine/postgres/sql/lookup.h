/* The addresses of a name, asked of the resolver without waiting: hosts file, then DNS. */
#ifndef UD_ENGINE_POSTGRES_SQL_LOOKUP_H
#define UD_ENGINE_POSTGRES_SQL_LOOKUP_H

#include "common/str.h"

struct event_base;
struct lookup;

/* Called once, perhaps from inside lookup_start(). addresses: numeric, in order of
 * preference; none when why says what went wrong. Both are borrowed. */
typedef void lookup_fn(void *arg, const struct str_list *addresses, const char *why);

/* NULL when it is over already. */
struct lookup *lookup_start(struct event_base *base, const char *name, lookup_fn *done,
    void *arg);
void lookup_cancel(struct lookup *l); /* NULL is allowed; no callback follows */

#endif
