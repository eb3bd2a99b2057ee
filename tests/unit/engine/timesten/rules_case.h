/*
 * One change of a pair that no rule complains of: which rule speaks then, how loud, and with which
 * words. Every other rule that is louder than a note is an error of the test.
 */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_CASE_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_CASE_H

#include "daemon/model/finding.h"

#define QUIET (-1)
#define NOTE  SEVERITY_NOTE
#define WARN  SEVERITY_WARNING
#define BLOCK SEVERITY_BLOCKER

struct rule_case {
	const char *what; /* the sentence that a failure prints */
	void (*change)(void); /* NULL: none but the detail */
	int who; /* M1 ... SUB or ALL: whose detail key is */
	const char *key, *value; /* a detail; value NULL: nobody tells it */
	const char *rule;
	int severity; /* QUIET: the rule has nothing to say */
	const char *member, *text;
	const char *also; /* a rule that may speak, too; NULL: none */
};

/* Changes the world, has it checked, and compares what is found. The fixture is world_init(). */
void rule_case_check(const struct rule_case *c);

/* The finding of a rule about a member (NULL: about the pair) whose text has these words; or NULL. */
const struct finding *rule_find(
    const char *rule, int severity, const char *member, const char *text);

#endif
