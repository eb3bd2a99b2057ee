#include "config.h"

#include "client/render_json.h"

#include <stdlib.h>

void
json_show_answer(FILE *f, const char *text, size_t len)
{
	(void)fwrite(text, 1, len, f);
	if (len == 0 || text[len - 1] != '\n')
		(void)fputc('\n', f);
}

void
json_show_line(FILE *f, const json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);

	fprintf(f, "%s\n", text == NULL ? "null" : text);
	free(text);
	(void)fflush(f);
}
