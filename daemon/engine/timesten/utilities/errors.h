/* What etc/timesten-errors.conf says (tt_error.c), for the files that search outputs. */
#ifndef UD_ENGINE_TIMESTEN_UTILITIES_ERRORS_H
#define UD_ENGINE_TIMESTEN_UTILITIES_ERRORS_H

#include "daemon/engine/timesten/utilities/utilities.h"

bool tt_error_is_known(int number);   /* it is in the table */
bool tt_error_is_wrapper(int number); /* counts only when no other number is there */
bool tt_error_is_warning(int number); /* never counts */

/* The first known text without a number, in the order of the table; where it stands in
 * text, or NULL. */
const char *tt_error_text_find(const char *text, enum verdict *ret_verdict,
    const char **ret_remedy);

/* The last lines of text that are not empty, in one line of at most size bytes. */
void tt_error_tail(const char *text, char *buf, size_t size);

#endif
