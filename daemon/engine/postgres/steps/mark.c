/*
 * A row committed on one side is seen on the other, in every database: the stream flows, and
 * everything that was committed before it is there.
 *
 * In the swap the row is the fence's, and the last one that the old side commits: where it is
 * seen nothing is missing. The databases are asked at once. What outran the sequences came with
 * it and is set. The position of this side's log is noted then: everything from the old side lies
 * before it, and nothing else is written until the activation; the stream back begins there.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/sql/rows.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- written ---- */

static void
mark_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *marker = pg_marker(s->plan->pair);
	struct str_list databases = { 0 };
	struct pg_script q;
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "INSERT INTO %s VALUES (1, '%s')"
		    " ON CONFLICT (id) DO UPDATE SET tag = excluded.tag",
		    marker, tag);
	}
	str_list_done(&databases);
	free(marker);
}

static void
mark_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	settings_set(notes, MAJOR_NOTE_TAG, tag);
}

const struct step pg_mark = {
	.id = "mark",
	.title = "commit the marker row on %s, in every database",
	.effect = "it is committed",
	.build = mark_build,
	.probe = pg_step_said,
	.learn = mark_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- tried before it counts ---- */

static void
rehearse_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *marker = pg_marker(s->plan->pair);

	pg_shell_call(ret, ps->member, "pg_rehearse");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, marker);
	ret->limit_ms = 30000;
	free(marker);
}

const struct step pg_rehearse = {
	.id = "rehearse",
	.title = "try the last commit of %s, and roll it back",
	.effect = "nothing is to be loaded for it any more",
	.build = rehearse_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- seen ---- */

/* The server itself looks again until it is there: no round trip of ours is spent on it. */
static void
add_wait(struct pg_script *q, const char *marker, const char *tag, int wait_ms)
{
	pg_script_add(q,
	    "DO $$ DECLARE till timestamptz := clock_timestamp() + interval '%d ms'; BEGIN"
	    " LOOP EXIT WHEN EXISTS (SELECT FROM %s WHERE tag = '%s')"
	    " OR clock_timestamp() > till; PERFORM pg_sleep(0.0005); END LOOP; END $$",
	    wait_ms, marker, tag);
	pg_script_add(q,
	    "SELECT CASE WHEN EXISTS (SELECT FROM %s WHERE tag = '%s') THEN 'seen'"
	    " ELSE 'not seen' END, current_database(),"
	    " (SELECT pg_replication_origin_progress('pg_' || s.oid, false)"
	    " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
	    " WHERE d.datname = current_database() AND s.subname LIKE 'upgraded\\_%%'),"
	    " (SELECT count(setval(name::regclass, late)) FROM " MAJOR_SEQUENCES
	    " WHERE late IS NOT NULL), pg_current_wal_insert_lsn()",
	    marker, tag);
}

static void
seen(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *superuser, int wait_ms)
{
	const char *tag = pg_step_note(s, MAJOR_NOTE_TAG);
	char *marker = pg_marker(s->plan->pair);
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, superuser);
	pg_script_together(&q);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		add_wait(&q, marker, tag != NULL ? tag : "TAG", wait_ms);
	}
	ret->limit_ms = (int64_t)databases.count * (wait_ms + 1000) + 5000;
	str_list_done(&databases);
	free(marker);
}

static enum probe
seen_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *missing = pg_step_answer(s, "not seen"), *seen = pg_step_answer(s, "seen"), f[80];
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "the marker row of %s in every database", ps->peer->name);
	if (missing != NULL) {
		why_seen(w, "not in %s", pg_step_field(missing, 0, f, sizeof(f)));
		why_remedy(w, "the log of %s says why its subscription does not go on",
		    ps->member->name);
		probe = PROBE_TO_DO;
	} else if (probe == PROBE_DONE && seen == NULL) {
		probe = PROBE_TO_DO;
	}
	free(missing);
	free(seen);
	return probe;
}

/* clang-format off */
#define SEEN \
	.effect = "the row is seen in every database", \
	.on_interrupt = INTERRUPT_REDO, .patience_ms = 1, .tries = 100000, .insists = true, \
	.varies = true, .may_cancel = true
/* clang-format on */

static void
mark_seen_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (major_asks_why(s))
		major_why_build(s, ps->member, ret);
	else
		seen(s, ps, ret, NULL, 5000);
}

static enum probe
mark_seen_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return s->outcome != NULL && major_asks_why(s) ? major_why(s, ps->member, w)
						       : seen_probe(s, ps, w);
}

const struct step pg_mark_seen = {
	.id = "mark-seen",
	.title = "wait until the marker row is seen on %s",
	.build = mark_seen_build,
	.probe = mark_seen_probe,
	SEEN,
};

static void
mark_seen_private_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	if (major_asks_why(s))
		major_why_build(s, ps->member, ret);
	else
		seen(s, ps, ret, major_superuser(s), 5000);
}

const struct step pg_mark_seen_private = {
	.id = "mark-seen-private",
	.title = "wait until the marker row is seen on %s, which serves nobody",
	.build = mark_seen_private_build,
	.probe = mark_seen_probe,
	SEEN,
};

/* ---- in the swap ---- */

static void
arrived_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	seen(s, ps, ret, NULL, 1000);
}

struct proof {
	struct buf text;
	struct position last; /* of this side's log, when the last of them was seen */
};

static bool
proof_line(char *line, void *arg)
{
	struct proof *proof = arg;
	struct buf *b = &proof->text;
	struct position at;
	char database[80], lsn[40];

	if (!str_starts(line, "seen\t"))
		return true;
	pg_step_field(line, 1, database, sizeof(database));
	pg_step_field(line, 2, lsn, sizeof(lsn));
	buf_addf(b, "%s%s to %s", b->len > 0 ? ", " : "", database, lsn);
	pg_step_field(line, 4, lsn, sizeof(lsn));
	if (pg_lsn_parse(lsn, &at) &&
	    (!proof->last.set || position_compare(&at, &proof->last) > 0))
		proof->last = at;
	return true;
}

static void
arrived_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct proof proof = { 0 };
	char lsn[PG_LSN_TEXT];

	settings_set(notes, PG_NOTE_PROOF, ps->peer->name);
	if (s->outcome != NULL)
		str_each_line(s->outcome->output, proof_line, &proof);
	pg_lsn_text(&proof.last, lsn);
	if (lsn[0] != '\0' && ps->member == s->plan->standby)
		settings_set(notes, MAJOR_NOTE_DOWN_LSN, lsn);
	settings_set(notes, MAJOR_NOTE_PROOF, buf_text(&proof.text));
	buf_done(&proof.text);
}

const struct step pg_arrived = {
	.id = "arrived",
	.title = "wait until the last commit of the other side is seen on %s",
	.build = arrived_build,
	.probe = seen_probe,
	.learn = arrived_learn,
	SEEN,
	.keeps_roles = true,
};
