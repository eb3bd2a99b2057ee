/* engine.objects: what was seen of a pair that speaks against a procedure. */
#ifndef UD_ENGINE_TIMESTEN_OBJECTS_H
#define UD_ENGINE_TIMESTEN_OBJECTS_H

#include "daemon/model/engine.h"

bool tt_objects(const struct pair *p, const struct procedure *pr,
    const struct observation *seen, const struct release *from, const struct release *to,
    char *text, size_t size);

#endif
