/*
 * The whole configuration as one value. Errors name file, line, key, what is wrong and
 * what is accepted: `pairs.d/sales.conf:12: write_pause: "10" has no unit; accepted: a
 * duration such as 10s`. Nothing of a wrong configuration is used.
 */
#ifndef UD_CONFIG_CONFIG_H
#define UD_CONFIG_CONFIG_H

#include "common/error.h"
#include "daemon/model/advisory.h"
#include "daemon/model/pair.h"

struct data_file;
struct engine;

/* A file of facts, and its table; NULL: the one that is compiled in counts. */
struct config_data {
	const struct data_file *file;
	void *table;
};

struct config {
	char *file;
	char *state_directory;
	char *pairs_directory;
	char *control_socket;
	char *control_group; /* "" none */
	char *http_listen;   /* "" off */
	char *http_token_file; /* "" none: read only */
	struct poll_rates poll;
	int64_t keep_history_ms, keep_observations_ms;
	struct host *hosts;
	size_t host_count;
	struct pair **pairs; /* by name */
	size_t pair_count;
	char *advisories_file; /* "" none */
	struct advisories advisories;
	char *data_directory;
	struct config_data *data; /* one for each file of every engine */
	size_t data_count;
	struct unread data_unread;
	struct str_list warnings; /* worth knowing, not wrong */
};

/* Reads the file and pairs_directory (*.conf in name order). engines: NULL-ended list, for
 * their sections and keys. Returns -1 with UD_ECONFIG: err->text is the first line, and
 * the lines behind it, when more is wrong, are added to errors (may be NULL). */
int config_load(const char *file, const struct engine *const *engines, struct config **ret,
    struct str_list *errors, struct ud_error *err) UD_CHECKED;
void config_free(struct config *c);

/* From now on the engines go by the facts of this configuration, which must outlive the next
 * call. */
void config_use_data(const struct config *c);

#endif
