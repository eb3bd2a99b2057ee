/* Refusals: one code and one line of text, as TimesTen words them. */
#ifndef SANDBOX_REFUSE_H
#define SANDBOX_REFUSE_H

#include <stdio.h>

#include "tests/sandbox/simclient.h"

struct world;

/* Fills err and returns -1. The text of the table is used when format is NULL. */
int refuse(struct sim_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The `*** [TimesTen]...` block of all utilities but ttIsql. */
void refuse_print(const struct world *w, const struct sim_error *err, FILE *to);

#endif
