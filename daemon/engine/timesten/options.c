/*
 * What an entry of a table of options cannot say of their values: syntax, what the target release
 * knows, options that want another one beside them, places that cannot be.
 *
 * Source: TimesTen Reference, ttAdmin -ramPolicy; utilities of 18.1 for the policy enduring.
 */
#include "config.h"

#include "daemon/engine/timesten/options.h"

#include <ctype.h>
#include <string.h>

#include "common/buf.h"
#include "daemon/engine/timesten/utilities/utilities.h"

#define CHARSET_MAX 30

/* It stands in a connection string. */
static int
check_charset(const char *value, struct ud_error *err)
{
	static const char *const accepted =
	    "say a DatabaseCharacterSet: letters, digits and '_', as AL32UTF8 or WE8MSWIN1252";
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)value[i]) && value[i] != '_')
			len = 0;
	if (len > 0 && len <= CHARSET_MAX && isalpha((unsigned char)value[0]))
		return 0;
	ud_fail(err, UD_EUSAGE, "option charset: \"%.64s\" is no name of a character set", value);
	return ud_remedy(err, "%s", accepted);
}

static int
check_ram_policy(const char *value, const struct release *to, struct ud_error *err)
{
	static const struct release first = { { 18, 1 }, 2 };
	char text[RELEASE_TEXT];

	if (to == NULL || !str_equal(value, "enduring") || release_compare(to, &first) >= 0)
		return 0;
	ud_fail(err, UD_EUSAGE, "option ram_policy cannot be enduring: release %s does not know it",
	    release_text(to, text));
	return ud_remedy(err, "say inUse, always or manual; enduring is there from 18.1 on");
}

static int
check_ram_grace(const struct settings *options, struct ud_error *err)
{
	if (options == NULL || settings_is(options, TT_OPTION_RAM_POLICY, "inUse"))
		return 0;
	ud_fail(err, UD_EUSAGE, "option ram_grace: only the policy inUse has a grace period");
	return ud_remedy(err, "say ram_policy=inUse besides, or leave ram_grace out");
}

static int
check_grant(const struct pair *p, const char *value, const struct release *to,
    struct ud_error *err)
{
	static const struct release first = { { 11, 2, 1 }, 3 };
	char text[RELEASE_TEXT];

	if (str_equal(value, "user") && (p->duplicate.user == NULL || !tt_is_identifier(p->duplicate.user))) {
		ud_fail(err, UD_EUSAGE, "option grant_admin: the pair names no user of the duplicate");
		return ud_remedy(err,
		    "configure duplicate { user = \"...\"  password_file = \"...\" }");
	}
	if (to == NULL || release_compare(to, &first) >= 0)
		return 0;
	ud_fail(err, UD_EUSAGE, "option grant_admin: release %s has no privileges",
	    release_text(to, text));
	return ud_remedy(err, "leave it out: they are there from 11.2.1 on");
}

/* ---- where new databases are ---- */

bool
tt_is_dsn(const char *name)
{
	return name[0] != '\0' && name[0] != '-' && strpbrk(name, "[]{}(),;?*=!@\\") == NULL;
}

static int
check_dsn(const char *key, const char *value, struct ud_error *err)
{
	if (tt_is_dsn(value))
		return 0;
	ud_fail(err, UD_EUSAGE, "option %s: \"%.64s\" is no name of a DSN", key, value);
	return ud_remedy(err, "say a DSN name, without []{}(),;?*=!@\\ and no - in front");
}

/* A replication scheme calls a store by the last part of its path. */
static int
check_path_of(const struct member *m, const char *key, const char *value, struct ud_error *err)
{
	const char *old = member_configured(m, "path"), *last = strrchr(value, '/');

	if (str_starts(key, "path_new") && old != NULL && str_equal(old, value)) {
		ud_fail(err, UD_EUSAGE, "option %s: %.128s is where %s is now", key, value,
		    m->name);
		return ud_remedy(err, "say another path, as the new DSN has it");
	}
	if (str_equal(m->pair->topology, "single") || str_equal_nocase(last + 1, tt_store(m)))
		return 0;
	ud_fail(err, UD_EUSAGE,
	    "option %s: %.128s does not end in %s, the store of %s in the replication scheme", key,
	    value, tt_store(m), m->name);
	return ud_remedy(err, "say a path that ends in /%s", tt_store(m));
}

static int
check_path(const struct pair *p, const struct member *one, const char *key, const char *value,
    struct ud_error *err)
{
	size_t len = strlen(value);

	if (value[0] != '/' || len < 2 || value[len - 1] == '/' || strstr(value, "/../") != NULL) {
		ud_fail(err, UD_EUSAGE, "option %s: \"%.128s\" is no path of a database", key,
		    value);
		return ud_remedy(err,
		    "say an absolute path without the ending, as DataStore of the DSN has it");
	}
	for (size_t i = 0; i < p->member_count; i++)
		if ((one == NULL || one == &p->members[i]) &&
		    check_path_of(&p->members[i], key, value, err) != 0)
			return -1;
	return 0;
}

static int
check_place(const struct pair *p, const char *key, const char *value, bool in_file,
    struct ud_error *err)
{
	const char *name = strchr(key, '.');
	const struct member *one = name != NULL ? pair_member(p, name + 1) : NULL;
	struct buf names = { 0 };

	if (in_file) {
		ud_fail(err, UD_EUSAGE, "it is a key of the member in this file");
		return ud_remedy(err, "member \"name\" { %.*s = \"%.64s\" }",
		    (int)strcspn(key, "."), key, value);
	}
	if (name != NULL && one == NULL) {
		for (size_t i = 0; i < p->member_count; i++)
			buf_addf(&names, "%s%s", i > 0 ? ", " : "", p->members[i].name);
		ud_fail(err, UD_EUSAGE, "option %s: %s has no member of that name", key, p->name);
		ud_remedy(err, "its members are %s", buf_text(&names));
		buf_done(&names);
		return -1;
	}
	return str_starts(key, "dsn") ? check_dsn(key, value, err)
				      : check_path(p, one, key, value, err);
}

static bool
is_place(const char *key)
{
	static const char *const keys[] = { "dsn", "path", "dsn_new", "path_new" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strlen(keys[i]) == strcspn(key, ".") && str_starts(key, keys[i]))
			return true;
	return false;
}

int
tt_check_option(const struct pair *p, const char *key, const char *value,
    const struct release *to, const struct settings *options, struct ud_error *err)
{
	if (is_place(key))
		return check_place(p, key, value, to == NULL, err);
	if (str_equal(key, TT_OPTION_CHARSET))
		return check_charset(value, err);
	if (str_equal(key, TT_OPTION_RAM_POLICY))
		return check_ram_policy(value, to, err);
	if (str_equal(key, TT_OPTION_GRANT_ADMIN))
		return check_grant(p, value, to, err);
	if (str_equal(key, TT_OPTION_RAM_GRACE))
		return check_ram_grace(options, err);
	return 0;
}
