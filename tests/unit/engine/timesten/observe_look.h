/*
 * One member that is looked at, and what ttStatus, the session and the host answer: the tests of
 * observe.c ask and answer question by question.
 */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_OBSERVE_LOOK_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_OBSERVE_LOOK_H

#include <stdlib.h>

#include "daemon/engine/timesten/observe.h"
#include "tests/unit/engine/timesten/check_timesten.h"

#define REPORT "TimesTen status report as of today\n\nDaemon pid 1 port 2 instance x\n"
#define LINE \
	"------------------------------------------------------------------------\n"
#define END               LINE "Accessible by group tt\nEnd of report\n"
#define EMPTY             REPORT LINE "Accessible by group tt\nEnd of report\n"
#define STORE(path, rest) REPORT LINE "Data store " path "\n" rest END
#define UNLOADED(path)                                     \
	STORE(path,                                        \
	    "There are no connections to the data store\n" \
	    "Data store is manually unloaded from RAM\n")
#define LOADED(path)                                             \
	STORE(path,                                              \
	    "There are 4 connections to the data store\n"        \
	    "Process     4410 0x0000000009c72c00 orders 1\n"     \
	    "Replication 4502 0x0000000008c96738 REPHOLD 2\n"    \
	    "Subdaemon   3018 0x000000000b2a11f0 Manager 2047\n" \
	    "Subdaemon   3018 0x000000000b2b2c10 Rollback 2046\n")
#define DOWN "ttStatus: Could not connect to the TimesTen daemon.\n"

#define ROLE(role) "< q-role >\n" role "< q-bookmark >\n< 14, 900, 14, 800, 14, 700 >\n"
#define PEERS                                                                           \
	"< q-peers >\n< ORDERS2, SATURN, 40002, start, 1, 4, _ACTIVESTANDBY, TTREP >\n" \
	"< ARCHIVE1, CERES, 40003, pause, 2, 9, _ACTIVESTANDBY, TTREP >\n"
#define HOLDS                                                     \
	"< q-holds >\n< 14, 600, Checkpoint    , orders1.ds0 >\n" \
	"< 14, 700, Replication   , SATURN:orders2 >\n"           \
	"< 13, 5, Replication   , CERES:OTHER >\n"
#define HOST \
	"platform: Linux x86_64\nexport: 5000000\nlog: 7000000\n"
#define XACTS(id)                                                                     \
	"Program File Name: ttIsql\n4711 0x1 " id " Active Database 0x2 IX\n"        \
	"Program File Name: /tt/old/bin/timestenrepd\n12 0x1 9.9 Active Database 0x2 IX\n" \
	"2 outstanding transactions found\n"
#define MARKER "< q-marker >\n< upgraded-7-3-1 >\n"

struct looking {
	struct observation draft;
	unsigned looks, seen, failed;
	int round;
	const struct member *m;
};
extern struct looking look;

void look_init(void); /* of "left", where it lives */
void look_done(void);

/* A new look at the member, which is known as before. */
void look_begin(const char *member, unsigned looks);

/* The member is seen loaded in its old installation; a cheap look begins. */
void look_load(const char *member);

/* Takes the next question, answers it, and says what was asked: "old ttStatus"; "nothing". */
const char *look_outcome(struct outcome o);
const char *look_step(const char *text); /* status 0 and this text */

#endif
