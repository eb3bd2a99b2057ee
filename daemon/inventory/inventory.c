#include "config.h"

#include "daemon/inventory/inventory.h"

#include <stdlib.h>

#include "common/mem.h"

struct inventory {
	struct config *config;
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
	if (i == NULL)
		return;
	config_free(i->config);
	free(i);
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
