/*
 * The one question to the database: role, log, peers, marker and, when asked, the schema.
 *
 * Each statement stands behind a select of its own name, so that what was printed can be
 * told apart: a statement that fails prints no row, and the next one must not be taken
 * for it.
 */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/timesten/observe_parts.h"

bool
part_is_skipped(const struct observation *draft, const char *name)
{
	return detail_has_word(draft, "skipped", name);
}

void
part_add(struct buf *b, const struct observation *draft, const char *name,
    const char *statement)
{
	if (part_is_skipped(draft, name))
		return;
	buf_addf(b, "select 'q-%s' from dual;\n%s;\n", name, statement);
}

/* Behind the row `< q-name >` that begins at p, or NULL. name NULL: of any name. */
static const char *
skip_marker(const char *p, const char *name)
{
	const char *word;
	size_t len;

	if (*p != '<')
		return NULL;
	for (p++; *p == ' ' || *p == '\t';)
		p++;
	if (!str_starts_nocase(p, "q-"))
		return NULL;
	word = p + 2;
	len = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	for (p = word + len; *p == ' ' || *p == '\t';)
		p++;
	if (*p != '>' ||
	    (name != NULL && (len != strlen(name) || !str_starts_nocase(word, name))))
		return NULL;
	return p + 1;
}

/* An error may stand behind the row in its line, when it came by the other stream. */
char *
part_find(const char *answer, const char *name)
{
	const char *p = answer, *start = NULL, *next;

	for (; (p = strchr(p, '<')) != NULL && start == NULL; p++)
		start = skip_marker(p, name);
	if (start == NULL)
		return NULL;
	for (next = start; (next = strchr(next, '<')) != NULL; next++)
		if (skip_marker(next, NULL) != NULL)
			return mem_strndup(start, (size_t)(next - start));
	return mem_strdup(start);
}

bool
part_is_cut(const char *text)
{
	return strstr(text, " bytes left out ...]") != NULL;
}

bool
database_statements(const struct member *m, unsigned looks,
    const struct observation *draft, struct buf *ret)
{
	const char *marker = m->pair->marker_table;
	size_t before = ret->len;

	if (looks & LOOK_ROLE) {
		if (str_equal(m->pair->topology, "bidirectional"))
			part_add(ret, draft, "role", "call ttDataStoreStatus");
		else if (!str_equal(m->pair->topology, "single"))
			part_add(ret, draft, "role", "call ttRepStateGet");
		part_add(ret, draft, "bookmark", "call ttBookmark");
	}
	if (looks & LOOK_PEERS) {
		part_add(ret, draft, "peers", "call ttReplicationStatus");
		part_add(ret, draft, "holds", "call ttLogHolds");
	}
	if ((looks & LOOK_MARKER) && marker != NULL && tt_is_identifier(marker)) {
		buf_adds(ret, "select 'q-marker' from dual;\n");
		buf_addf(ret, "select tag from %s where id = 1;\n", marker);
	}
	if (looks & LOOK_SCHEMA)
		schema_statements(draft, ret);
	else if (looks & LOOK_ROWS)
		schema_tables_statements(draft, ret);
	return ret->len > before;
}

/* Refused: an error that does not pass, or one that ended the session before. */
enum part_answer
part_judge(const struct observation *draft, const char *name, const char *text,
    struct tt_error *ret)
{
	*ret = (struct tt_error){ .remedy = "" };
	if (text == NULL)
		str_copy(ret->text, sizeof(ret->text), "no answer");
	else if (part_is_cut(text))
		str_copy(ret->text, sizeof(ret->text), "the answer is too long");
	else if (!tt_sql_error(text, ret))
		return PART_GOOD;
	else if (ret->verdict == VERDICT_STOP)
		return PART_REFUSED;
	return text == NULL && part_is_skipped(draft, name) ? PART_REFUSED
							    : PART_FAILED;
}

/* The same for a part that must be answered; keeps the reason. */
static bool
part_is_good(const char *name, const char *text, struct observation *draft)
{
	struct tt_error e;

	if (part_judge(draft, name, text, &e) == PART_GOOD)
		return true;
	observation_failed(draft, "%s: %s", name, e.text);
	return false;
}

/* A subscriber is no master: its state is not looked at, unless it says that it is one. */
static bool
read_subscriber(const char *text, struct observation *draft)
{
	struct ud_error err;
	enum role role;

	settings_unset(&draft->details, "says_active");
	if (text == NULL && !part_is_skipped(draft, "role")) {
		observation_failed(draft, "role: no answer");
		return false;
	}
	draft->role = ROLE_SUBSCRIBER;
	if (text != NULL && tt_role_parse(text, &role, &err) == 0 &&
	    (role == ROLE_ACTIVE || role == ROLE_STANDBY)) {
		if (role == ROLE_ACTIVE)
			settings_set(&draft->details, "says_active", "yes");
		observation_failed(draft, "configured as subscriber, but says that it is %s",
		    role_name(role));
	}
	return true;
}

static bool
read_master(const char *text, struct observation *draft)
{
	struct ud_error err;

	if (!part_is_good("role", text, draft))
		return false;
	if (tt_role_parse(text, &draft->role, &err) == 0)
		return true;
	observation_failed(draft, "role: %s", err.text);
	return false;
}

/* In a classic scheme either master takes writes, and has no state: active is where applications
 * are connected, standby where none is. */
static bool
read_classic(const struct member *m, const char *text, struct observation *draft)
{
	const struct installation_seen *home = observation_home(draft);
	int n;

	settings_unset(&draft->details, "applications");
	if (!part_is_good("role", text, draft))
		return false;
	n = tt_applications_parse(text, home != NULL ? home->path : "",
	    tt_dsn(m, draft->home));
	if (n < 0) {
		observation_failed(draft, "ttDataStoreStatus lists no connection");
		return false;
	}
	draft->role = n > 0 ? ROLE_ACTIVE : ROLE_STANDBY;
	detail_setf(draft, "applications", "%d", n);
	return true;
}

static void
read_role(const struct member *m, const char *answer, struct observation *draft,
    unsigned *seen)
{
	char *text = part_find(answer, "role");

	if (str_equal(m->pair->topology, "single"))
		draft->role = ROLE_ACTIVE; /* it takes writes whenever it is loaded */
	else if (!(m->subscriber ? read_subscriber(text, draft)
			 : str_equal(m->pair->topology, "bidirectional")
			 ? read_classic(m, text, draft)
			 : read_master(text, draft)))
		*seen &= ~(unsigned)LOOK_ROLE;
	draft->writable = look_writable(m, draft);
	free(text);
}

/* Not every release and scheme has it: without it positions stay unknown. */
static void
read_bookmark(const char *answer, struct observation *draft)
{
	char *text = part_find(answer, "bookmark");
	struct ud_error err;

	if (text != NULL && tt_bookmark_parse(text, &draft->bookmark, &err) != 0)
		draft->bookmark = (struct bookmark){ 0 };
	free(text);
}

static void
set_holds(const struct tt_hold *holds, int n, struct observation *draft)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < draft->peer_count; k++) {
			struct peer_seen *p = &draft->peers[k];

			if (holds[i].store[0] == '\0' ||
			    !str_equal_nocase(holds[i].store, p->store) ||
			    !str_equal_nocase(holds[i].host, p->host))
				continue;
			if (!p->held.set ||
			    position_compare(&holds[i].at, &p->held) < 0)
				p->held = holds[i].at;
		}
}

/* A database always has the holds of its two checkpoints: none is no answer. False: ask
 * again. What this release does not tell is not known. */
static bool
read_holds(const char *text, struct observation *draft)
{
	enum { HOLDS_MAX = 4 * MEMBERS_MAX };
	struct tt_hold *holds;
	struct tt_error e;
	int n;

	settings_unset(&draft->details, "holds_seen");
	switch (part_judge(draft, "holds", text, &e)) {
	case PART_GOOD:
		break;
	case PART_REFUSED:
		return true;
	case PART_FAILED:
		observation_failed(draft, "log holds: %s", e.text);
		return false;
	}
	holds = mem_array(NULL, HOLDS_MAX, sizeof(*holds));
	n = tt_holds_parse(text, holds, HOLDS_MAX);
	set_holds(holds, n < HOLDS_MAX ? n : HOLDS_MAX, draft);
	free(holds);
	if (n > 0)
		settings_set(&draft->details, "holds_seen", "yes");
	else
		observation_failed(draft, "log holds: no row");
	return n > 0;
}

static bool
read_peer_rows(const char *text, struct observation *draft)
{
	struct peer_seen *peers;
	struct tt_error e;
	int n;

	switch (part_judge(draft, "peers", text, &e)) {
	case PART_GOOD:
		break;
	case PART_REFUSED:
		return true; /* peers_seen stays unknown */
	case PART_FAILED:
		observation_failed(draft, "peers: %s", e.text);
		return false;
	}
	peers = mem_array(NULL, MEMBERS_MAX, sizeof(*peers));
	n = tt_peers_parse(text, peers, MEMBERS_MAX);
	for (int i = 0; i < n && i < MEMBERS_MAX; i++)
		*observation_peer_add(draft) = peers[i];
	draft->peers_seen = n > 0 ? FACT_YES : FACT_NO;
	free(peers);
	return true;
}

static void
read_peers(const char *answer, struct observation *draft, unsigned *seen)
{
	char *peers = part_find(answer, "peers"), *holds = part_find(answer, "holds");

	if (!read_peer_rows(peers, draft) || !read_holds(holds, draft)) {
		observation_peers_clear(draft);
		*seen &= ~(unsigned)LOOK_PEERS;
	}
	free(peers);
	free(holds);
}

static void
read_marker(const struct member *m, const char *answer, struct observation *draft,
    unsigned *seen)
{
	char *text = part_find(answer, "marker");
	const char *cursor = text;
	struct tt_row row;

	if (m->pair->marker_table == NULL)
		draft->marker[0] = '\0'; /* no table: seen to be none */
	else if (!part_is_good("marker", text, draft))
		*seen &= ~(unsigned)LOOK_MARKER;
	else if (tt_row_next(&cursor, &row))
		str_copy(draft->marker, sizeof(draft->marker), tt_column(&row, 0));
	free(text);
}

/* The session did not come to its end: nothing of its answer counts. */
static void
answer_is_lost(const struct outcome *o, struct observation *draft)
{
	struct tt_error e;

	if (tt_error_find(o->output, &e))
		observation_failed(draft, "session %s: %s", ending_name(o->ending), e.text);
	else
		observation_failed(draft, "session %s", ending_name(o->ending));
}

/* The part in which the session ended is left out from now on, when it was refused there
 * and can be done without. */
static void
learn_to_skip(const struct member *m, const struct outcome *o,
    struct observation *draft)
{
	const char *last = NULL, *word;
	char name[32];
	struct tt_error e;

	for (const char *p = o->output; (p = strchr(p, '<')) != NULL; p++)
		if (skip_marker(p, NULL) != NULL)
			last = p;
	if (last == NULL || !tt_sql_error(skip_marker(last, NULL), &e) ||
	    e.verdict != VERDICT_STOP)
		return;
	word = strchr(last, '-') + 1;
	str_printf(name, sizeof(name), "%.*s",
	    (int)strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
	    word);
	if (!str_equal_nocase(name, "marker") &&
	    (m->subscriber || !str_equal_nocase(name, "role")))
		detail_add_word(draft, "skipped", name);
}

/* For LOOK_ROWS, which the question after this one serves. */
static bool
was_asked_for_tables(const struct question *q)
{
	return strstr(q->statements, "'q-tables'") != NULL;
}

/* Whoever is connected by the DSN, and not as the administrator, is no use here. */
static void
learn_login(const struct member *m, const struct outcome *o)
{
	if (o->output != NULL && tt_is_login_trouble(o->output))
		tt_blank_login(m);
}

void
answer_database(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen)
{
	forget_database(draft, q->looks);
	learn_login(m, o);
	if (o->ending != ENDING_EXITED) {
		*seen &= ~q->looks;
		answer_is_lost(o, draft);
		if (o->ending != ENDING_TIMED_OUT)
			learn_to_skip(m, o, draft);
		if (q->looks & LOOK_ROLE)
			draft->writable = look_writable(m, draft);
		return;
	}
	if (q->looks & LOOK_ROLE) {
		read_role(m, o->output, draft, seen);
		read_bookmark(o->output, draft);
	}
	if (q->looks & LOOK_PEERS)
		read_peers(o->output, draft, seen);
	if (q->looks & LOOK_MARKER)
		read_marker(m, o->output, draft, seen);
	if (q->looks & LOOK_SCHEMA)
		schema_answer(o->output, draft);
	else if (was_asked_for_tables(q))
		schema_tables_answer(o->output, draft);
	if ((q->looks & LOOK_SCHEMA) &&
	    !settings_is(&draft->details, "schema_asked", "yes"))
		*seen &= ~(unsigned)LOOK_SCHEMA;
}
