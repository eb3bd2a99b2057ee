#include "config.h"

#include "daemon/model/engine.h"

#include <stdlib.h>

void
question_done(struct question *q)
{
	str_list_done(&q->argv);
	str_list_done(&q->env);
	free(q->statements);
	*q = (struct question){ 0 };
}

bool
engine_is(const struct engine *e, const char *word)
{
	return word != NULL && (str_equal(e->name, word) || str_equal(e->alias, word));
}
