/* Tools that a session can keep open in a test: a shell, which does what it is told, and cat, which says it. */
#ifndef UD_TESTS_LIB_FAKE_TOOL_H
#define UD_TESTS_LIB_FAKE_TOOL_H

#include "daemon/model/engine.h"

/* Statements are commands; the status is that of the last of them. */
extern const struct dialect fake_shell;

/* Statements are the answer; the status is 0. */
extern const struct dialect fake_cat;

#endif
