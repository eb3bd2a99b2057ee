/*
 * The built-in procedures that an upgrade calls: their rows as facts.
 *
 * Source: TimesTen Reference, chapter "Built-in procedures": ttRepStateGet, ttBookmark,
 * ttLogHolds, ttReplicationStatus, ttRepSubscriberWait.
 */
#include "config.h"

#include <strings.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

int
tt_role_parse(const char *text, enum role *ret_role, struct ud_error *err)
{
	static const struct {
		const char *word;
		enum role role;
	} words[] = {
		{ "ACTIVE", ROLE_ACTIVE },
		{ "STANDBY", ROLE_STANDBY },
		{ "IDLE", ROLE_IDLE },
		{ "FAILED", ROLE_FAILED },
		{ "RECOVERING", ROLE_RECOVERING },
	};
	struct tt_row row;

	*ret_role = ROLE_UNKNOWN;
	if (!tt_row_next(&text, &row))
		return ud_fail(err, UD_EPARSE, "ttRepStateGet printed no row");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_equal_nocase(tt_column(&row, 0), words[i].word))
			continue;
		*ret_role = words[i].role;
		return 0;
	}
	return ud_fail(err, UD_EPARSE,
	    "ttRepStateGet printed \"%.40s\", which is no state", tt_column(&row, 0));
}

static bool
read_position(const struct tt_row *row, int at, struct position *ret)
{
	struct position p = { .set = true };

	if (!str_to_int(tt_column(row, at), -1, INT64_MAX, &p.file) ||
	    !str_to_int(tt_column(row, at + 1), -1, INT64_MAX, &p.offset) ||
	    (p.file < 0) != (p.offset < 0))
		return false;
	*ret = p;
	return true;
}

int
tt_bookmark_parse(const char *text, struct bookmark *ret, struct ud_error *err)
{
	struct bookmark b;
	struct tt_row row;

	if (!tt_row_next(&text, &row))
		return ud_fail(err, UD_EPARSE, "ttBookmark printed no row");
	if (row.count < 6 || !read_position(&row, 0, &b.written) ||
	    !read_position(&row, 2, &b.forced) || !read_position(&row, 4, &b.held))
		return ud_fail(err, UD_EPARSE, "ttBookmark did not print six numbers");
	*ret = b;
	return 0;
}

static void
read_hold(const struct tt_row *row, struct tt_hold *ret)
{
	const char *who = tt_column(row, 3), *colon = strchr(who, ':');

	str_copy(ret->type, sizeof(ret->type), tt_column(row, 2));
	if (!str_starts_nocase(ret->type, "Replication") || colon == NULL)
		return;
	str_printf(ret->host, sizeof(ret->host), "%.*s", (int)(colon - who), who);
	str_copy(ret->store, sizeof(ret->store), colon + 1);
}

int
tt_holds_parse(const char *text, struct tt_hold *ret, int max)
{
	struct tt_row row;
	int n = 0;

	while (tt_row_next(&text, &row)) {
		struct tt_hold hold = { 0 };

		if (row.count < 3 || !read_position(&row, 0, &hold.at))
			continue;
		read_hold(&row, &hold);
		if (n < max)
			ret[n] = hold;
		n++;
	}
	return n;
}

static int
small(const struct tt_row *row, int at)
{
	int64_t n = tt_column_int(row, at, -1);

	return n >= 0 && n <= INT32_MAX ? (int)n : -1;
}

int
tt_peers_parse(const char *text, struct peer_seen *ret, int max)
{
	struct tt_row row;
	int n = 0;

	while (tt_row_next(&text, &row)) {
		struct peer_seen peer = { .last_message_s = -1 };

		if (row.count < 4)
			continue;
		str_copy(peer.store, sizeof(peer.store), tt_column(&row, 0));
		str_copy(peer.host, sizeof(peer.host), tt_column(&row, 1));
		peer.port =
		    str_equal_nocase(tt_column(&row, 2), "auto") ? 0 : small(&row, 2);
		tt_copy_lower(peer.state, sizeof(peer.state), tt_column(&row, 3));
		peer.logs = small(&row, 4);
		peer.last_message_s = tt_column_int(&row, 5, -1);
		if (n < max)
			ret[n] = peer;
		n++;
	}
	return n;
}

/* The column is BINARY(1), shown as two hexadecimal digits. */
int
tt_wait_parse(const char *text)
{
	struct tt_row row;
	const char *word;

	if (!tt_row_next(&text, &row) || row.count != 1)
		return -1;
	word = tt_column(&row, 0);
	if (str_starts_nocase(word, "0x"))
		word += 2;
	if (str_equal(word, "00") || str_equal(word, "0"))
		return 0;
	return str_equal(word, "01") || str_equal(word, "1") ? 1 : -1;
}

/* Kinds of connections that are the database's own; all others are somebody's, also those that
 * nobody has named yet: clients come through a proxy, of which no document tells the kind. */
static bool
is_its_own(const char *kind)
{
	static const char *const own[] = { "replication", "subdaemon", "cache", "oracle" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (str_starts_nocase(kind, own[i]))
			return true;
	return false;
}

/* Names are cut at so many bytes. */
#define CONNECTION_NAME_MOST 30

static bool
is_named(const char *name, const char *wanted)
{
	return wanted != NULL && *wanted != '\0' &&
	    strncasecmp(name, wanted, CONNECTION_NAME_MOST) == 0;
}

int
tt_applications_parse(const char *text, const char *path, const char *dsn)
{
	struct tt_row row;
	int all = 0, applications = 0, ours = 0, unnamed = 0;

	while (tt_row_next(&text, &row)) {
		if (row.count < 6 ||
		    (path[0] != '\0' && !str_equal_nocase(tt_column(&row, 0), path)))
			continue;
		all++;
		if (is_its_own(tt_column(&row, 3)))
			continue;
		if (str_starts_nocase(tt_column(&row, 5), TT_OWN_CONNECTION)) {
			ours++;
			continue;
		}
		applications++;
		unnamed += is_named(tt_column(&row, 5), dsn);
	}
	if (all == 0)
		return -1;
	/* It was asked over one of them: where a tool gives every connection the name of its
	 * DSN, one of that name is ours. */
	return ours == 0 && unnamed > 0 ? applications - 1 : applications;
}
