/* Hosts, members and pairs as objects: made from the configuration, immutable. */
#ifndef UD_INVENTORY_INVENTORY_H
#define UD_INVENTORY_INVENTORY_H

#include "daemon/config/config.h"
#include "daemon/model/pair.h"

struct inventory;

/* From a loaded configuration: the inventory takes the pairs and hosts over. */
struct inventory *inventory_new(struct config *c);
void inventory_free(struct inventory *i); /* and those that it follows */

/* After a reload: pairs that did not change stay the objects that are in use. */
void inventory_follow(struct inventory *i, struct inventory *before);

size_t inventory_count(const struct inventory *i);
const struct pair *inventory_pair(const struct inventory *i, size_t n); /* by name order */
const struct pair *inventory_find(const struct inventory *i, const char *name);

/* The daemon's own part of the configuration. */
const struct config *inventory_config(const struct inventory *i);

/* True when two pairs are configured alike: then an upgrade in hand is not touched by a
 * reload. */
bool pair_equal(const struct pair *a, const struct pair *b);

#endif
