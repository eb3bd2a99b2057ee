/* engine.check_option: what values of options TimesTen takes. */
#ifndef UD_ENGINE_TIMESTEN_OPTIONS_H
#define UD_ENGINE_TIMESTEN_OPTIONS_H

#include "daemon/model/engine.h"

int tt_check_option(const struct pair *p, const char *key, const char *value,
    const struct release *to, const struct settings *options,
    struct ud_error *err) UD_CHECKED;

#endif
