/* What counts as the same pair when the configuration is read again. */
#include "config.h"

#include "daemon/inventory/inventory.h"

/* The order of keys says nothing. */
static bool
settings_equal(const struct settings *a, const struct settings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!settings_is(b, a->items[i].key, a->items[i].value))
			return false;
	return true;
}

static bool
installations_equal(const struct installation *a, const struct installation *b)
{
	return str_equal(a->name, b->name) && str_equal(a->engine, b->engine) &&
	    str_equal(a->bin, b->bin) && str_list_equal(&a->env, &b->env) &&
	    settings_equal(&a->settings, &b->settings);
}

/* Their order counts: an upgrade keeps indexes. */
static bool
hosts_equal(const struct host *a, const struct host *b)
{
	if (!str_equal(a->name, b->name) || a->transport != b->transport ||
	    !str_equal(a->ssh_destination, b->ssh_destination) ||
	    !str_list_equal(&a->ssh_options, &b->ssh_options) ||
	    !str_equal(a->job_directory, b->job_directory) ||
	    !str_equal(a->backup_directory, b->backup_directory) ||
	    !str_equal(a->run_as, b->run_as) ||
	    a->installation_count != b->installation_count)
		return false;
	for (size_t i = 0; i < a->installation_count; i++)
		if (!installations_equal(&a->installations[i], &b->installations[i]))
			return false;
	return true;
}

static bool
members_equal(const struct member *a, const struct member *b)
{
	return str_equal(a->name, b->name) && a->index == b->index &&
	    a->subscriber == b->subscriber && a->port == b->port &&
	    hosts_equal(a->host, b->host) && settings_equal(&a->settings, &b->settings);
}

static bool
accounts_equal(const struct account *a, const struct account *b)
{
	return str_equal(a->user, b->user) &&
	    str_equal(a->password_file, b->password_file);
}

static bool
limits_equal(const struct limits *a, const struct limits *b)
{
	return a->write_pause_ms == b->write_pause_ms &&
	    a->redundancy_gap_ms == b->redundancy_gap_ms &&
	    a->migrate_ms == b->migrate_ms && a->duplicate_ms == b->duplicate_ms &&
	    a->agent_stop_ms == b->agent_stop_ms && a->drain_ms == b->drain_ms;
}

static bool
polls_equal(const struct poll_rates *a, const struct poll_rates *b)
{
	return a->idle_ms == b->idle_ms && a->upgrading_ms == b->upgrading_ms &&
	    a->swapping_ms == b->swapping_ms;
}

bool
pair_equal(const struct pair *a, const struct pair *b)
{
	if (!str_equal(a->name, b->name) || a->engine != b->engine ||
	    !str_equal(a->topology, b->topology) ||
	    a->member_count != b->member_count ||
	    !accounts_equal(&a->duplicate, &b->duplicate) ||
	    !accounts_equal(&a->cache, &b->cache) ||
	    !str_equal(a->marker_table, b->marker_table) ||
	    !limits_equal(&a->limits, &b->limits) ||
	    !str_list_equal(&a->gates, &b->gates) ||
	    !str_list_equal(&a->options, &b->options) ||
	    !polls_equal(&a->poll, &b->poll) ||
	    !settings_equal(&a->settings, &b->settings))
		return false;
	for (int i = 0; i < HOOKS; i++)
		if (!str_list_equal(&a->hooks[i], &b->hooks[i]))
			return false;
	for (size_t i = 0; i < a->member_count; i++)
		if (!members_equal(&a->members[i], &b->members[i]))
			return false;
	return true;
}
