/*
 * Connection strings of libpq, in both of its forms: `host=db1 port=5432` and
 * `postgresql://db1:5432/`. libpq itself takes them apart; nothing is added that the text
 * does not say, neither from the environment nor from a service file.
 *
 * A string may hold a password, though ours must not (see pg_conninfo_refuse()): no error
 * here repeats a part of a text that has one.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_CONNINFO_H
#define UD_ENGINE_POSTGRES_SQL_CONNINFO_H

#include "common/error.h"
#include "common/str.h"
#include "daemon/model/settings.h"

/* Options in the order of libpq's table, by its names ("host", "port", "sslmode"), only
 * those that the text gives; ret is empty, and released with settings_done(). UD_ECONFIG:
 * libpq cannot read it. */
int conninfo_parse(const char *text, struct settings *ret, struct ud_error *err)
    UD_CHECKED;

/* `host='db1' port='5432'`, quoted so that libpq reads the same back. New string. */
char *conninfo_text(const struct settings *options);

/* The host, borrowed, when it is one name that has to be looked up: a folder, an address, a list, and
 * a name whose address is given are libpq's. Else NULL. */
const char *conninfo_name_to_resolve(const struct settings *options);

/* The string with the addresses of its host, in whose order libpq tries them: as many names as
 * addresses, as it wants. Changes options. New string. */
char *conninfo_with_addresses(struct settings *options, const struct str_list *addresses);

#endif
