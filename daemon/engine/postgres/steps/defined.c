/*
 * What is defined in a database, as a query: what logical replication does not carry and what
 * whoever changes it in the course of an upgrade would miss behind it.
 *
 * Both sides answer it, of different releases, so a definition is only what every release
 * writes in the same way: names, types of columns, the source of a function, an enum's labels,
 * who owns what and who may what. Nothing is deparsed (the body of a view, an expression of an
 * index), and nothing is compared that a release makes by itself: multiranges and what belongs
 * to them, triggers that partitions inherit, NOT NULL as a constraint (18), the privilege
 * MAINTAIN (17), the schema public (15). What belongs to an extension is left to it. The source
 * of functions and all of a role are compared by their digest: of a role no password, and no
 * verifier of one, is written down.
 */
#include "config.h"

#include "daemon/engine/postgres/steps/major.h"

/* clang-format off */
#define NOT_OF(class, oid, types)                                                        \
	"NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" class "'::regclass AND"  \
	" d.objid = " oid " AND d.deptype IN (" types "))"
#define DIGEST(of) "encode(sha256(convert_to(concat_ws(' '," of "), 'UTF8')), 'hex')"

/* Who may what: nothing of the owner, who may everything. */
#define GRANTS(acl, kind, owner)                                                         \
	"(SELECT string_agg(DISTINCT format('%s %s%s', CASE WHEN x.grantee = 0 THEN"       \
	" 'public' ELSE quote_ident(g.rolname) END, x.privilege_type,"                     \
	" CASE WHEN x.is_grantable THEN '*' END), ', ')"                                   \
	" FROM aclexplode(coalesce(" acl ", acldefault(" kind ", " owner "))) x"           \
	" LEFT JOIN pg_roles g ON g.oid = x.grantee WHERE x.grantee <> " owner             \
	" AND x.privilege_type <> 'MAINTAIN' AND (x.grantee = 0 OR g.oid IS NOT NULL))"
#define COLUMNS(class)                                                                   \
	"coalesce((SELECT string_agg(format('%I %s%s', a.attname,"                         \
	" format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END)," \
	" ', ' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = " class          \
	" AND a.attnum > 0 AND NOT a.attisdropped), '')"

const char major_defined[] =
    "WITH n AS (SELECT * FROM pg_namespace"
    " WHERE nspname NOT IN ('information_schema', 'upgraded') AND nspname !~ '^pg_'),"
    " t AS (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name"
    " FROM pg_class c JOIN n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND"
    " " NOT_OF("pg_class", "c.oid", "'e'") ")"

    " SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table '"
    " WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || name AS name,"
    " CASE WHEN relkind IN ('r', 'p', 'f') THEN " COLUMNS("t.oid") " ELSE '' END AS definition"
    " FROM t"

    " UNION ALL SELECT 'privileges on ' || name, format('%s %s %s %s',"
    " pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity,"
    " " GRANTS("relacl", "CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END", "relowner") ")"
    " FROM t"

    " UNION ALL SELECT format('index %I.%I', n.nspname, x.relname),"
    " format('%s %s %s', t.name, i.indnatts, i.indisunique)"
    " FROM pg_index i JOIN t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid"
    " JOIN n ON n.oid = x.relnamespace WHERE i.indisvalid OR x.relkind = 'I'"

    " UNION ALL SELECT format('constraint %I of %s', k.conname, t.name), k.contype::text"
    " FROM pg_constraint k JOIN t ON t.oid = k.conrelid"
    " WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0"

    " UNION ALL SELECT format('trigger %I of %s', g.tgname, t.name), ''"
    " FROM pg_trigger g JOIN t ON t.oid = g.tgrelid"
    " WHERE NOT g.tgisinternal AND g.tgparentid = 0"

    " UNION ALL SELECT format('rule %I of %s', w.rulename, t.name), ''"
    " FROM pg_rewrite w JOIN t ON t.oid = w.ev_class WHERE w.rulename <> '_RETURN'"

    " UNION ALL SELECT format('policy %I of %s', y.polname, t.name),"
    " format('%s %s', y.polcmd, y.polpermissive) FROM pg_policy y JOIN t ON t.oid = y.polrelid"

    " UNION ALL SELECT format('function %I.%I(%s)', n.nspname, f.proname,"
    " oidvectortypes(f.proargtypes)), " DIGEST(
	"f.prosrc, f.proretset, format_type(f.prorettype, NULL), f.prosecdef, f.provolatile,"
	" f.proisstrict, f.proconfig, pg_get_userbyid(f.proowner),"
	GRANTS("f.proacl", "'f'", "f.proowner"))
    " FROM pg_proc f JOIN n ON n.oid = f.pronamespace"
    " WHERE " NOT_OF("pg_proc", "f.oid", "'e', 'i'")

    " UNION ALL SELECT format('type %I.%I', n.nspname, y.typname), CASE y.typtype"
    " WHEN 'e' THEN (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)"
    " FROM pg_enum WHERE enumtypid = y.oid)"
    " WHEN 'c' THEN " COLUMNS("y.typrelid")
    " ELSE format('%s %s', format_type(y.typbasetype, y.typtypmod), y.typnotnull) END"
    " FROM pg_type y JOIN n ON n.oid = y.typnamespace"
    " LEFT JOIN pg_class c ON c.oid = y.typrelid"
    " WHERE (y.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')"
    " AND " NOT_OF("pg_type", "y.oid", "'e'")

    " UNION ALL SELECT format('schema %I', nspname), format('%s %s', pg_get_userbyid(nspowner),"
    " " GRANTS("nspacl", "'n'", "nspowner") ") FROM n WHERE nspname <> 'public' AND"
    " " NOT_OF("pg_namespace", "n.oid", "'e'")

    " UNION ALL SELECT format('role %I', rolname), " DIGEST(
	"rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,"
	" rolbypassrls, rolconnlimit, extract(epoch FROM rolvaliduntil)::float8, rolpassword,"
	" (SELECT string_agg(DISTINCT pg_get_userbyid(m.roleid), ' ') FROM pg_auth_members m"
	" WHERE m.member = r.oid),"
	" (SELECT string_agg(format('%s %s', s.setdatabase = 0, c), ' ' ORDER BY s.setdatabase, c)"
	" FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setrole = r.oid"
	" AND c !~ '^default_transaction_read_only=')")
    " FROM pg_authid r WHERE rolname !~ '^pg_'";
/* clang-format on */
