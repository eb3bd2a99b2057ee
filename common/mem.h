/* Allocators that never return NULL: they log and abort (the journal makes a crash a
 * tested path). All memory is released with free(). */
#ifndef UD_COMMON_MEM_H
#define UD_COMMON_MEM_H

#include <stdarg.h>
#include <stddef.h>

#include "common/error.h"

void *mem_alloc(size_t size); /* zeroed */
void *mem_array(void *old, size_t count, size_t size); /* realloc with overflow check */
char *mem_strdup(const char *s); /* NULL stays NULL */
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *fmt, ...) UD_PRINTF(1, 2);
char *mem_vprintf(const char *fmt, va_list ap);

#endif
