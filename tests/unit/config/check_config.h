/* One test case for each concern of daemon/config/ and daemon/inventory/. */
#ifndef UD_TESTS_UNIT_CONFIG_CHECK_CONFIG_H
#define UD_TESTS_UNIT_CONFIG_CHECK_CONFIG_H

#include <check.h>

#include "daemon/config/config.h"

extern const struct engine *const test_engines[];

/* A folder of its own, with secrets, hooks and an empty pairs.d; removed at the end. */
const char *test_folder(void);

/* Writes a file of the folder; "~" in the text becomes the folder. Returns its path. */
const char *test_write(const char *name, const char *text);
void test_remove(const char *name);

TCase *config_tests(void);
TCase *advisories_tests(void);
TCase *data_tests(void);
TCase *broken_tests(void);
TCase *inventory_tests(void);

#endif
