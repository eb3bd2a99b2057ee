/* What the files of this folder share, and nobody else sees. */
#ifndef UD_ENGINE_TIMESTEN_UTILITIES_PARTS_H
#define UD_ENGINE_TIMESTEN_UTILITIES_PARTS_H

#include "daemon/engine/timesten/utilities/utilities.h"

/* Makes c the job of a tool on m's host: argv is "<bin>/<tool>" so far, env is that of the
 * installation. An installation that does not exist leaves kind NONE. */
void tt_job(struct command *c, const struct member *m, int installation,
    const char *tool);

/* Ends argv with -connStr and the connection string of tt_connection(). */
void tt_job_connect(struct command *c, bool may_create);

/* The setting key_new in an installation named "new" when the member has it, else key. */
const char *tt_setting(const struct member *m, int installation, const char *key,
    const char *key_new);

/* The rest of line behind "key :", trimmed, in place; NULL: another line. Blanks in line
 * and key count as one, case does not count. */
char *tt_value_of(char *line, const char *key);

/* Every run of white space becomes one blank, in place; both ends are trimmed. Returns the
 * new start inside line. */
char *tt_one_blank(char *line);

/* Behind words when text begins with them, else NULL. A blank in words stands for any white
 * space between two words of text; case does not count. */
const char *tt_skip_words(const char *text, const char *words);

/* Where such words stand in text, or NULL. */
const char *tt_find_words(const char *text, const char *words);

/* Is it the line that stands for the middle of a long output, which was not kept? */
bool tt_is_cut(const char *line);

/* Copies in lower case, cut to fit. */
void tt_copy_lower(char *dst, size_t size, const char *src);

/* Yes for "true", "yes", "open", "1"; no for "false", "no", "closed", "0". */
enum fact tt_fact_of(const char *word);

#endif
