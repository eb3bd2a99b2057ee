/*
 * What ttMigrate -r kept of replication schemes: each run leaves tables of an owner
 * TTREP_SCHEMA_VERSION_nnn, with the scheme as it was. They are read next to the scheme of
 * today (owner TTREP), so that one can be compared with the other.
 *
 * Numbers of stores are given anew by each migration: names are compared. What a release
 * does not have in its tables is refused, and stays unknown.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Record of upgrades"; System Tables
 * and Views Reference, tables of TTREP.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/timesten/observe_parts.h"

#define VERSIONS_READ 8 /* of the latest */
#define NAMES_MAX     200 /* of tables and stores, of one scheme */

/* clang-format off */
static const struct part {
	const char *word, *columns, *table;
	bool once;
} parts[] = {
	{ "scheme",  "RTRIM(REPLICATION_OWNER), RTRIM(REPLICATION_NAME)", "REPLICATIONS" },
	{ "stores",  "TT_STORE_ID, RTRIM(TT_STORE_NAME), RTRIM(HOST_NAME), REP_PORT_NUMBER", "TTSTORES" },
	{ "members", "RTRIM(DS_OBJ_OWNER), RTRIM(DS_OBJ_NAME)", "REPELEMENTS" },
	{ "returns", "SUBSCRIBER_ID, RETURN_SERVICE", "REPSUBSCRIPTIONS", true },
};
/* clang-format on */

static void
owner_statements(const char *owner, struct buf *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *columns = parts[i].columns;

		buf_addf(ret, "select %s'h-%s', '%s', %s from %s.%s;\n",
		    parts[i].once ? "distinct " : "", owner, parts[i].word, columns, owner,
		    parts[i].table);
	}
}

bool
history_statements(const struct observation *draft, struct buf *ret)
{
	const char *owners = settings_get(&draft->details, "history_schemes"), *word;
	const char *cursor = owners;
	char owner[NAME_MAX_BYTES];
	int count = 0, at = 0;
	size_t len;

	while (cursor != NULL && str_word(&cursor, &len) != NULL)
		count++;
	cursor = owners;
	while (count > 0 && (word = str_word(&cursor, &len)) != NULL) {
		str_printf(owner, sizeof(owner), "%.*s", (int)len, word);
		if (at++ + VERSIONS_READ >= count && tt_is_identifier(owner))
			owner_statements(owner, ret);
	}
	if (count > 0)
		owner_statements("TTREP", ret);
	return count > 0;
}

struct store_id {
	char owner[NAME_MAX_BYTES], id[24], name[NAME_MAX_BYTES];
};

struct reading {
	struct observation *draft;
	struct store_id ids[4 * MEMBERS_MAX];
	int id_count, names;
};

static void
add(struct reading *r, const char *owner, const char *what, char *word)
{
	char key[NAME_MAX_BYTES + 32];

	for (char *p = word; *p != '\0'; p++)
		*p = *p == ' ' ? '_' : (char)toupper((unsigned char)*p);
	str_printf(key, sizeof(key), "history.%s.%s", owner, what);
	if (r->names++ < NAMES_MAX * VERSIONS_READ)
		detail_add_word(r->draft, key, word);
}

static void
read_store(struct reading *r, const char *owner, const struct tt_row *row)
{
	struct store_id *id = &r->ids[r->id_count];
	char word[4 * NAME_MAX_BYTES];

	str_printf(word, sizeof(word), "%s@%s:%s", tt_column(row, 3), tt_column(row, 4),
	    row->null[5] ? "0" : tt_column(row, 5));
	add(r, owner, "stores", word);
	if (r->id_count == (int)ARRAY_SIZE(r->ids))
		return;
	str_copy(id->owner, sizeof(id->owner), owner);
	str_copy(id->id, sizeof(id->id), tt_column(row, 2));
	str_copy(id->name, sizeof(id->name), tt_column(row, 3));
	r->id_count++;
}

static void
read_return(struct reading *r, const char *owner, const struct tt_row *row)
{
	const char *name = tt_column(row, 2), *code = tt_column(row, 3);
	char word[2 * NAME_MAX_BYTES];

	for (int i = 0; i < r->id_count; i++)
		if (str_equal(r->ids[i].owner, owner) && str_equal(r->ids[i].id, name)) {
			name = r->ids[i].name;
			break;
		}
	str_printf(word, sizeof(word), "%s:%s", name,
	    *code == '2'       ? "twosafe"
		: *code == 'R' ? "receipt"
		: *code == 'C' ? "commit"
			       : "none");
	add(r, owner, "returns", word);
}

static void
read_row(struct reading *r, const struct tt_row *row)
{
	const char *owner = tt_column(row, 0), *what = tt_column(row, 1);
	char word[4 * NAME_MAX_BYTES];

	if (!str_starts_nocase(owner, "h-") || row->count < 4)
		return;
	owner += 2;
	if (str_equal_nocase(what, "stores") && row->count >= 6) {
		read_store(r, owner, row);
	} else if (str_equal_nocase(what, "returns")) {
		read_return(r, owner, row);
	} else if (str_equal_nocase(what, "scheme") || str_equal_nocase(what, "members")) {
		str_printf(word, sizeof(word), "%s.%s", tt_column(row, 2), tt_column(row, 3));
		add(r, owner, str_equal_nocase(what, "scheme") ? "scheme" : "members", word);
	}
}

/* Nothing depends on it but the record: what is not answered is not told. */
void
answer_history(const struct outcome *o, struct observation *draft)
{
	struct reading *r = mem_alloc(sizeof(*r));
	const char *cursor = o->output;
	struct tt_row row;

	r->draft = draft;
	while (o->ending == ENDING_EXITED && tt_row_next(&cursor, &row))
		read_row(r, &row);
	free(r);
}
