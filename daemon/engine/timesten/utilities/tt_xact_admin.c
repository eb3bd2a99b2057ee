/*
 * ttXactAdmin: which transactions are open, and whose they are.
 *
 *   Program File Name: ttIsql
 *
 *   2564  0xeeb9a8  1.21     Active       Database   0x01312d00   IX
 *                                         Row        0x00156bbc   Xn   TTUSER.TABLE1
 *   2 outstanding transactions found
 *
 * A line that begins with a process and an address is the first of a transaction. Lines
 * under "Awaiting locks" repeat those above. Without its last line the answer is not whole.
 *
 * Source: TimesTen Reference, ttXactAdmin; Troubleshooting Guide 22.1, "Using the
 * ttXactAdmin Utility".
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

void
tt_xact_admin(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttXactAdmin");
	if (c->kind == COMMAND_JOB)
		tt_job_connect(c, false);
}

struct reading {
	char program[64];
	bool waiting; /* below "Awaiting locks" */
	bool whole;
	struct tt_transaction *ret;
	int max, count;
};

/* "1.21": two numbers. */
static bool
is_transaction_id(const char *word)
{
	size_t n = strspn(word, "0123456789");

	return n > 0 && word[n] == '.' && word[n + 1] != '\0' &&
	    word[n + 1 + strspn(word + n + 1, "0123456789")] == '\0';
}

static bool
is_known(const struct reading *r, const char *id)
{
	for (int i = 0; i < r->count && i < r->max; i++)
		if (str_equal(r->ret[i].id, id))
			return true;
	return false;
}

static void
read_first_line(struct reading *r, char *line)
{
	char *pid = strsep(&line, " "), *context, *id;
	int64_t number;

	context = line != NULL ? strsep(&line, " ") : NULL;
	id = line != NULL ? strsep(&line, " ") : NULL;
	if (id == NULL || !str_to_int(pid, 1, INT32_MAX, &number) ||
	    !str_starts_nocase(context, "0x") || !is_transaction_id(id) ||
	    is_known(r, id))
		return;
	if (r->count < r->max) {
		struct tt_transaction *t = &r->ret[r->count];

		*t = (struct tt_transaction){ .pid = (int)number };
		str_copy(t->id, sizeof(t->id), id);
		str_copy(t->program, sizeof(t->program), r->program);
	}
	r->count++;
}

static bool
read_line(char *line, void *arg)
{
	struct reading *r = arg;
	char *value, *words = tt_one_blank(line);

	value = tt_value_of(words, "Program File Name");
	if (value != NULL)
		str_copy(r->program, sizeof(r->program), value);
	else if (tt_skip_words(words, "Awaiting locks") != NULL)
		r->waiting = true;
	else if (tt_find_words(words, "outstanding transaction") != NULL)
		r->whole = true;
	else if (!r->waiting && isdigit((unsigned char)words[0]))
		read_first_line(r, words);
	return true;
}

int
tt_transactions_parse(const char *text, struct tt_transaction *ret, int max)
{
	struct reading r = { .ret = ret, .max = max };

	str_each_line(text, read_line, &r);
	return r.whole ? r.count : -1;
}
