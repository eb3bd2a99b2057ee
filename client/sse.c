#include "config.h"

#include "client/sse.h"

#include <stdlib.h>
#include <string.h>

#include "common/str.h"

#define LONGEST_LINE (1024 * 1024) /* the rest of a longer one is not kept */

static void
end_record(struct sse *s)
{
	(void)str_copy(s->id, sizeof(s->id), s->next_id);
	if (s->data.len > 0)
		s->records++;
	buf_clear(&s->data);
}

static void
take_field(struct sse *s, const char *name, const char *value)
{
	if (str_equal(name, "id")) {
		(void)str_copy(s->next_id, sizeof(s->next_id), value);
	} else if (str_equal(name, "data")) {
		buf_adds(&s->data, value);
		buf_adds(&s->data, "\n");
	}
}

static void
end_line(struct sse *s)
{
	char *line = buf_take(&s->line);
	char *colon;
	const char *value = "";

	if (line == NULL || *line == '\0') {
		end_record(s);
	} else if (*line != ':') {
		colon = strchr(line, ':');
		if (colon != NULL) {
			*colon = '\0';
			value = colon[1] == ' ' ? colon + 2 : colon + 1;
		}
		take_field(s, line, value);
	}
	free(line);
}

void
sse_feed(struct sse *s, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '\n' && s->after_cr) {
			s->after_cr = 0;
			continue;
		}
		s->after_cr = data[i] == '\r';
		if (data[i] == '\n' || data[i] == '\r')
			end_line(s);
		else if (s->line.len < LONGEST_LINE)
			buf_add(&s->line, data + i, 1);
	}
}

void
sse_restart(struct sse *s)
{
	buf_clear(&s->line);
	buf_clear(&s->data);
	(void)str_copy(s->next_id, sizeof(s->next_id), s->id);
	s->after_cr = 0;
}

void
sse_done(struct sse *s)
{
	buf_done(&s->line);
	buf_done(&s->data);
	*s = (struct sse){ 0 };
}
