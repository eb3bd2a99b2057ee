#include "config.h"

#include "client/member.h"

#include <inttypes.h>

#include "client/look.h"
#include "client/render_table.h"

/* What decides first: a narrow terminal cuts at the right. */
/* clang-format off */
enum column { C_REPLICATION = 5, C_CACHE = 7, C_LOADED };

static const char *const heads[] = {
	"MEMBER", "ROLE", "RELEASE", "#LAG", "#AGE", "REPLICATION", "BOOKMARK", "CACHE", "LOADED",
	"HOST", NULL,
};
/* clang-format on */

void
member_add_lag(struct buf *out, const json_t *member)
{
	int64_t bytes = look_number(member, "lag_bytes"),
		ms = look_number(member, "lag_ms");
	char text[LOOK_TEXT];

	if (bytes >= 0)
		buf_addf(out, "%" PRId64 " B%s", bytes, ms >= 0 ? ", " : "");
	if (ms >= 0 || bytes < 0)
		buf_adds(out, look_duration(member, "lag_ms", text));
}

/* The place written, and the place held where it is another. */
static void
add_bookmark(struct table *t, const json_t *member)
{
	const json_t *both = look_object(member, "bookmark");
	char written[LOOK_TEXT], held[LOOK_TEXT];
	const char *w, *h;
	struct buf cell = { 0 };

	if (both == NULL) {
		table_add(t, look_word(member, "bookmark", written));
		return;
	}
	w = look_word(both, "written", written);
	h = look_text(both, "held", held);
	buf_adds(&cell, w);
	if (h != NULL && !str_equal(w, h))
		buf_addf(&cell, " held %s", h);
	table_add(t, buf_text(&cell));
	buf_done(&cell);
}

static void
add_row(struct table *t, const json_t *member)
{
	const json_t *agents = look_object(member, "agents");
	char word[LOOK_TEXT];
	struct buf cell = { 0 };

	table_add(t, look_word(member, "name", word));
	table_add_word(t, look_word(member, "role", word));
	table_add(t, look_word(member, "release", word));
	member_add_lag(&cell, member);
	table_add_buf(t, &cell);
	table_add(t, look_duration(member, "age_ms", word));
	table_add(t, look_word(agents, "replication", word));
	add_bookmark(t, member);
	table_add(t, look_word(agents, "cache", word));
	table_add(t, look_word(member, "loaded", word));
	table_add(t, look_word(member, "host", word));
}

/* Unknown (null) is shown; what no member has at all is no column of this engine. */
static bool
nobody_has(const json_t *members, const char *inside, const char *key)
{
	const json_t *from;
	size_t i;
	json_t *member;

	json_array_foreach(members, i, member) {
		from = inside == NULL ? member : look_object(member, inside);
		if (json_object_get(from, key) != NULL)
			return false;
	}
	return true;
}

void
member_add_table(struct buf *out, const struct view *v, const json_t *members)
{
	struct table t;
	size_t i;
	json_t *member;

	table_init(&t, v, heads);
	t.hidden[C_REPLICATION] = nobody_has(members, "agents", "replication");
	t.hidden[C_CACHE] = nobody_has(members, "agents", "cache");
	t.hidden[C_LOADED] = nobody_has(members, NULL, "loaded");
	json_array_foreach(members, i, member)
		add_row(&t, member);
	table_done(&t, out, 2);
}

/* The error of the last look, or that there was no answer; NULL: all is well. */
static const char *
trouble(const json_t *member, char text[LOOK_TEXT])
{
	const json_t *error = look_object(member, "error");
	const char *said = error != NULL ? look_string(error, "detail")
					 : look_text(member, "error", text);

	if (said != NULL && *said != '\0')
		return said;
	return json_is_false(json_object_get(member, "reachable")) ? "does not answer"
								   : NULL;
}

void
member_add_errors(struct buf *out, const struct view *v, const json_t *members)
{
	char name[LOOK_TEXT], text[LOOK_TEXT];
	const char *said;
	size_t i;
	json_t *member;

	json_array_foreach(members, i, member) {
		said = trouble(member, text);
		if (said == NULL)
			continue;
		buf_adds(out, "  ");
		style_add(out, v, STYLE_BAD, look_word(member, "name", name));
		buf_adds(out, ": ");
		style_add(out, v, STYLE_PLAIN, said);
		buf_adds(out, "\n");
	}
}
