#include "config.h"

#include "daemon/inventory/inventory.h"

#include <stdlib.h>

#include "common/mem.h"

struct inventory {
	struct config *config;
	struct inventory *before; /* its hosts are those of pairs that did not change */
};

struct inventory *
inventory_new(struct config *c)
{
	struct inventory *i = mem_alloc(sizeof(*i));

	i->config = c;
	return i;
}

void
inventory_free(struct inventory *i)
{
	struct inventory *before;

	for (; i != NULL; i = before) {
		before = i->before;
		config_free(i->config);
		free(i);
	}
}

void
inventory_follow(struct inventory *i, struct inventory *before)
{
	struct config *a = before->config, *b = i->config;

	i->before = before;
	for (size_t n = 0; n < b->pair_count; n++)
		for (size_t m = 0; m < a->pair_count; m++) {
			struct pair *in_use = a->pairs[m];

			if (!pair_equal(in_use, b->pairs[n]))
				continue;
			a->pairs[m] = b->pairs[n];
			b->pairs[n] = in_use;
			break;
		}
}

size_t
inventory_count(const struct inventory *i)
{
	return i->config->pair_count;
}

const struct pair *
inventory_pair(const struct inventory *i, size_t n)
{
	return n < i->config->pair_count ? i->config->pairs[n] : NULL;
}

const struct pair *
inventory_find(const struct inventory *i, const char *name)
{
	for (size_t n = 0; n < i->config->pair_count; n++)
		if (str_equal(i->config->pairs[n]->name, name))
			return i->config->pairs[n];
	return NULL;
}

const struct config *
inventory_config(const struct inventory *i)
{
	return i->config;
}
