/*
 * Functions that we do not use fail to compile.
 *
 * Included by common/error.h, so that every file of ours has it. The remedy is in
 * each name: bounded copies and strict numbers are in common/str.h.
 */
#ifndef UD_COMMON_BANNED_H
#define UD_COMMON_BANNED_H

/* Before the names are taken away: their own headers declare or define them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gmtime
#undef localtime
#undef atoi
#undef atol
#undef system
#undef popen
#define strcpy(...)	  banned_use_str_copy
#define strcat(...)	  banned_use_buf_addf
#define sprintf(...)	  banned_use_snprintf
#define vsprintf(...)	  banned_use_vsnprintf
#define strtok(...)	  banned_use_strtok_r
#define gmtime(...)	  banned_use_gmtime_r
#define localtime(...)	  banned_use_localtime_r
#define atoi(...)	  banned_use_str_to_int
#define atol(...)	  banned_use_str_to_int
#define system(...)	  banned_use_runner
#define popen(...)	  banned_use_runner

#endif
