/* Release numbers: what they are, and which way leads from one to the other. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include "daemon/engine/timesten/procedures/compatibility.h"

static const struct release first_7_0 = { { 7, 0 }, 2 };
static const struct release first_11_2_1 = { { 11, 2, 1 }, 3 };

static void
parse_one(const struct check *c, const struct release *r, const char *whose)
{
	char text[RELEASE_TEXT], major[RELEASE_TEXT];
	int parts = r->part[0] < 7 ? 3 : RELEASE_PARTS;

	if (!release_is_set(r)) {
		check_block(c, NULL, "let ttVersion answer, then check again",
		    "the %s release is not known", whose);
		return;
	}
	release_text(r, text);
	if (!tt_major_is_known(r)) {
		check_block(c, NULL,
		    "upgrade by hand, or to a release that upgradectl procedures names",
		    "the %s release %s is of major release %s, which this build does not "
		    "know",
		    whose, text, release_major_text(r, major));
		return;
	}
	if (r->parts != parts)
		check_note(c, NULL, "write every part that ttVersion prints",
		    "the %s release %s has %d parts, %s have %d; missing ones count as zero",
		    whose, text, r->parts,
		    parts == 3 ? "releases before 7.0" : "releases from 7.0 on", parts);
}

void
rule_release_parse(const struct check *c)
{
	parse_one(c, &c->plan->from, "old");
	parse_one(c, &c->plan->to, "new");
}

void
rule_release_path(const struct check *c)
{
	const struct release *from = &c->plan->from, *to = &c->plan->to;
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (!release_is_set(from) || !release_is_set(to))
		return; /* release.parse */
	release_text(from, a);
	release_text(to, b);
	if (release_same_major(from, to))
		check_note(c, NULL, "",
		    "%s to %s stays in one major release: databases are kept as they are%s",
		    a, b,
		    release_compare(from, to) > 0 ? ", also on the way down" : "");
	else if (release_compare(from, to) > 0)
		check_block(c, NULL, "restore a backup that the old release made",
		    "%s is older than %s: no way leads down across majors", b, a);
	else
		check_note(c, NULL,
		    "keep a backup of the old release until the new one is known to be good",
		    "%s to %s is a change of the major release: data goes through ttMigrate; "
		    "backups and checkpoints of the old release cannot be read by the new one",
		    a, b);
}

static void
cross_one(const struct check *c, const struct member *m, const struct release *from)
{
	const struct release *to = &c->plan->to;
	const struct tt_crossing *x = tt_crossing_find(from, to);
	char why[256], remedy[160], a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (tt_may_cross(from, to, why, sizeof(why))) {
		if (x != NULL && x->unsure)
			check_warn(c, m, "try it with a copy of the pair first",
			    "that %s replicates with %s follows from several documents, but "
			    "stands in none",
			    release_text(from, a), release_text(to, b));
		return;
	}
	if (x == NULL)
		str_printf(remedy, sizeof(remedy),
		    "upgrade offline, or choose another release with --to");
	else if (release_is_set(&x->from_min) &&
	    release_compare(from, &x->from_min) < 0)
		str_printf(remedy, sizeof(remedy), "patch first to %s or later",
		    release_text(&x->from_min, a));
	else
		str_printf(remedy, sizeof(remedy), "upgrade to %s or later",
		    release_text(&x->to_min, a));
	check_block(c, m, remedy,
	    "the two releases cannot replicate with each other: %s", why);
}

void
rule_release_cross(const struct check *c)
{
	const struct release *from = &c->plan->from, *to = &c->plan->to;

	if (!check_is_pair(c) || !tt_major_is_known(from) || !tt_major_is_known(to) ||
	    (!release_same_major(from, to) && release_compare(from, to) > 0))
		return; /* release.parse, release.path */
	cross_one(c, NULL, from);
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct installation_seen *in = observation_home(&c->seen[i]);

		/* Patch levels differ; another major is release.equal's to say. */
		if (in != NULL && release_same_major(&in->release, from) &&
		    release_compare(&in->release, from) != 0)
			cross_one(c, &c->pair->members[i], &in->release);
	}
}

/* Source: Installation guide 11.2.1, chapter 2, "Database character set": TIMESTEN8 for a Client ODBC
 * library from before 7.0 as well. */
static void
old_clients(const struct check *c, const struct member *m)
{
	const char *charset = check_new_dsn(c, m, "databasecharacterset");

	if (str_equal(check_new_detail(c, m, "compat"), "yes") &&
	    str_equal_nocase(charset, "TIMESTEN8"))
		return;
	check_warn(c, m,
	    "add -insecure-backwards-compat to the options of the new main daemon, and "
	    "DatabaseCharacterSet=TIMESTEN8 to the new DSN; or upgrade the clients first",
	    "clients from before 7.0 connect to a newer server only when its main daemon is told "
	    "to speak with them, and the character set is TIMESTEN8: both were not seen");
}

/* False: one of the three was not seen, or a blocker said what is wrong with it. */
static bool
may_be_peer(const struct check *c, const struct member *m)
{
	const char *compat = check_new_detail(c, m, "compat");
	const char *charset = check_new_dsn(c, m, "databasecharacterset");

	if (str_equal(compat, "no"))
		check_block(c, m,
		    "add -insecure-backwards-compat to the options of that daemon, and start it anew",
		    "the new main daemon of %s is not told to speak with releases before 7.0",
		    m->name);
	if (charset != NULL && !str_equal_nocase(charset, "TIMESTEN8"))
		check_block(c, m, "set DatabaseCharacterSet=TIMESTEN8 in it",
		    "the new DSN of %s has the character set %s; with releases before 7.0 only "
		    "TIMESTEN8 replicates",
		    m->name, charset);
	return str_equal(compat, "yes") && charset != NULL &&
	    str_equal(check_new_dsn(c, m, "typemode"), "1");
}

static void
old_peers(const struct check *c)
{
	bool all = true;

	for (size_t i = 0; i < c->pair->member_count; i++)
		all = may_be_peer(c, &c->pair->members[i]) && all;
	if (all)
		check_note(c, NULL, "", "replication with a release before 7.0 is of columns with "
					"TimesTen's data types only");
	else
		check_warn(c, NULL,
		    "add -insecure-backwards-compat to the options of the new daemons; in the new "
		    "DSNs set DatabaseCharacterSet=TIMESTEN8 and TypeMode=1; columns must have "
		    "TimesTen types",
		    "a release before 7.0 replicates with a newer one only when the new daemon is "
		    "told to speak with it; not all of that was seen");
}

void
rule_release_pre7(const struct check *c)
{
	const char *charset;
	const struct member *m;

	if (!release_is_set(&c->plan->from) ||
	    release_compare(&c->plan->from, &first_7_0) >= 0 ||
	    release_compare(&c->plan->to, &first_7_0) < 0) /* nobody newer speaks with it */
		return;
	if (check_procedure_is(c, "client-server") && c->plan->active != NULL)
		old_clients(c, c->plan->active);
	if (!check_is_pair(c))
		return;
	m = check_teller(c, "charset");
	charset = m != NULL ? check_detail(c, m, "charset") : NULL;
	if (charset != NULL && !str_equal_nocase(charset, "TIMESTEN8"))
		check_block(c, m,
		    "upgrade offline, and convert the character set there",
		    "the character set is %s; with releases before 7.0 only TIMESTEN8 "
		    "replicates",
		    charset);
	old_peers(c);
}

void
rule_release_duplicate(const struct check *c)
{
	const struct account *a = &c->pair->duplicate;

	if (str_equal(c->pair->topology, "bidirectional") &&
	    (a->user == NULL || a->password_file == NULL))
		check_warn(c, NULL,
		    "configure duplicate { user = \"...\"  password_file = \"...\" } with a user "
		    "that has ADMIN rights",
		    "no %s for ttRepAdmin -duplicate: an abort cannot make the first side anew "
		    "as a copy of the other",
		    a->user == NULL ? "user" : "password file");
	if (!check_does(c, "duplicate") ||
	    (a->user != NULL && a->password_file != NULL))
		return;
	check_block(c, NULL,
	    "configure duplicate { user = \"...\"  password_file = \"...\" } with a user that "
	    "has ADMIN rights",
	    "no %s for ttRepAdmin -duplicate; the old active and the subscribers are made "
	    "anew as copies, inside the new release",
	    a->user == NULL ? "user" : "password file");
}

/* Source: Installation guide 11.2.1, chapter 2: the user that step 9 and step 12 of its procedures
 * create. */
void
rule_access_admin(const struct check *c)
{
	const char *user = c->pair->duplicate.user;
	const struct member *m =
	    check_procedure_is(c, "replicated-major") ? c->plan->active : c->plan->standby;

	if (!check_does(c, "duplicate") || !release_is_set(&c->plan->from) ||
	    release_compare(&c->plan->from, &first_11_2_1) >= 0)
		return;
	if (user != NULL && !tt_is_identifier(user))
		check_block(c, m, "name a user by letters, digits and '_' in duplicate { user }",
		    "\"%s\" is no name that CREATE USER takes", user);
	else if (check_does(c, "admin-user"))
		check_note(c, m,
		    "applications that are not to notice access control yet: --option "
		    "grant_admin=public, for the time of the upgrade",
		    "releases before 11.2.1 have no users that could come along: user %s is created "
		    "in %s with ADMIN rights before it is duplicated",
		    user != NULL ? user : "of the duplicate",
		    m != NULL ? m->name : "the upgraded database");
	else
		check_warn(c, m, "see that ttRepAdmin -duplicate takes the user and his password",
		    "releases before 11.2.1 have access control only where it was configured");
}

/* Source: Installation guide 11.2.1, chapter 2, access control: GRANT ADMIN TO PUBLIC lets everybody
 * do everything; a measure for the time until users and privileges are made. */
void
rule_access_public(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		if (settings_is(&check_seen(c, m)->details, "public_admin", "yes"))
			check_warn(c, m, "REVOKE ADMIN FROM PUBLIC, then check again",
			    "ADMIN is granted to PUBLIC in %s: every user may do everything there",
			    m->name);
	}
}
