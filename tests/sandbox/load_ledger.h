#ifndef SANDBOX_LOAD_LEDGER_H
#define SANDBOX_LOAD_LEDGER_H

#include <stdint.h>

/*
 * The ledger: what the applications know. It lies outside the sandbox, so that nothing
 * that happens to a database can change what was promised to its user. One line of
 * words with one blank between, written with a single write() right after the answer:
 *
 *   start    T_US RATE CONNECTIONS ROWS
 *   ack      FIRST_ID ROWS STORE HOST RELEASE SENT_US ACK_US
 *   unknown  FIRST_ID ROWS STORE HOST RELEASE SENT_US SEEN_US   the answer never came
 *   pause    T_US                          held: no transaction is in flight
 *   resume   T_US STORE|-
 *   end      T_US                          orderly: none is in flight any more
 *
 * A transaction writes the rows FIRST_ID .. FIRST_ID+ROWS-1. An id in no line was
 * refused or never sent, and must be in no database (unless `end` is missing). Times
 * are microseconds of CLOCK_MONOTONIC. "-" stands for an empty word.
 */

struct load_ledger {
	int fd;
};

struct load_entry {
	int64_t first_id;
	int rows;
	const char *store, *host, *release; /* borrowed */
	int64_t sent_us, seen_us;
};

/* Opens for appending, creates. Returns 0, or -1 with errno. */
int load_ledger_open(struct load_ledger *l, const char *path);

/*
 * Writes one line; a ledger that cannot be written ends the program: it could not be
 * trusted.
 */
void load_ledger_add(struct load_ledger *l, const char *word,
    const struct load_entry *e);
void load_ledger_note(struct load_ledger *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void load_ledger_close(struct load_ledger *l);

#endif
