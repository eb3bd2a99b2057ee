/* What the files that read answers share; observe.h is the contract. */
#ifndef UD_ENGINE_TIMESTEN_OBSERVE_PARTS_H
#define UD_ENGINE_TIMESTEN_OBSERVE_PARTS_H

#include "common/buf.h"
#include "daemon/engine/timesten/utilities/utilities.h"
#include "daemon/model/engine.h"

/* Sets a detail from a format. */
void detail_setf(struct observation *draft, const char *key, const char *fmt, ...)
    UD_PRINTF(3, 4);

/* Removes every detail whose name begins with one of the prefixes (NULL-ended). */
void details_clear(struct observation *draft, const char *const *prefixes);

/* At most INSTALLATIONS_MAX. */
int look_installations(const struct member *m);

/* ---- observe_instance.c, observe_tools.c: answers of processes ---- */

/* "/opt/new/bin/ttStatus: No such file or directory", from the shell or from us. */
bool is_not_installed(const struct question *q, const struct outcome *o);

/* Keeps why a process has no answer: how it ended, and what it said. */
void process_failed(const struct member *m, const struct question *q,
    const struct outcome *o, const char *what, struct observation *draft);

void answer_status(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);
void answer_version(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);
bool version_is_plain(const struct observation *draft, int installation);
void answer_plain_version(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);
void answer_policy(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);
void answer_clock(const struct outcome *o, struct observation *draft, unsigned *seen);

/* ---- observe_host.c: what check alone wants to know of a host ---- */

/* Its platform, room in the folders that an upgrade fills, who Oracle Clusterware manages. */
void host_command(struct command *c, const struct member *m,
    const struct observation *draft);
void answer_host(const struct member *m, const struct outcome *o,
    struct observation *draft);
void answer_transactions(const struct outcome *o, struct observation *draft);

/* What can be concluded about writes, from what the draft says now. */
enum fact look_writable(const struct member *m, const struct observation *draft);

/* Role, bookmark, peers and marker are unknown. */
void forget_database(struct observation *draft, unsigned looks);

/* ---- observe_database.c: answers of the session ---- */

/* Statements for these aspects. False: there is nothing to ask. */
bool database_statements(const struct member *m, unsigned looks,
    const struct observation *draft, struct buf *ret);
void answer_database(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);

/* ---- observe_schema.c ---- */

void schema_statements(const struct observation *draft,
    struct buf *ret); /* LOOK_SCHEMA */
void schema_tables_statements(const struct observation *draft,
    struct buf *ret); /* names of tables only, for LOOK_ROWS */
void schema_answer(const char *text, struct observation *draft);
void schema_tables_answer(const char *text, struct observation *draft);

/* ---- observe_history.c ---- */

/* Schemes that ttMigrate kept, by the owners that the draft names. False: it names none. */
bool history_statements(const struct observation *draft, struct buf *ret);
void answer_history(const struct outcome *o, struct observation *draft);

/* ---- observe_rows.c ---- */

/* count(*) of the tables that the draft names. False: their names are not known. */
bool rows_statements(const struct observation *draft, struct buf *ret);
void answer_rows(const struct outcome *o, struct observation *draft, unsigned *seen);

/* ---- markers: rows between the answers of one question ---- */

/* Adds `select 'q-<name>' from dual;` and the statement, unless the part is skipped. */
void part_add(struct buf *b, const struct observation *draft, const char *name,
    const char *statement);

/* A session ended on this part before. */
bool part_is_skipped(const struct observation *draft, const char *name);

/* How a part was answered, from its text (NULL: not reached). */
enum part_answer { PART_GOOD, PART_REFUSED, PART_FAILED };
enum part_answer part_judge(const struct observation *draft, const char *name,
    const char *text, struct tt_error *ret);

/* Adds a word to the list that a detail is, once. */
void detail_add_word(struct observation *draft, const char *key, const char *word);
bool detail_has_word(const struct observation *draft, const char *key, const char *word);

/* True when the middle of a text was left out: its rows are not all there. */
bool part_is_cut(const char *text);

/* What was printed between the row of that marker and the next marker: new string, or NULL
 * when the row is not there (the tool did not come that far). */
char *part_find(const char *answer, const char *name);

#endif
