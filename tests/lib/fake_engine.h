/*
 * An engine without databases, for tests and measurements of the house around one: its members are
 * always in good order. Whoever uses it says what its procedures do.
 */
#ifndef UD_TESTS_LIB_FAKE_ENGINE_H
#define UD_TESTS_LIB_FAKE_ENGINE_H

#include "daemon/model/engine.h"

/* A look at m is under way and asks nothing: inject what fake_see() says. */
extern void (*fake_looked)(const struct member *m);

/* The member of index 0 is active, 1 standby, others subscribers; logs grow with the time. */
void fake_see(const struct member *m, int64_t now_ms, struct observation *ret);

/* Fields of a struct engine; left out are procedures and dialect. */
#define FAKE_ENGINE                                                                 \
	.name = "fake", .title = "no database", .ask = fake_ask,                    \
	.answer = fake_answer, .judge = fake_judge,                                 \
	.check_looks = LOOK_BASIC | LOOK_RELEASE, .same_major = release_same_major, \
	.release_parse = release_parse

/* Fields of a struct procedure for any pair; left out are title and forward. */
#define FAKE_PROCEDURE                                                               \
	.id = "asp-major", .source = "none", .needs = "nothing", .costs = "nothing", \
	.forbids = "nothing", .topology = "active-standby", .undo = fake_no_rows,    \
	.backout = fake_no_rows, .undo_backout = fake_no_rows,                       \
	.options = fake_no_options, .applies = fake_applies

extern const struct row fake_no_rows[];
extern const char *const fake_no_options[];

bool fake_applies(const struct pair *p, const struct release *from,
    const struct release *to, char *text, size_t size);
bool fake_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret);
void fake_answer(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);
enum verdict fake_judge(const struct command *c, const struct outcome *o,
    struct ud_error *err);

#endif
