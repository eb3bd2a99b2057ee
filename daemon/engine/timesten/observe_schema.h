/* What the parts of a schema look leave for each other. */
#ifndef UD_ENGINE_TIMESTEN_OBSERVE_SCHEMA_H
#define UD_ENGINE_TIMESTEN_OBSERVE_SCHEMA_H

#include "daemon/engine/timesten/observe_parts.h"

struct table {
	int64_t id;
	char name[2 * NAME_MAX_BYTES]; /* OWNER.NAME */
	bool primary, key;
};

struct nullable {
	int table; /* index of schema.tables */
	char column[NAME_MAX_BYTES];
};

struct unique {
	int table, count;
	char name[NAME_MAX_BYTES];
	char *columns; /* count of them, in the order of the alphabet, with '+'; owned */
	bool nullable; /* one of its columns may be null */
};

struct store {
	int64_t id;
	char name[NAME_MAX_BYTES]; /* upper case */
	bool local;
};

#define NOT_INLINE_NAMED 40 /* of columns out of line, whose names are kept */

struct schema {
	struct observation *draft;
	struct table *tables; /* of users; owned */
	int table_count;
	struct nullable *nullables; /* owned */
	int nullable_count;
	struct unique *uniques; /* indexes; owned */
	int unique_count;
	struct store stores[MEMBERS_MAX];
	int store_count;
	uint64_t columns; /* sum of the hashes of all columns */
	uint64_t not_inline; /* the same of those that are stored out of line */
	int not_inline_count;
	bool bad;         /* the part has a row that cannot be read */
	bool refused;     /* a part was, for good */
	bool passing;     /* a part was, for a reason that passes */
};

/* True for a binary column with a bit set: "01", "0x01", "1". */
bool binary_is_set(const char *binary);

/* The table of a TBLID, or NULL. */
struct table *find_table(const struct schema *s, const char *id);

/* Keys; observe_keys.c. */
void read_primary(struct schema *s, const struct tt_row *row);
void read_nullable(struct schema *s, const struct tt_row *row);
void read_unique(struct schema *s, const struct tt_row *row);
void read_key_column(struct schema *s, const struct tt_row *row);
void keys_weigh(struct schema *s);
void keys_no_primary(struct schema *s);
void keys_done(struct schema *s);

/* One row of each part; observe_scheme.c. */
void read_scheme(struct schema *s, const struct tt_row *row);
void read_store(struct schema *s, const struct tt_row *row);
void read_threshold(struct schema *s, const struct tt_row *row);
void read_peer(struct schema *s, const struct tt_row *row);
void read_return(struct schema *s, const struct tt_row *row);

#endif
