/*
 * A shell of a member (engine.shell): a POSIX sh that stays on its host and runs what it is told,
 * line by line, with functions that an engine gives it. For shells that end with serve.sh: the
 * `wrap` and `end` of their dialect.
 */
#ifndef UD_ENGINE_SHARED_SHELL_H
#define UD_ENGINE_SHARED_SHELL_H

#include <stddef.h>

/* The commands, and behind them the mark that makes the shell run them. New string. */
char *shell_wrap(const char *statements, const char *nonce);

/* As dialect.end: the answer ends with a line of the nonce and the status of the last command. */
const char *shell_end(const char *text, const char *nonce, size_t *ret_len, int *ret_status);

#endif
