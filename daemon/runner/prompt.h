/*
 * The terminal of a job whose command asks for a user or a password.
 *
 * Prompts are text without a line end, printed on the terminal or on the output, behind
 * which nothing follows for a moment. What asks for a password gets the password, of two that
 * one which its words choose (secret_reveal_for()); what asks for a user gets the user; others
 * are left alone. Each prompt is answered once, and
 * at most PROMPTS_MOST of a job.
 */
#ifndef UD_RUNNER_PROMPT_H
#define UD_RUNNER_PROMPT_H

#include <stddef.h>

#include "common/error.h"
#include "common/secret.h"

#define PROMPTS_MOST 6

struct event_base;
struct prompt;

/* Opens a terminal that does not echo. password is borrowed, user is copied (NULL: none).
 * *ret_terminal is the command's end: close it once the command has it. */
int prompt_open(struct event_base *base, const struct secret *password,
    const char *user, struct prompt **ret, int *ret_terminal, struct ud_error *err)
    UD_CHECKED;

/* What the command printed on its output. */
void prompt_output(struct prompt *p, const char *text, size_t len);

/* Writes a line to the terminal, not a secret one. */
void prompt_type(struct prompt *p, const char *line);

/* A prompt that was not answered, "" when there is none. */
const char *prompt_unanswered(const struct prompt *p);

void prompt_close(struct prompt *p); /* NULL is fine */

#endif
