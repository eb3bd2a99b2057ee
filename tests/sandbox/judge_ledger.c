/* Reads the ledger of the applications; load_ledger.h describes its lines. */
#include "tests/sandbox/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add_ack(struct judge_ledger *l, const struct judge_ack *a)
{
	if (l->acks == l->ack_room) {
		l->ack_room = l->ack_room == 0 ? 256 : l->ack_room * 2;
		l->ack = reallocarray(l->ack, l->ack_room, sizeof(*l->ack));
		if (l->ack == NULL)
			abort();
	}
	l->ack[l->acks++] = *a;
}

static int
take_transaction(struct judge_ledger *l, const char *line)
{
	struct judge_ack a = { 0 };
	char word[16];

	if (sscanf(line, "%15s %" SCNd64 " %d %63s %*s %*s %" SCNd64 " %" SCNd64, word,
		&a.first_id, &a.rows, a.store, &a.sent_us, &a.seen_us) != 6 ||
	    a.rows < 1)
		return -1;
	for (int i = 0; i < a.rows; i++)
		judge_ids_add(word[0] == 'a' ? &l->acked : &l->unknown, a.first_id + i);
	if (word[0] == 'a') {
		l->transactions++;
		add_ack(l, &a);
	}
	return 0;
}

/* A load began: the time since the one before is no stall. */
static void
take_start(struct judge_ledger *l, int64_t at_us)
{
	struct judge_ack a = { .seen_us = at_us };

	add_ack(l, &a);
	l->ended = false;
}

static void
take_hold(struct judge_ledger *l, int64_t from_us, int64_t to_us)
{
	l->holds++;
	if (to_us - from_us > l->longest_hold.to_us - l->longest_hold.from_us)
		l->longest_hold = (struct judge_span){ from_us, to_us };
}

/* pause_us: when the applications were held, 0 when they were not. */
static int
take_line(struct judge_ledger *l, const char *line, int64_t *pause_us)
{
	int64_t at_us;
	char word[16];

	if (strncmp(line, "ack ", 4) == 0 || strncmp(line, "unknown ", 8) == 0)
		return take_transaction(l, line);
	if (sscanf(line, "%15s %" SCNd64, word, &at_us) != 2)
		return -1;
	if (strcmp(word, "pause") == 0) {
		if (*pause_us == 0)
			*pause_us = at_us;
	} else if (strcmp(word, "resume") == 0) {
		if (*pause_us != 0)
			take_hold(l, *pause_us, at_us);
		*pause_us = 0;
	} else if (strcmp(word, "start") == 0) {
		take_start(l, at_us);
	} else if (strcmp(word, "end") == 0) {
		l->ended = true;
	} else
		return -1;
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct judge_ack *x = a, *y = b;

	return (x->seen_us > y->seen_us) - (x->seen_us < y->seen_us);
}

static void
find_stall(struct judge_ledger *l)
{
	if (l->acks > 1)
		qsort(l->ack, l->acks, sizeof(*l->ack), by_time);
	for (size_t i = 1; i < l->acks; i++) {
		int64_t from_us = l->ack[i - 1].seen_us, to_us = l->ack[i].seen_us;

		if (l->ack[i].rows == 0 || l->ack[i - 1].rows == 0)
			continue;
		if (to_us - from_us > l->longest_stall.to_us - l->longest_stall.from_us)
			l->longest_stall = (struct judge_span){ from_us, to_us };
	}
}

int
judge_ledger_read(struct judge *j, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512];
	int64_t pause_us = 0;
	int number = 0, rc = 0;

	if (f == NULL) {
		fprintf(stderr, "judge: %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		number++;
		rc = take_line(&j->ledger, line, &pause_us);
		if (rc != 0)
			fprintf(stderr, "judge: %s:%d: not a line of a ledger\n", path,
			    number);
	}
	fclose(f);
	judge_ids_sort(&j->ledger.acked);
	judge_ids_sort(&j->ledger.unknown);
	find_stall(&j->ledger);
	return rc;
}
