#include "core/catalogue/run_index.h"

#include "core/catalogue/sql_condition.h"
#include "core/error.h"

#include <algorithm>

#include <sys/stat.h>

namespace sinkscope {
namespace {

using sqlite::Database;
using sqlite::Statement;

constexpr std::int64_t kVersion = 2;  ///< of the tables below; raised with every change of them
constexpr std::size_t kPromptBytes = 200;

constexpr const char* kTables = R"(
DROP TABLE IF EXISTS run; DROP TABLE IF EXISTS tag; DROP TABLE IF EXISTS words;
CREATE TABLE run(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, folder TEXT, size INTEGER, modified INTEGER,
  problem TEXT, label TEXT, name TEXT, date TEXT, kind TEXT, model TEXT, prompt TEXT, prompts INTEGER, bos TEXT,
  tokens INTEGER, sink_rate REAL, loss REAL, tags TEXT, note TEXT, seconds REAL, picture_rows INTEGER, picture BLOB);
CREATE TABLE tag(run INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX tag_of ON tag(run); CREATE INDEX tag_named ON tag(name COLLATE NOCASE);
CREATE VIRTUAL TABLE words USING fts5(text, name, model, tags, note, path, tokenize = 'unicode61 remove_diacritics 2');
)";

/// What `rowOf` takes, in its order.
constexpr const char* kRowColumns =
    "path, size, problem, label, date, kind, model, prompt, prompts, bos, tokens, sink_rate, loss, tags, note, seconds";

RunRow rowOf(const Statement& found) {
  RunRow row;
  row.path = found.text(0);
  row.size = static_cast<std::uint64_t>(found.integer(1));
  row.problem = found.text(2);
  row.card.labels.name = found.text(3);
  row.card.created = found.text(4);
  row.card.kind = found.text(5);
  row.card.summary.model = found.text(6);
  row.card.summary.text = found.text(7);
  row.card.summary.prompts = static_cast<std::uint64_t>(found.integer(8));
  row.card.summary.bos = found.text(9);
  row.card.summary.tokens = static_cast<std::uint64_t>(found.integer(10));
  row.card.summary.sinkRate = found.real(11);
  row.card.summary.loss = found.real(12);
  row.card.labels.tags = tagsOf(found.text(13));
  row.card.labels.note = found.text(14);
  row.card.seconds = found.real(15);
  return row;
}

/// The first line, not cut within a character.
std::string beginningOf(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() <= kPromptBytes) return line;
  std::size_t size = kPromptBytes;
  while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0) == 0x80) --size;
  return line.substr(0, size);
}

/// Where tables that can be used are, or nothing is yet.
std::optional<Database> usable(const std::filesystem::path& file) {
  Database database(file);
  database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  Statement version(database, "PRAGMA user_version");
  if (version.next() && version.integer(0) == kVersion) {
    Statement(database, "SELECT id FROM run JOIN words ON words.rowid = run.id LIMIT 1").next();
    return database;
  }
  sqlite::Transaction made(database);
  database.run(kTables);
  database.run("PRAGMA user_version = " + std::to_string(kVersion));
  made.commit();
  return database;
}

}  // namespace

std::optional<FileStamp> stampOf(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(status.st_size),
                   static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

RunIndex::RunIndex(const std::filesystem::path& file) {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  try {
    database_ = usable(file);
  } catch (const Error&) {
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + part, error);
    database_ = usable(file);
  }
}

std::map<std::string, FileStamp> RunIndex::files(const std::string& folder) const {
  SqlCondition condition;
  condition.addFolders({folder});
  Statement found(*database_, "SELECT path, size, modified FROM run WHERE " + condition.sql());
  condition.bindTo(found);
  std::map<std::string, FileStamp> files;
  while (found.next()) files[found.text(0)] = {static_cast<std::uint64_t>(found.integer(1)), found.integer(2)};
  return files;
}

void RunIndex::remove(const std::string& path) {
  for (const char* sql :
       {"DELETE FROM words WHERE rowid = (SELECT id FROM run WHERE path = ?)",
        "DELETE FROM tag WHERE run = (SELECT id FROM run WHERE path = ?)", "DELETE FROM run WHERE path = ?"})
    Statement(*database_, sql).bind(1, path).run();
}

void RunIndex::put(const std::string& path, const FileStamp& stamp, const std::optional<RunCard>& card,
                   const std::string& problem) {
  remove(path);
  RunRow row{path, stamp.size, card.value_or(RunCard()), problem};
  const RunSummary& summary = row.card.summary;
  const RunLabels& labels = row.card.labels;
  Statement put(*database_, std::string("INSERT INTO run(") + kRowColumns +
                                ", modified, folder, name, picture_rows, picture) "
                                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  put.bind(1, path).bind(2, static_cast<std::int64_t>(stamp.size)).bind(3, problem).bind(4, labels.name);
  put.bind(5, row.card.created).bind(6, row.card.kind).bind(7, summary.model).bind(8, beginningOf(summary.text));
  put.bind(9, static_cast<std::int64_t>(summary.prompts)).bind(10, summary.bos);
  if (summary.tokens > 0) put.bind(11, static_cast<std::int64_t>(summary.tokens));
  put.bind(12, summary.sinkRate).bind(13, summary.loss).bind(14, tagList(labels.tags)).bind(15, labels.note);
  if (card) put.bind(16, row.card.seconds);
  put.bind(17, stamp.modified).bind(18, row.folder()).bind(19, row.name());
  put.bind(20, static_cast<std::int64_t>(summary.picture.extent(0))).bindBytes(21, summary.picture.values());
  put.run();
  const std::int64_t id = sqlite3_last_insert_rowid(database_->get());
  for (const std::string& tag : labels.tags)
    Statement(*database_, "INSERT INTO tag(run, name) VALUES (?, ?)").bind(1, id).bind(2, tag).run();
  Statement words(*database_, "INSERT INTO words(rowid, text, name, model, tags, note, path) VALUES (?,?,?,?,?,?,?)");
  words.bind(1, id).bind(2, summary.text).bind(3, row.name()).bind(4, summary.model).bind(5, tagList(labels.tags));
  words.bind(6, labels.note).bind(7, path).run();
}

std::vector<RunRow> RunIndex::runs(const std::vector<std::string>& folders, const RunQuery& query) const {
  SqlCondition condition;
  condition.addFolders(folders);
  condition.addWords(query.words);
  for (const RunFilter& filter : query.filters) condition.addFilter(filter);
  const std::string by(infoOf(query.sort).key);
  std::string sql = std::string("SELECT ") + kRowColumns + " FROM run WHERE " + condition.sql();
  sql += " ORDER BY (" + by + " IS NULL OR " + by + " = ''), " + by;
  if (!infoOf(query.sort).isNumber) sql += " COLLATE NOCASE";
  sql += query.descending ? " DESC, path" : ", path";
  Statement found(*database_, sql);
  condition.bindTo(found);
  std::vector<RunRow> rows;
  while (found.next()) rows.push_back(rowOf(found));
  return rows;
}

std::size_t RunIndex::count(const std::vector<std::string>& folders) const {
  SqlCondition condition;
  condition.addFolders(folders);
  Statement found(*database_, "SELECT count(*) FROM run WHERE " + condition.sql());
  condition.bindTo(found);
  return found.next() ? static_cast<std::size_t>(found.integer(0)) : 0;
}

std::optional<RunCard> RunIndex::card(const std::string& path) const {
  Statement found(*database_,
                  std::string("SELECT ") + kRowColumns +
                      ", picture_rows, picture, (SELECT text FROM words WHERE rowid = run.id), problem = '' "
                      "FROM run WHERE path = ?");
  found.bind(1, path);
  if (!found.next() || found.integer(19) == 0) return std::nullopt;
  RunCard card = rowOf(found).card;
  card.summary.text = found.text(18);
  const auto rows = static_cast<std::size_t>(found.integer(16));
  const std::string cells = found.text(17);
  if (rows == 0 || cells.size() < rows) return card;
  card.summary.picture = Array<std::uint8_t, 2>({rows, cells.size() / rows});
  std::copy_n(cells.begin(), card.summary.picture.size(), card.summary.picture.data());
  return card;
}

std::vector<std::pair<std::string, std::int64_t>> RunIndex::values(const std::vector<std::string>& folders,
                                                                   RunColumn column) const {
  SqlCondition condition;
  condition.addFolders(folders);
  const std::string key = column == RunColumn::Tags ? "tag.name" : std::string(infoOf(column).key);
  std::string sql = "SELECT " + key + " AS value, count(*) FROM run";
  if (column == RunColumn::Tags) sql += " JOIN tag ON tag.run = run.id";
  sql += " WHERE " + condition.sql() + " AND value <> '' GROUP BY value ORDER BY value COLLATE NOCASE";
  Statement found(*database_, sql);
  condition.bindTo(found);
  std::vector<std::pair<std::string, std::int64_t>> values;
  while (found.next()) values.emplace_back(found.text(0), found.integer(1));
  return values;
}

}  // namespace sinkscope
