/*
 * Passwords: a type that no formatter prints (promise P9).
 *
 * A secret is read from a file that only its owner may read, handed to a prompt or a
 * protected channel through secret_reveal(), and wiped when it is freed.
 */
#ifndef UD_COMMON_SECRET_H
#define UD_COMMON_SECRET_H

#include <stddef.h>

#include "common/error.h"

struct secret;

/* First line of the file. UD_ECONFIG when it is missing, empty or readable by others
 * (mode & 077). */
int secret_read_file(const char *path, struct secret **ret, struct ud_error *err) UD_CHECKED;

struct secret *secret_new(const char *value);
void secret_free(struct secret *s);
const char *secret_reveal(const struct secret *s); /* the only reader; do not store */

/* Replaces every occurrence of the secret in text by "********", in place. */
void secret_redact(const struct secret *s, char *text);

/* Replaces the values behind -pwd -pwdcrypt -cachePwd PWD= PWDCrypt= OraclePWD=
 * password= and IDENTIFIED BY by "********": for commands that people wrote, before
 * they are stored or shown. Returns a new string. */
char *secret_redact_words(const char *text);

#endif
