#pragma once

// Private to core/runs: the tables of a training's run, being written and being followed.

#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/runs/row_fields.h"
#include "core/runs/training_fields.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope::runs {

/// A row as it is where none was written: see `hdf5::GroupWriter::createGrowing`.
inline constexpr std::int64_t kUnwritten = -1;

/// A table of the file, and the rows that are not in it yet.
template <typename Row>
class TableWriter {
 public:
  TableWriter(const char* name, const char* axis) : name_(name), axis_(axis) {}

  void create(const hdf5::GroupWriter& root, const std::string& source, const TrainingShape& shape) {
    shape_ = shape;
    source_ = source;
    type_ = rowType<Row>(shape);
    Row unwritten;
    unwritten.step = kUnwritten;
    dataset_ = root.createGrowing(name_, axis_, type_.get(), pack(unwritten).data());
  }
  void append(const Row& row) {
    if (row.step < 0)
      throw Error(source_ + ": cannot add a row: its step is " + std::to_string(row.step) + ", expected 0 or more.");
    const std::vector<char> bytes = pack(row);
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    ++count_;
  }
  void write(const hdf5::GroupWriter& root) {
    root.append(dataset_, name_, type_.get(), pending_.data(), std::exchange(count_, 0));
    pending_.clear();
  }
  bool isEmpty() const { return count_ == 0; }

 private:
  std::vector<char> pack(const Row& row) const {
    RowPacker fields(source_);
    describeRow(fields, row, shape_);
    return fields.bytes();
  }

  const char* name_;
  const char* axis_;
  std::string source_;
  TrainingShape shape_;
  hdf5::Handle type_, dataset_;
  std::vector<char> pending_;
  std::uint64_t count_ = 0;
};

/// The texts of a table's rows, one after another.
class TextWriter {
 public:
  explicit TextWriter(const char* name) : name_(name) {}

  void create(const hdf5::GroupWriter& root) {
    const std::uint8_t unwritten = 0;
    dataset_ = root.createGrowing(name_, std::string(name_) + "_position", hdf5::typeOf<std::uint8_t>(), &unwritten);
  }
  TextSpan append(const std::string& text) {
    pending_ += text;
    const std::uint64_t begin = end_;
    end_ += text.size();
    return {begin, end_};
  }
  void write(const hdf5::GroupWriter& root) {
    root.append(dataset_, name_, hdf5::typeOf<std::uint8_t>(), pending_.data(), pending_.size());
    pending_.clear();
  }
  bool isEmpty() const { return pending_.empty(); }

 private:
  const char* name_;
  hdf5::Handle dataset_;
  std::string pending_;
  std::uint64_t end_ = 0;
};

/// What of a table has been read so far.
template <typename Row>
class TableReader {
 public:
  TableReader(const char* name, const hdf5::GroupReader& root, const TrainingShape& shape)
      : name_(name), shape_(shape), type_(rowType<Row>(shape)), dataset_(root.growing(name, type_.get())) {}

  /// The last row that was written, if any; what `next` gives stays as it is.
  std::optional<Row> last(const hdf5::GroupReader& root) {
    root.refresh(dataset_, name_);
    std::vector<char> bytes(H5Tget_size(type_.get()));
    for (std::uint64_t at = dataset_.shape.front(); at-- > 0;) {
      root.readRange(dataset_, name_, type_.get(), at, 1, bytes.data());
      Row row;
      RowUnpacker fields(bytes.data());
      describeRow(fields, row, shape_);
      if (row.step >= 0) return row;
    }
    return std::nullopt;
  }

  /// The rows that came since. A row that never reached the disk, or is not `whole` yet, ends them.
  template <typename Whole>
  std::vector<Row> next(const hdf5::GroupReader& root, const Whole& whole) {
    root.refresh(dataset_, name_);
    const std::uint64_t length = std::max(dataset_.shape.front(), read_);
    const std::size_t size = H5Tget_size(type_.get());
    std::vector<char> bytes(static_cast<std::size_t>(length - read_) * size);
    root.readRange(dataset_, name_, type_.get(), read_, length - read_, bytes.data());
    std::vector<Row> rows;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      Row row;
      RowUnpacker fields(bytes.data() + at);
      describeRow(fields, row, shape_);
      if (row.step < 0 || !whole(row)) break;
      rows.push_back(std::move(row));
    }
    read_ += rows.size();
    return rows;
  }

 private:
  const char* name_;
  TrainingShape shape_;
  hdf5::Handle type_;
  hdf5::Dataset dataset_;
  std::uint64_t read_ = 0;
};

/// The texts of a table's rows.
class TextReader {
 public:
  TextReader(const char* name, const hdf5::GroupReader& root)
      : name_(name), dataset_(root.growing(name, hdf5::typeOf<std::uint8_t>())) {}

  void refresh(const hdf5::GroupReader& root) { root.refresh(dataset_, name_); }
  bool has(const TextSpan& span) const { return span.begin <= span.end && span.end <= dataset_.shape.front(); }
  std::string read(const hdf5::GroupReader& root, const TextSpan& span) const {
    std::string text(span.end - span.begin, '\0');
    root.readRange(dataset_, name_, hdf5::typeOf<std::uint8_t>(), span.begin, text.size(), text.data());
    return text;
  }

 private:
  const char* name_;
  hdf5::Dataset dataset_;
};

}  // namespace sinkscope::runs
