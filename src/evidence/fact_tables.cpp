// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_tables.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace dengce::evidence {

struct FactDatabase::State {
  sqlite3* handle = nullptr;
  const FactSet* facts = nullptr;
  std::int64_t budget = default_budget;
  bool declaring = false;

  // One a table, handed to SQLite as the module's client data.
  struct Module {
    State* state = nullptr;
    int table = 0;
  };

  std::array<Module, fact_id_count> modules{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() {
    if (handle != nullptr) sqlite3_close_v2(handle);
  }
};

namespace {

constexpr int progress_interval = 1000;
constexpr std::size_t max_conditions = 8;

struct Table : sqlite3_vtab {
  FactDatabase::State* state = nullptr;
  int table = 0;
  int columns = 0;  // without source
};

// column = raw cell
struct Condition {
  int column = 0;
  std::uint32_t cell = 0;
};

struct Cursor : sqlite3_vtab_cursor {
  const FactSet* facts = nullptr;
  std::uint32_t row = 0;
  std::uint32_t rows = 0;
  std::size_t condition_count = 0;
  std::array<Condition, max_conditions> conditions{};
};

const FactTable& schema(int table) {
  return fact_tables()[static_cast<std::size_t>(table)];
}

int connect(sqlite3* db, void* client, int, const char* const*, sqlite3_vtab** out, char**) {
  const auto* module = static_cast<FactDatabase::State::Module*>(client);
  std::string declaration = "CREATE TABLE x(";
  for (const FactColumn& column : schema(module->table).columns) {
    declaration += '"';
    declaration += column.name;
    declaration += column.type == ColumnType::text ? "\" TEXT," : "\" INTEGER,";
  }
  declaration += "source INTEGER)";
  // The declaration passes the authorizer too.
  module->state->declaring = true;
  const int code = sqlite3_declare_vtab(db, declaration.c_str());
  module->state->declaring = false;
  if (code != SQLITE_OK) return code;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto table = std::make_unique<Table>();
  table->state = module->state;
  table->table = module->table;
  table->columns = static_cast<int>(schema(module->table).columns.size());
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  const std::unique_ptr<Table> owned{static_cast<Table*>(table)};
  return SQLITE_OK;
}

// Typical rows a host, for the planner's join order: statements are prepared before any host.
double expected_rows(int table) {
  switch (static_cast<FactId>(table)) {
    case FactId::host: return 1;
    case FactId::package:
    case FactId::sysctl_setting: return 1000;
    case FactId::service:
    case FactId::process:
    case FactId::pam_rule:
    case FactId::kernel_module: return 300;
    default: return 50;
  }
}

int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  const auto* table = static_cast<Table*>(base);
  std::string columns;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.usable == 0 || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.iColumn < 0 || constraint.iColumn >= table->columns) continue;
    const char* collation = sqlite3_vtab_collation(info, i);
    if (collation == nullptr || sqlite3_stricmp(collation, "BINARY") != 0) continue;
    if (columns.size() >= max_conditions) break;
    // SQLite looks at each row again (omit stays 0): affinity may make more rows equal than the
    // cells show, and then the filter lets all pass.
    columns += static_cast<char>('A' + constraint.iColumn);
    info->aConstraintUsage[i].argvIndex = static_cast<int>(columns.size());
  }
  const double rows = expected_rows(table->table);
  info->estimatedCost = columns.empty() ? rows * 10 : rows + 5;
  info->estimatedRows = columns.empty()
                            ? static_cast<sqlite3_int64>(rows)
                            : std::max<sqlite3_int64>(1, static_cast<sqlite3_int64>(rows / 20));
  if (!columns.empty()) {
    info->idxStr = sqlite3_mprintf("%s", columns.c_str());
    if (info->idxStr == nullptr) return SQLITE_NOMEM;
    info->needToFreeIdxStr = 1;
  }
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
  *out = std::make_unique<Cursor>().release();
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  const std::unique_ptr<Cursor> owned{static_cast<Cursor*>(cursor)};
  return SQLITE_OK;
}

bool matches(const Cursor& cursor, int table) {
  for (std::size_t i = 0; i < cursor.condition_count; ++i) {
    const Condition& condition = cursor.conditions[i];
    if (cursor.facts->raw_cell(table, cursor.row, condition.column) != condition.cell) return false;
  }
  return true;
}

// Moves to the first matching row at or after the present one; scanned rows cost budget.
int settle(Cursor& cursor) {
  const auto* table = static_cast<Table*>(cursor.pVtab);
  const std::uint32_t start = cursor.row;
  while (cursor.row < cursor.rows && !matches(cursor, table->table)) ++cursor.row;
  std::int64_t& budget = table->state->budget;
  budget -= cursor.row - start;
  return budget < 0 ? SQLITE_INTERRUPT : SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int, const char* columns, int count, sqlite3_value** values) {
  auto& cursor = *static_cast<Cursor*>(base);
  const auto* table = static_cast<Table*>(base->pVtab);
  cursor.facts = table->state->facts;
  cursor.row = 0;
  cursor.rows = cursor.facts == nullptr ? 0 : cursor.facts->row_count(table->table);
  cursor.condition_count = 0;
  if (cursor.rows == 0) return SQLITE_OK;
  for (int i = 0; i < count; ++i) {
    const int column = columns[i] - 'A';
    const ColumnType type = schema(table->table).columns[static_cast<std::size_t>(column)].type;
    const int value_type = sqlite3_value_type(values[i]);
    std::optional<std::uint32_t> cell;
    if (value_type == SQLITE_NULL) {
      cursor.rows = 0;
      return SQLITE_OK;
    }
    if (type == ColumnType::text && value_type == SQLITE_TEXT) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[i]));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[i]));
      if (text == nullptr) return SQLITE_NOMEM;
      cell = cursor.facts->encode_text({text, size});
    } else if (type == ColumnType::integer && value_type == SQLITE_INTEGER) {
      cell = cursor.facts->encode_integer(sqlite3_value_int64(values[i]));
    } else {
      continue;
    }
    if (!cell) {
      cursor.rows = 0;
      return SQLITE_OK;
    }
    cursor.conditions[cursor.condition_count++] = {.column = column, .cell = *cell};
  }
  return settle(cursor);
}

int next_row(sqlite3_vtab_cursor* base) {
  auto& cursor = *static_cast<Cursor*>(base);
  ++cursor.row;
  return settle(cursor);
}

int at_end(sqlite3_vtab_cursor* base) {
  const auto& cursor = *static_cast<Cursor*>(base);
  return cursor.row >= cursor.rows ? 1 : 0;
}

int read_column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  const auto& cursor = *static_cast<Cursor*>(base);
  const FactCell cell =
      cursor.facts->cell(static_cast<Table*>(base->pVtab)->table, cursor.row, column);
  switch (cell.kind) {
    case FactCell::Kind::null: sqlite3_result_null(context); break;
    case FactCell::Kind::integer: sqlite3_result_int64(context, cell.integer); break;
    case FactCell::Kind::text:
      sqlite3_result_text64(context,
                            cell.text.data() == nullptr ? "" : cell.text.data(),
                            cell.text.size(),
                            SQLITE_STATIC,
                            SQLITE_UTF8);
      break;
  }
  return SQLITE_OK;
}

int read_rowid(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  *out = static_cast<Cursor*>(base)->row + sqlite3_int64{1};
  return SQLITE_OK;
}

const sqlite3_module fact_module = [] {
  sqlite3_module module{};
  module.iVersion = 1;
  module.xConnect = connect;  // no xCreate: the table exists by its name alone
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter;
  module.xNext = next_row;
  module.xEof = at_end;
  module.xColumn = read_column;
  module.xRowid = read_rowid;
  return module;
}();

// Deterministic, without side effects, with a result no larger than its input or the length limit.
constexpr std::array<const char*, 47> allowed_functions{
    "abs",          "avg",        "char",        "coalesce",   "count",   "cume_dist",
    "day_text",     "dense_rank", "first_value", "format",     "glob",    "group_concat",
    "hex",          "ifnull",     "iif",         "instr",      "lag",     "last_value",
    "lead",         "length",     "like",        "likelihood", "likely",  "lower",
    "ltrim",        "max",        "min",         "nth_value",  "ntile",   "nullif",
    "percent_rank", "printf",     "quote",       "rank",       "regexp",  "replace",
    "round",        "row_number", "rtrim",       "sign",       "substr",  "substring",
    "sum",          "total",      "trim",        "typeof",     "unicode",
};

bool function_allowed(const char* name) {
  if (name == nullptr) return false;
  if (sqlite3_stricmp(name, "unlikely") == 0 || sqlite3_stricmp(name, "upper") == 0) return true;
  return std::any_of(allowed_functions.begin(), allowed_functions.end(), [&](const char* known) {
    return sqlite3_stricmp(name, known) == 0;
  });
}

int authorize(
    void* client, int action, const char* first, const char* second, const char*, const char*) {
  if (static_cast<FactDatabase::State*>(client)->declaring) return SQLITE_OK;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION: return function_allowed(second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_READ:
      if (first != nullptr && fact_table_index(first) >= 0) return SQLITE_OK;
      // A common table expression none of whose columns is used shows up under its own name.
      if (first != nullptr && second != nullptr && *second == '\0' &&
          sqlite3_strnicmp(first, "sqlite_", 7) != 0 &&
          sqlite3_strnicmp(first, "pragma_", 7) != 0) {
        return SQLITE_OK;
      }
      return SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

int on_progress(void* client) {
  auto* state = static_cast<FactDatabase::State*>(client);
  state->budget -= progress_interval;
  return state->budget < 0 ? 1 : 0;
}

void day_text(sqlite3_context* context, int, sqlite3_value** values) {
  constexpr sqlite3_int64 farthest = 2'932'896;  // 9999-12-31
  const sqlite3_int64 day = sqlite3_value_int64(values[0]);
  if (sqlite3_value_type(values[0]) != SQLITE_INTEGER || day < 0 || day > farthest) {
    sqlite3_result_null(context);
    return;
  }
  const std::string text = format_day(Day{static_cast<std::int32_t>(day)});
  sqlite3_result_text(context, text.c_str(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// `text REGEXP pattern` calls regexp(pattern, text); the compiled pattern stays with the statement.
void regexp(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL ||
      sqlite3_value_type(values[1]) == SQLITE_NULL) {
    sqlite3_result_null(context);
    return;
  }
  const auto* pattern = static_cast<const re2::RE2*>(sqlite3_get_auxdata(context, 0));
  std::unique_ptr<re2::RE2> fresh;
  if (pattern == nullptr) {
    const std::string_view text = text_of(values[0]);
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    fresh = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
    pattern = fresh.get();
  }
  if (!pattern->ok()) {
    sqlite3_result_error(context, ("REGEXP: " + pattern->error()).c_str(), -1);
    return;
  }
  const std::string_view subject = text_of(values[1]);
  const bool found =
      re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *pattern);
  sqlite3_result_int(context, found ? 1 : 0);
  if (fresh) {
    sqlite3_set_auxdata(context, 0, fresh.release(), [](void* owned) {
      const std::unique_ptr<re2::RE2> ended{static_cast<re2::RE2*>(owned)};
    });
  }
}

void set_limits(sqlite3* db) {
  constexpr std::array<std::pair<int, int>, 11> limits{{
      {SQLITE_LIMIT_LENGTH, 1 << 20},
      {SQLITE_LIMIT_SQL_LENGTH, 64 << 10},
      {SQLITE_LIMIT_COLUMN, 100},
      {SQLITE_LIMIT_EXPR_DEPTH, 200},
      {SQLITE_LIMIT_COMPOUND_SELECT, 100},
      {SQLITE_LIMIT_VDBE_OP, 50'000},
      {SQLITE_LIMIT_FUNCTION_ARG, 32},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  }};
  for (const auto& [what, value] : limits) sqlite3_limit(db, what, value);
}

tl::unexpected<Error> unusable(sqlite3* db) {
  return fail(ErrorCode::internal, "无法建立事实查询环境", db == nullptr ? "" : sqlite3_errmsg(db));
}

}  // namespace

FactDatabase::FactDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}

FactDatabase::FactDatabase(FactDatabase&&) noexcept = default;
FactDatabase& FactDatabase::operator=(FactDatabase&&) noexcept = default;
FactDatabase::~FactDatabase() = default;

Result<FactDatabase> FactDatabase::create() {
  auto state = std::make_unique<State>();
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(":memory:", &state->handle, flags, nullptr) != SQLITE_OK) {
    return unusable(state->handle);
  }
  sqlite3* db = state->handle;
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      std::pair{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                      std::pair{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                      std::pair{SQLITE_DBCONFIG_DQS_DML, 0},
                                      std::pair{SQLITE_DBCONFIG_DQS_DDL, 0}}) {
    if (sqlite3_db_config(db, option, value, nullptr) != SQLITE_OK) return unusable(db);
  }
  // Sorting must not touch the disk.
  if (sqlite3_exec(db, "PRAGMA temp_store=MEMORY", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return unusable(db);
  }
  set_limits(db);
  for (int table = 0; table < fact_id_count; ++table) {
    State::Module& module = state->modules[static_cast<std::size_t>(table)];
    module = {.state = state.get(), .table = table};
    const std::string name{schema(table).name};
    if (sqlite3_create_module_v2(db, name.c_str(), &fact_module, &module, nullptr) != SQLITE_OK) {
      return unusable(db);
    }
  }
  constexpr int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (sqlite3_create_function(db, "day_text", 1, pure, nullptr, day_text, nullptr, nullptr) !=
          SQLITE_OK ||
      sqlite3_create_function(db, "regexp", 2, pure, nullptr, regexp, nullptr, nullptr) !=
          SQLITE_OK) {
    return unusable(db);
  }
  sqlite3_progress_handler(db, progress_interval, on_progress, state.get());
  if (sqlite3_set_authorizer(db, authorize, state.get()) != SQLITE_OK) return unusable(db);
  return FactDatabase{std::move(state)};
}

sqlite3* FactDatabase::handle() const {
  return state_->handle;
}

void FactDatabase::bind(const FactSet* facts) {
  state_->facts = facts;
}

const FactSet* FactDatabase::bound() const {
  return state_->facts;
}

void FactDatabase::start_budget(std::int64_t steps) {
  state_->budget = steps;
}

bool FactDatabase::budget_spent() const {
  return state_->budget < 0;
}

}  // namespace dengce::evidence
