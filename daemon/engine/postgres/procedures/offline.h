/* What offline procedures ask of a pair; false: text says what is not so. */
#ifndef UD_ENGINE_POSTGRES_PROCEDURES_OFFLINE_H
#define UD_ENGINE_POSTGRES_PROCEDURES_OFFLINE_H

#include <stdbool.h>
#include <stddef.h>

struct pair;
struct release;

/* Files of one release are files of the other. */
bool offline_same_major(const struct release *from, const struct release *to,
    char *text, size_t size);

/* Another major release, and a newer one. */
bool offline_leads_on(const struct release *from, const struct release *to, char *text,
    size_t size);

/* One active, and for every member a new data directory beside its old one. */
bool offline_has_places(const struct pair *p, char *text, size_t size);

/* No member changes its address with its data directory. */
bool offline_keeps_address(const struct pair *p, char *text, size_t size);

/* Poolers are held while nobody is served, and not pointed at another address. */
bool offline_keeps_poolers(const struct pair *p, char *text, size_t size);

#endif
