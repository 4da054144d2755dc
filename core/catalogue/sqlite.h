#pragma once

// Private to core/catalogue, the only room that includes SQLite: small owners over its C API.

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sinkscope::sqlite {

/// An open database. Failures throw `Error` naming its file.
class Database {
 public:
  explicit Database(const std::filesystem::path& path);

  sqlite3* get() const { return handle_.get(); }
  /// Does one or several statements that give nothing.
  void run(const std::string& sql) const;
  [[noreturn]] void fail() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement, its parameters counted from 1 and its columns from 0. The database must outlive it.
class Statement {
 public:
  Statement(const Database& database, const std::string& sql);

  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);  ///< NaN: NULL
  Statement& bindBytes(int parameter, std::span<const std::uint8_t> bytes);

  /// Goes to the next row; false behind the last.
  bool next();
  /// Does what gives nothing, and makes ready to be bound and done again.
  void run();

  bool isNull(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  double real(int column) const;  ///< NULL: NaN
  std::string text(int column) const;

 private:
  void check(int result) const;

  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// All that is done until `commit` is done whole or not at all.
class Transaction {
 public:
  explicit Transaction(const Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!committed_) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void commit() {
    database_.run("COMMIT");
    committed_ = true;
  }

 private:
  const Database& database_;
  bool committed_ = false;
};

}  // namespace sinkscope::sqlite
