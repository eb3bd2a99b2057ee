/* What only check asks of hosts and instances: platform, Clusterware, open transactions. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/duration.h"

/* What was not seen says so, but it need not be seen to: nearly no pair is concerned. */
static void
note_unseen(const struct check *c, const char *key, const char *what)
{
	struct buf members = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++)
		if (check_detail(c, &c->pair->members[i], key) == NULL)
			check_name(&members, &c->pair->members[i]);
	if (members.len > 0)
		check_note(c, NULL, "see to it yourself", "not checked: %s of %s", what,
		    buf_text(&members));
	buf_done(&members);
}

void
rule_clusterware(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *file = check_detail(c, m, "clusterware");

		if (file != NULL && !str_equal(file, "no"))
			check_block(c, m,
			    "upgrade it with ttCWAdmin, after the chapter on Oracle Clusterware",
			    "DSN %s is managed by Oracle Clusterware, which would start and "
			    "stop what this procedure works on: it has a section in %s",
			    tt_dsn(m, check_seen(c, m)->home), file);
	}
	note_unseen(c, "clusterware", "whether Oracle Clusterware manages the DSN");
}

/* Copies, exports and the log itself are in the form of the platform. */
void
rule_platform(const struct check *c)
{
	const struct member *teller = check_teller(c, "platform");
	const char *all = teller != NULL ? check_detail(c, teller, "platform") : NULL;

	if (!check_is_pair(c))
		return;
	for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "platform");

		if (own != NULL && !str_equal(own, all))
			check_block(c, m,
			    "move it to a host of the other's kind first",
			    "host %s is %s, host %s of %s is %s: neither files of ttMigrate nor "
			    "copies nor replication go from one platform to the other",
			    m->host->name, own, teller->host->name, teller->name, all);
	}
	note_unseen(c, "platform", "the platform of the host");
}

/* ---- a place on another host ---- */

/* An image of ttBackup is in the form of the platform, of the major release and of the bits; what
 * moves keeps its release altogether. */
static void
same_there(const struct check *c, const struct member *m, const char *what, const char *is,
    const char *wanted)
{
	if (is == NULL || wanted == NULL)
		check_warn(c, m, "see to it yourself", "not checked: %s of the new host %s", what,
		    m->host->name);
	else if (!str_equal(is, wanted))
		check_block(c, m,
		    "move it to a host of the same kind, or go through ttMigrate where that is "
		    "enough: change-bits, offline-migrate",
		    "%s of host %s is %s, that of host %s %s: an image of ttBackup does not go "
		    "from one to the other",
		    what, m->host->name, is, c->plan->active->host->name, wanted);
}

static const char *
bits_there(const struct check *c, const struct member *m, int installation)
{
	char key[24];

	str_printf(key, sizeof(key), "bits.%d", installation);
	return installation >= 0 ? check_detail(c, m, key) : NULL;
}

void
rule_move_place(const struct check *c)
{
	const struct member *m = c->plan->standby, *from = c->plan->active;
	char is[RELEASE_TEXT], wanted[RELEASE_TEXT];
	const struct release *r;
	int there;

	if (!check_procedure_is(c, "move-host") || m == NULL || from == NULL)
		return;
	there = c->plan->new_installation[m->index];
	if (there < 0) {
		check_block(c, m, "describe it: a section timesten \"name\" { bin = ... }",
		    "host %s has no installation of release %s", m->host->name,
		    release_text(&c->plan->to, wanted));
		return;
	}
	same_there(c, m, "the platform", check_detail(c, m, "platform"),
	    check_detail(c, from, "platform"));
	same_there(c, m, "the number of bits", bits_there(c, m, there),
	    bits_there(c, from, c->plan->old_installation[from->index]));
	r = &check_seen(c, m)->inst[there].release;
	if (!release_is_set(r) || release_compare(r, &c->plan->to) != 0)
		check_add(c,
		    c->pair->hooks[HOOK_INSTALL].count > 0 ? SEVERITY_NOTE : SEVERITY_BLOCKER, m,
		    "install the same release there",
		    "host %s has release %s, the database is of %s: step 0a installs it there, if "
		    "there is a hook for it",
		    m->host->name,
		    release_is_set(r) ? release_text(r, is) : "that is not known",
		    release_text(&c->plan->to, wanted));
}

/* Length without slashes at the end. */
static size_t
path_length(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* The copy goes where its DSN says, and is looked for where the member says. */
static void
place_of_dsn(const struct check *c, const struct member *m, int i, const char *wanted)
{
	const char *is = check_new_dsn(c, m, "datastore");

	if (wanted == NULL || is == NULL || is[0] != '/' ||
	    (path_length(is) == path_length(wanted) &&
		strncmp(is, wanted, path_length(is)) == 0))
		return;
	check_block(c, m, "say the same in both: DataStore of the DSN, path_new of the member",
	    "%s is to be put to %s, but its DSN %s has the DataStore %s there", m->name, wanted,
	    tt_dsn(m, i), is);
}

/* Nothing is concluded of a place that was not looked at: the step place-free looks again. */
void
rule_place_free(const struct check *c)
{
	const struct member *m = c->plan->standby != NULL ? c->plan->standby : c->plan->active;
	const struct installation_seen *in;
	const char *wanted;
	int i = m != NULL ? c->plan->new_installation[m->index] : -1;

	if (i < 0 || check_is_pair(c) || !check_does(c, "place-free"))
		return;
	in = &check_seen(c, m)->inst[i];
	wanted = tt_path(m, i);
	if (in->exists == FACT_YES && wanted != NULL && str_equal(in->path, wanted))
		check_block(c, m, "destroy what is there, or name another place",
		    "%s is to be put to %s, where a database is already", m->name, in->path);
	place_of_dsn(c, m, i, wanted);
}

static const char *
option_said(const struct check *c, const struct member *m, const char *key)
{
	char full[NAME_MAX_BYTES + 16];

	str_printf(full, sizeof(full), "%s.%s", key, m->name);
	return settings_get(&c->plan->options, full);
}

/* What has the database is where the configuration says. */
void
rule_place_said(const struct check *c)
{
	const struct member *m = c->plan->active;

	if (m == NULL || !check_procedure_is(c, "move-host"))
		return;
	if (option_said(c, m, "dsn") != NULL || option_said(c, m, "path") != NULL)
		check_block(c, m, "say it of the other member, the new place",
		    "%s has the database that is moved: options say another place of it", m->name);
}

/* ---- open transactions ---- */

/* "PID SINCE PROGRAM" into words: "ttIsql (process 4711), seen 12 s ago". */
static int64_t
add_transaction(const struct observation *o, const char *value, struct buf *list)
{
	char program[64] = "", text[DURATION_TEXT];
	int64_t since_ms = 0, age_ms;
	int pid = 0;

	if (sscanf(value, "%d %" SCNd64 " %63[^\n]", &pid, &since_ms, program) < 2)
		return 0;
	age_ms = o->at_wall_ms > since_ms ? o->at_wall_ms - since_ms : 0;
	buf_addf(list, "%s%s (process %d)", list->len > 0 ? ", " : "",
	    program[0] != '\0' ? program : "a program", pid);
	if (age_ms >= 1000)
		buf_addf(list, ", seen %s ago already", duration_text(age_ms, text));
	return age_ms;
}

static int64_t
list_transactions(const struct observation *o, struct buf *list)
{
	int64_t oldest_ms = 0;

	for (size_t i = 0; i < o->details.count; i++) {
		int64_t age_ms;

		if (!str_starts(o->details.items[i].key, "xact."))
			continue;
		age_ms = add_transaction(o, o->details.items[i].value, list);
		oldest_ms = age_ms > oldest_ms ? age_ms : oldest_ms;
	}
	return oldest_ms;
}

/* The wait for the peer fails, or proves nothing, while a transaction is open on the active.
 * One look cannot tell a long one from a short one; a second look can. */
void
rule_open_transactions(const struct check *c)
{
	const struct member *m = c->plan->active;
	int64_t n = m != NULL ? check_number(c, m, "transactions", -1) : 0;
	int64_t limit_ms = c->pair->limits.write_pause_ms, oldest_ms;
	struct buf list = { 0 };

	if (n < 0)
		check_note(c, m, "ttXactAdmin says whose are open",
		    "not checked: open transactions of %s", m->name);
	if (n <= 0)
		return;
	oldest_ms = list_transactions(check_seen(c, m), &list);
	if (oldest_ms > 0 && oldest_ms >= limit_ms)
		check_warn(c, m,
		    "let them end before the swap: while a transaction is open nothing can be "
		    "proved to have arrived, and the swap is taken back",
		    "%" PRId64 " transaction%s open on %s, for longer than the write pause may "
		    "last: %s",
		    n, n == 1 ? " is" : "s are", m->name, buf_text(&list));
	else
		check_note(c, m,
		    "check again: those that are named again have to end before the swap",
		    "%" PRId64 " transaction%s open on %s now: %s", n,
		    n == 1 ? " is" : "s are", m->name, buf_text(&list));
	buf_done(&list);
}
