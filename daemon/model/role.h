/* The part that a database plays in its pair: observed, never assumed. */
#ifndef UD_MODEL_ROLE_H
#define UD_MODEL_ROLE_H

/* TimesTen's own words (ttRepStateGet); other engines map to them. */
enum role {
	ROLE_UNKNOWN, /* not seen, or a word that nobody documents */
	ROLE_ACTIVE,
	ROLE_STANDBY,
	ROLE_SUBSCRIBER, /* a read-only copy: no master, has no state of its own */
	ROLE_IDLE,	 /* a master that neither serves writes nor follows */
	ROLE_FAILED,
	ROLE_RECOVERING, /* catching up with the active */
	ROLES
};

/* What was seen, what was seen not to be, and what was not seen. Zero is unknown. */
enum fact { FACT_UNKNOWN, FACT_NO, FACT_YES };

const char *role_name(enum role role); /* "active", ...; "unknown" */
const char *fact_name(enum fact fact); /* "unknown", "no", "yes" */

#endif
