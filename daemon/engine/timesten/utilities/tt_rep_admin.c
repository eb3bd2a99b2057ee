/* ttRepAdmin: a database made as the copy of another one; what is sent to a receiver. */
#include "config.h"

#include <stdlib.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

/*
 * The tool asks for the password of the cache administrator in words of its own.
 *
 * Source: Installation Guide 11.2.1, chapter 2, major upgrade of a pair with cache groups, 16
 * and 22.
 */
static void
add_groups(struct command *c, const struct member *m, enum tt_groups groups)
{
	const struct account *cache = &m->pair->cache;

	if (groups == TT_GROUPS_PLAIN)
		str_list_add(&c->argv, "-noKeepCG");
	if (groups != TT_GROUPS_KEEP)
		return;
	str_list_add(&c->argv, "-keepCG");
	if (cache->user == NULL)
		return;
	str_list_add(&c->argv, "-cacheUid");
	str_list_add(&c->argv, cache->user);
	c->second_user = cache->user;
	c->second_password_file = cache->password_file;
	c->second_words = "cache oracle";
}

/*
 * Source: TimesTen Installation Guide 11.2.1, chapter 2, for the connection string: a DSN
 * that names a user would make the tool connect as that user, who may not create, and one that says
 * AutoCreate=0 leaves the copy without a place.
 * Without -UID and -PWD the tool prompts: the terminal is answered from command.user and
 * command.password_file.
 */
void
tt_rep_admin_duplicate(struct command *c, const struct member *m, int installation,
    const char *from_store, const char *from_host, bool set_master_rep_start,
    bool ram_load, enum tt_groups groups)
{
	tt_job(c, m, installation, "ttRepAdmin");
	str_list_add(&c->argv, "-duplicate");
	str_list_add(&c->argv, "-from");
	str_list_add(&c->argv, from_store);
	str_list_add(&c->argv, "-host");
	str_list_add(&c->argv, from_host);
	if (set_master_rep_start)
		str_list_add(&c->argv, "-setMasterRepStart");
	if (ram_load)
		str_list_add(&c->argv, "-ramLoad");
	add_groups(c, m, groups);
	str_list_add(&c->argv, "-connStr");
	str_list_addf(&c->argv, "DSN=%s;AutoCreate=1;UID=;PWD=;PWDCrypt=",
	    tt_dsn(m, installation));
	c->user = m->pair->duplicate.user;
	c->password_file = m->pair->duplicate.password_file;
}

/* Source: TimesTen Reference, ttRepAdmin -receiver. */
void
tt_rep_admin_receiver(struct command *c, const struct member *m, int installation,
    const char *store, const char *host, const char *state)
{
	char *connection = tt_connection(m, installation, false);

	tt_job(c, m, installation, "ttRepAdmin");
	str_list_add(&c->argv, "-connStr");
	str_list_add(&c->argv, connection);
	str_list_add(&c->argv, "-receiver");
	str_list_add(&c->argv, "-name");
	str_list_add(&c->argv, store);
	str_list_add(&c->argv, "-host");
	str_list_add(&c->argv, host);
	if (state != NULL) {
		str_list_add(&c->argv, "-state");
		str_list_add(&c->argv, state);
	} else {
		str_list_add(&c->argv, "-reset");
	}
	free(connection);
}
