/*
 * Release numbers of PostgreSQL: 15.18 is minor release 18 of major release 15; before 10
 * the first two of three numbers are the major release (9.6.24). "17" alone names a major
 * release. Betas and candidates (18beta1) are read as the first release of their major.
 *
 * Source: PostgreSQL versioning policy; server_version_num in "Preset Options".
 */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_PG_RELEASE_H
#define UD_ENGINE_POSTGRES_UTILITIES_PG_RELEASE_H

#include <stdint.h>

#include "common/release.h"

/* engine.release_parse: the whole text, "15.18", "17", "18beta1". UD_EUSAGE. */
int pg_release_parse(const char *text, struct release *ret, struct ud_error *err)
    UD_CHECKED;

/* engine.same_major */
bool pg_same_major(const struct release *a, const struct release *b);

/* "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)": what -V and --version of every
 * tool print. False: no release in it. */
bool pg_release_find(const char *text, struct release *ret);

/* server_version_num: 150018. Not set for a number that is none. */
struct release pg_release_of(int64_t number);

#endif
