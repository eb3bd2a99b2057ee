#include "config.h"

#include "client/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "client/cells.h"
#include "common/mem.h"

void
screen_measure(struct screen *s, FILE *f)
{
	struct winsize size = { 0 };

	s->width = 80;
	s->height = 24;
	if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
	    size.ws_row == 0)
		return;
	s->width = size.ws_col;
	s->height = size.ws_row;
}

static size_t
rows_of(const struct screen *s, const char *line)
{
	size_t width = cells_width(line);

	return width == 0 ? 1 : (width + s->width - 1) / s->width;
}

static size_t
lines_left(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		n++;
	return n;
}

/* The line, and nothing of the frame before behind it. One that fills its row leaves nothing
 * there, and the cursor on its last character, which must stay. */
static void
add_line(const struct screen *s, struct buf *out, const char *line)
{
	size_t width = cells_width(line);

	buf_adds(out, line);
	buf_adds(out, width > 0 && width % s->width == 0 ? "\n" : "\033[K\n");
}

/* Lines are written over those before: a screen that is cleared first flickers, and some
 * terminals keep what was cleared among the lines that scrolled away. The last row stays
 * empty: the cursor waits there. */
void
screen_frame(struct screen *s, struct buf *out, const char *text)
{
	size_t rows = 0, room = s->height > 2 ? s->height - 2 : 1;
	const char *end;
	char *line;

	if (s->rows_drawn > 0)
		buf_addf(out, "\033[%zuA", s->rows_drawn);
	buf_adds(out, "\r");
	while ((end = strchr(text, '\n')) != NULL) {
		line = mem_strndup(text, (size_t)(end - text));
		if (rows + rows_of(s, line) > room) {
			buf_addf(out, "... %zu more lines\033[K\n", lines_left(text));
			free(line);
			rows++;
			break;
		}
		rows += rows_of(s, line);
		add_line(s, out, line);
		free(line);
		text = end + 1;
	}
	buf_adds(out, "\033[J");
	s->rows_drawn = rows;
}
