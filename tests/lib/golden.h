/* Pages that are compared with a file in the sources. A page that is meant to change is written anew
 * by UPDATE=1 in the environment, and the change looked at. */
#ifndef UD_TESTS_LIB_GOLDEN_H
#define UD_TESTS_LIB_GOLDEN_H

/* file: below the top of the sources. The test fails at the first line that is another. */
void golden_check(const char *file, const char *page);

#endif
