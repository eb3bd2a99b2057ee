/*
 * Options of procedures, as `--option KEY=VALUE` and the pair's `options` give them. A table
 * says what is accepted: "charset" takes any value, "keep_old=yes|no" one of these,
 * "checkpoint_mb=1..100000" a whole number in that range, "many=1..16|all" such a number or
 * that word. "path_new[.MEMBER]" may be said once for all members, or for one of them behind a
 * dot; "path.MEMBER" of one only.
 */
#ifndef UD_MODEL_OPTION_H
#define UD_MODEL_OPTION_H

#include "daemon/model/pair.h"
#include "daemon/model/procedure.h"

/* What every procedure takes. NULL-ended. */
extern const char *const general_options[];

/* Names of advisories that shall not block, with commas. */
#define PLAN_OVERRIDE "override"
/* Names of subscribers in the order of their turns, with commas; the others come behind. */
#define PLAN_SUBSCRIBERS "subscribers"
/* How many of them are worked on side by side: a number, or all that there are. */
#define PLAN_SIDE_BY_SIDE "parallel_subscribers"
#define PLAN_SIDE_BY_SIDE_ALL "all"

/* The entry for key that this procedure takes: its own, its engine's, a general one; NULL:
 * none. pr NULL: any procedure of the engine. */
const char *option_find(const struct engine *e, const struct procedure *pr,
    const char *key);

/* Is the value one that the entry accepts? */
bool option_takes(const char *option, const char *value);

/* Adds every entry that option_find() would find, with commas. */
struct buf;
void option_list(const struct engine *e, const struct procedure *pr, struct buf *ret);

/* The n-th name of a list with commas, trimmed; false: there are fewer, or it is longer than
 * a name. */
bool option_name(const char *list, size_t n, char *ret, size_t size);

/* Are all names of the list subscribers of the pair, each once? When not: the first that is
 * not, in ret. */
bool option_subscribers(const struct pair *p, const char *list, char *ret, size_t size);

#endif
