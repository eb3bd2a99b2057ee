/*
 * Passwords: a type that no formatter prints (promise P9).
 *
 * A secret is read from a file that only its owner may read, handed to a prompt or a
 * protected channel through secret_reveal(), and wiped when it is freed.
 */
#ifndef UD_COMMON_SECRET_H
#define UD_COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

struct secret;

/* First line of the file. UD_ECONFIG when it is missing, empty or readable by others
 * (mode & 077). */
int secret_read_file(const char *path, struct secret **ret, struct ud_error *err) UD_CHECKED;

struct secret *secret_new(const char *value);
void secret_free(struct secret *s);
const char *secret_reveal(const struct secret *s); /* the only reader; do not store */

/* Makes other, which s takes over, part of s: it is redacted and freed with it, and revealed
 * where a prompt names one of the words (blanks between them, any case). */
void secret_add(struct secret *s, const char *words, struct secret *other);

/* The secret that a prompt asks for: the added one when the prompt names a word of it. A prompt
 * that names none gets s; behind the first answer of s (again) it gets the added one, for a tool
 * that asks for both in the same words. Like secret_reveal(). */
const char *secret_reveal_for(const struct secret *s, const char *prompt, bool again);

/* Replaces every occurrence of the secret, and of what was added to it, in text by
 * "********", in place. */
void secret_redact(const struct secret *s, char *text);

/* Replaces the values behind -pwd -pwdcrypt -cachePwd PWD= PWDCrypt= OraclePWD=
 * password= and IDENTIFIED BY by "********": for commands that people wrote, before
 * they are stored or shown. Returns a new string. */
char *secret_redact_words(const char *text);

#endif
