/* A folder of its own for each test, a small pair with its plan, and shorthands. */
#ifndef UD_TESTS_UNIT_JOURNAL_FIXTURE_H
#define UD_TESTS_UNIT_JOURNAL_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

#define FORWARD_STEPS 5

extern char
    folder[64]; /* made by folder_make, removed with all in it by folder_remove */
void folder_make(void);
void folder_remove(void);
char *in_folder(const char *name); /* new string */
void copy_file(const char *from, const char *to);

/* As folder/journal.db; the test fails when it does not open. */
struct journal *opened(void);
void begin(struct journal *j);
void commit(struct journal *j);

/* Of pair "sales", five steps forward, two undo, one of each back-out list. */
struct plan *plan_made(void);
/* With every journaled field set to something of its own. */
struct upgrade *upgrade_made(const struct plan *plan);
/* Journaled in a turn of its own, with its steps. */
int64_t upgrade_put(struct journal *j, struct upgrade *u, const struct plan *plan);
struct command_row command_made(int64_t upgrade, const char *number);

/* A number from the file, through a connection of its own. */
int64_t number_in_file(const char *sql);

#define ck_ok(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

#endif
