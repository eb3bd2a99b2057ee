/*
 * What an entry of a table of options cannot say of their values: syntax, what the target release
 * knows, options that want another one beside them.
 *
 * Source: TimesTen Reference, ttAdmin -ramPolicy; utilities of 18.1 for the policy enduring.
 */
#include "config.h"

#include "daemon/engine/timesten/options.h"

#include <ctype.h>
#include <string.h>

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

int
tt_check_option(const struct pair *p, const char *key, const char *value,
    const struct release *to, const struct settings *options, struct ud_error *err)
{
	(void)p;
	if (str_equal(key, TT_OPTION_CHARSET))
		return check_charset(value, err);
	if (str_equal(key, TT_OPTION_RAM_POLICY))
		return check_ram_policy(value, to, err);
	if (str_equal(key, TT_OPTION_RAM_GRACE))
		return check_ram_grace(options, err);
	return 0;
}
