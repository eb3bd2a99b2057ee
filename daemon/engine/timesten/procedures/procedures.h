/* The procedures of TimesTen, a page each. */
#ifndef UD_ENGINE_TIMESTEN_PROCEDURES_H
#define UD_ENGINE_TIMESTEN_PROCEDURES_H

#include "daemon/model/procedure.h"

/* Option of procedures that restore a replicated database: what ttMigrate kept of its scheme is
 * dropped at the end. */
#define TT_OPTION_DROP_SCHEMES "drop_schema_versions=yes|no"
#define TT_DROPS_SCHEMES       "drop_schema_versions=yes"

/* Options of procedures that put databases elsewhere: keys of members, said for one upgrade. */
#define TT_OPTION_PLACE "dsn_new[.MEMBER]", "path_new[.MEMBER]"

/* Option of procedures that come from releases before access control, or that make copies: ADMIN is
 * granted to everybody, or to the user of the duplicate, and taken back at the end. */
#define TT_OPTION_ADMIN	       "grant_admin=public"
#define TT_OPTION_ADMIN_OF_ONE "grant_admin=public|user"
#define TT_IF_ADMIN	       .option = "grant_admin"

/* Option of procedures that create databases through ttMigrate: their PermSize, MB. */
#define TT_OPTION_SIZE "perm_size=1..134217728"
#define TT_IF_SIZED    .option = "perm_size"

extern const struct procedure tt_asp_major; /* active standby pair, another major release */
extern const struct procedure tt_asp_patch; /* the same, a patch of the same major release */
extern const struct procedure tt_asp_ports; /* static ports, which asp-major needs */

/* Two masters that send to each other, another major release: one after the other. */
extern const struct procedure tt_online_bidirectional;

/* The same, a patch of the same major release: each in its place. */
extern const struct procedure tt_in_place_bidirectional;

/* Another major release while nobody is served: one through ttMigrate, the other as its copy. */
extern const struct procedure tt_replicated_major;

/* A single database, while nobody is served. */
extern const struct procedure tt_in_place;	  /* a patch release, nothing is moved */
extern const struct procedure tt_offline_backup;  /* a patch release, through ttBackup */
extern const struct procedure tt_offline_migrate; /* another release, through ttMigrate */
extern const struct procedure tt_client_server;   /* the same, behind the TimesTen Server */
extern const struct procedure tt_move_directory;  /* the same release elsewhere */
extern const struct procedure tt_move_host;	  /* the same release on another host */
extern const struct procedure tt_resize;	  /* the same release, another size */
extern const struct procedure tt_change_bits;	  /* between 32 and 64 bits */
extern const struct procedure tt_convert_charset; /* another character set */
extern const struct procedure tt_convert_types;	  /* of a release before 7.0 */

#endif
