/* engine.check_option: what values of options TimesTen takes. */
#ifndef UD_ENGINE_TIMESTEN_OPTIONS_H
#define UD_ENGINE_TIMESTEN_OPTIONS_H

#include "daemon/model/engine.h"

int tt_check_option(const struct pair *p, const char *key, const char *value,
    const struct release *to, const struct settings *options,
    struct ud_error *err) UD_CHECKED;

/* A DSN stands in connection strings: what would end it there, or name more attributes, and what
 * a tool would take for an option, is none. */
bool tt_is_dsn(const char *name);

#endif
