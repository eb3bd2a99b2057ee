#include "config.h"

#include "client/pages.h"

#include <inttypes.h>
#include <string.h>

#include "client/look.h"
#include "client/member.h"
#include "client/render_table.h"

#define SCREEN_ROWS 40
#define STATES      8

static const char *const heads[] = { "PAIR", "ENGINE", "STATE", "ACTIVE", "RELEASES",
	"#LAG", "ATTENTION", NULL };

/* "11.2.1.9.0, 22.1.1.21.0": each release of the members once, in their order. */
static void
add_releases(struct buf *out, const json_t *pair)
{
	const json_t *members = look_array(pair, "members");
	const char *release, *said;
	size_t i, j;
	bool again;

	for (i = 0; i < json_array_size(members); i++) {
		release = look_string(json_array_get(members, i), "release");
		again = release == NULL;
		for (j = 0; j < i && !again; j++) {
			said = look_string(json_array_get(members, j), "release");
			again = str_equal(said, release);
		}
		if (!again)
			buf_addf(out, "%s%s", out->len > 0 ? ", " : "", release);
	}
	if (out->len == 0)
		buf_adds(out, LOOK_UNKNOWN);
}

/* The member that lags most; a member whose lag is unknown does not hide one that lags. */
static void
add_largest_lag(struct buf *out, const json_t *pair)
{
	const json_t *members = look_array(pair, "members"), *worst = NULL;
	int64_t most = -1, lag;
	size_t i;
	json_t *member;

	json_array_foreach(members, i, member) {
		lag = look_number(member, "lag_bytes");
		if (lag < 0)
			lag = look_number(member, "lag_ms");
		if (lag > most) {
			most = lag;
			worst = member;
		}
	}
	member_add_lag(out, worst);
}

static bool
needs_attention(const json_t *pair)
{
	return json_array_size(look_array(pair, "attention")) > 0 ||
	    look_is(pair, "state", "attention");
}

/* The first one; how many more there are. */
static void
add_attention(struct buf *out, const struct view *v, const json_t *pair)
{
	const json_t *list = look_array(pair, "attention");
	const json_t *upgrade = look_object(pair, "upgrade");
	const char *text = look_string(json_array_get(list, 0), "text");
	char gate[LOOK_TEXT];

	if (text == NULL)
		text = look_string(json_array_get(list, 0), "code");
	if (text != NULL) {
		style_add(out, v, STYLE_BAD, text);
	} else if (look_is(upgrade, "state", "gated")) {
		buf_adds(out, "waits at gate ");
		style_add(out, v, STYLE_ASKS,
		    look_word(look_object(upgrade, "gate"), "id", gate));
	}
	if (json_array_size(list) > 1)
		buf_addf(out, " (and %zu more)", json_array_size(list) - 1);
	if (out->len == 0)
		buf_adds(out, "");
}

static void
add_row(struct table *t, const struct view *v, const json_t *pair)
{
	char word[LOOK_TEXT];
	struct buf cell = { 0 };

	table_add(t, look_word(pair, "pair", word));
	table_add(t, look_word(pair, "engine", word));
	table_add_word(t, look_word(pair, "state", word));
	table_add(t, look_word(pair, "active", word));
	add_releases(&cell, pair);
	table_add(t, buf_text(&cell));
	buf_clear(&cell);
	add_largest_lag(&cell, pair);
	table_add_buf(t, &cell);
	add_attention(&cell, v, pair);
	table_add_buf(t, &cell);
}

/* "1000 pairs: 997 serving, 2 upgrading, 1 attention" */
static void
add_counts(struct buf *out, const json_t *pairs)
{
	struct {
		const char *state;
		size_t count;
	} seen[STATES] = { 0 };
	char word[LOOK_TEXT];
	const char *state;
	size_t i, j;
	json_t *pair;

	json_array_foreach(pairs, i, pair) {
		state = look_text(pair, "state", word);
		if (state == NULL)
			state = "unknown";
		for (j = 0; j + 1 < STATES && seen[j].state != NULL; j++) {
			if (str_equal(seen[j].state, state))
				break;
		}
		seen[j].state = state == word ? "other" : state;
		seen[j].count++;
	}
	buf_addf(out, "%zu pair%s", json_array_size(pairs),
	    json_array_size(pairs) == 1 ? "" : "s");
	for (j = 0; j < STATES && seen[j].state != NULL; j++)
		buf_addf(out, "%s %zu %s", j == 0 ? ":" : ",", seen[j].count,
		    seen[j].state);
	buf_adds(out, "\n");
}

static size_t
add_table(struct buf *out, const struct view *v, const json_t *pairs, bool all)
{
	struct table t;
	size_t i, rows = 0;
	json_t *pair;

	table_init(&t, v, heads);
	json_array_foreach(pairs, i, pair) {
		if (!all && !needs_attention(pair))
			continue;
		add_row(&t, v, pair);
		rows++;
	}
	if (rows > 0)
		table_done(&t, out, 0);
	str_list_done(&t.cells);
	return rows;
}

void
page_pairs(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *pairs = look_array(doc, "pairs");
	struct buf again = { 0 };

	if (json_array_size(pairs) == 0) {
		buf_adds(out,
		    "no pairs: upgraded.conf names the folder with their files\n");
		return;
	}
	(void)add_table(out, v, pairs, true);
	buf_adds(out, "\n");
	add_counts(out, pairs);
	if (json_array_size(pairs) > SCREEN_ROWS &&
	    add_table(&again, v, pairs, false) > 0)
		buf_addf(out, "\nneeds attention:\n%s", buf_text(&again));
	buf_done(&again);
}
