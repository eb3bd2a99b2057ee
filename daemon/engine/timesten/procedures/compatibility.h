/*
 * Which releases may replicate with each other while an upgrade crosses from one major
 * release to the next, and from which patch level on.
 *
 * The table is etc/timesten-releases.conf, which the site may replace. It says what is documented, no more: a crossing that no guide describes is not
 * supported, and a major release that is not in it stops an upgrade.
 *
 * Source: TimesTen Installation Guides 7.0 to 11.2.2, chapter on upgrades; 18.1, 22.1 and
 * 26.1 Installation, Migration, and Upgrade Guide, "Online upgrade"; 26.1 release notes.
 */
#ifndef UD_ENGINE_TIMESTEN_PROCEDURES_COMPATIBILITY_H
#define UD_ENGINE_TIMESTEN_PROCEDURES_COMPATIBILITY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/release.h"
#include "daemon/model/data_file.h"

extern const struct data_file tt_releases_file;

/* One row: the newer release may replicate with the older one that it was migrated from. */
struct tt_crossing {
	struct release from, to;         /* majors */
	struct release from_min, to_min; /* lowest patch level; not set: any */
	bool unsure;     /* follows from several documents, stands in none */
	const char *why; /* of the patch levels; NULL: there are none */
};

/* Does this build know the release's major? False for one that is not set. */
bool tt_major_is_known(const struct release *r);

/* The row of these two majors, or NULL. */
const struct tt_crossing *tt_crossing_find(const struct release *from,
    const struct release *to);

/*
 * May databases of these majors replicate during an upgrade from one to the other,
 * whatever their patch levels? Also true inside one known major, up and down. When not:
 * text says why, as half a sentence without a full stop; "" otherwise.
 */
bool tt_majors_may_cross(const struct release *from, const struct release *to,
    char *text, size_t size);

/* The same with patch levels: false also when one of the two is too low. */
bool tt_may_cross(const struct release *from, const struct release *to, char *text,
    size_t size);

#endif
