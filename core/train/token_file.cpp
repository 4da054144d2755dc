#include "core/train/token_file.h"

#include "core/error.h"
#include "core/model/input_file.h"
#include "core/model/json_fields.h"
#include "core/train/token_layout.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace sinkscope {
namespace {

/// An id of the file's own width and the largest of many: the compiler makes vector code of both.
template <typename Id>
std::uint64_t largest(const Id* ids, std::uint64_t count) {
  Id most = 0;
  for (std::uint64_t i = 0; i < count; ++i) most = std::max(most, ids[i]);
  return most;
}

std::optional<std::int64_t> special(std::int64_t id, const TokenHeader& header, const std::string& name) {
  if (id < -1 || (id >= 0 && static_cast<std::uint64_t>(id) >= header.vocabulary))
    throw Error(name + " is damaged: the id " + std::to_string(id) +
                " of a special token is outside its vocabulary of " + std::to_string(header.vocabulary) + ".");
  return id < 0 ? std::nullopt : std::optional(id);
}

TokenHeader headerOf(std::span<const std::byte> bytes, const std::string& name) {
  TokenHeader header;
  const TokenHeader expected;
  if (bytes.size() < sizeof(header)) throw Error(name + " is no token file: it ends inside the header.");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.magic, expected.magic, sizeof(header.magic)) != 0)
    throw Error(name + " is no token file: expected SINKTOKS at its beginning; `sinkscope tokenize` makes one.");
  if (header.version != expected.version)
    throw Error(name + " is a token file of version " + std::to_string(header.version) +
                "; this program reads version " + std::to_string(expected.version) + ".");
  if (header.bytesPerId != 2 && header.bytesPerId != 4)
    throw Error(name + " is damaged: an id has " + std::to_string(header.bytesPerId) + " bytes, expected 2 or 4.");
  if (header.vocabulary == 0 || header.vocabulary >> 31 != 0)
    throw Error(name + " is damaged: a vocabulary of " + std::to_string(header.vocabulary) +
                " tokens is not possible.");
  return header;
}

/// Bytes of the ids and their padding; checks that the whole file has the size that the header says.
std::uint64_t idBytes(const TokenHeader& header, std::uint64_t size, const std::string& name) {
  std::uint64_t ids = 0, starts = 0, total = sizeof(header);
  bool fits = multiply(header.tokens, header.bytesPerId, &ids) && ids <= size && header.documents < size &&
              multiply(header.documents + 1, sizeof(std::uint64_t), &starts);
  for (const std::uint64_t part : {paddedBytes(ids), starts, header.jsonBytes})
    fits = fits && !__builtin_add_overflow(total, part, &total);
  if (!fits || total != size)
    throw Error(name + " is damaged or not whole: " + std::to_string(header.tokens) + " tokens of " +
                std::to_string(header.documents) + " documents need another size than its " + std::to_string(size) +
                " bytes.");
  return paddedBytes(ids);
}

void checkStarts(std::span<const std::uint64_t> starts, std::uint64_t tokens, const std::string& name) {
  const bool ends = starts.front() == 0 && starts.back() == tokens;
  if (!ends || std::adjacent_find(starts.begin(), starts.end(), std::greater<>()) != starts.end())
    throw Error(name + " is damaged: the beginnings of its documents do not ascend from 0 to the number of tokens, " +
                std::to_string(tokens) + ".");
}

void readText(const JsonFields& fields, TokenFileInfo& info) {
  info.textBytes = fields.integer("textBytes");
  info.tokenizer = fields.string("tokenizer");
  info.tokenizerSha256 = fields.string("tokenizerSha256");
  info.licence = fields.string("licence", "");
  const nlohmann::json sources = fields.has("sources") ? fields.json()["sources"] : nlohmann::json();
  if (!sources.is_array()) fields.failBecause("sources", "is no array, as is expected of it");
  for (const nlohmann::json& source : sources) {
    const JsonFields entry(source.is_object() ? source : nlohmann::json::object(), fields.source() + ", sources");
    info.sources.push_back({entry.string("path"), entry.string("sha256"), entry.integer("bytes")});
  }
}

}  // namespace

TokenFile::TokenFile(const std::filesystem::path& path) : file_(path), name_(path.string()) {
  const std::span<const std::byte> bytes = file_.bytes();
  const TokenHeader header = headerOf(bytes, name_);
  const std::uint64_t padded = idBytes(header, bytes.size(), name_);
  bytesPerId_ = header.bytesPerId;
  ids_ = bytes.data() + sizeof(header);
  starts_ = {reinterpret_cast<const std::uint64_t*>(ids_ + padded), static_cast<std::size_t>(header.documents) + 1};
  checkStarts(starts_, header.tokens, name_);
  const std::uint64_t most = bytesPerId_ == 2 ? largest(reinterpret_cast<const std::uint16_t*>(ids_), header.tokens)
                                              : largest(reinterpret_cast<const std::uint32_t*>(ids_), header.tokens);
  if (header.tokens > 0 && most >= header.vocabulary)
    throw Error(name_ + " is damaged: the id " + std::to_string(most) + " is outside its vocabulary of " +
                std::to_string(header.vocabulary) + ".");

  info_.tokens = static_cast<std::int64_t>(header.tokens);
  info_.documents = static_cast<std::int64_t>(header.documents);
  info_.vocabulary = static_cast<std::int64_t>(header.vocabulary);
  info_.bos = special(header.bos, header, name_);
  info_.eos = special(header.eos, header, name_);
  const auto* text = reinterpret_cast<const char*>(starts_.data() + starts_.size());
  nlohmann::json json = nlohmann::json::parse(text, text + header.jsonBytes, nullptr, false);
  if (!json.is_object()) throw Error(name_ + " is damaged: a JSON object is expected at its end.");
  readText({std::move(json), name_}, info_);
}

void TokenFile::copy(std::int64_t first, std::span<std::int64_t> out) const {
  const auto count = static_cast<std::int64_t>(out.size());
  if (first < 0 || count > tokens() || first > tokens() - count)
    throw Error(name_ + " has " + std::to_string(tokens()) + " tokens; " + std::to_string(count) +
                " were asked for from token " + std::to_string(first) + " on.");
  if (bytesPerId_ == 2)
    std::copy_n(reinterpret_cast<const std::uint16_t*>(ids_) + first, count, out.begin());
  else
    std::copy_n(reinterpret_cast<const std::uint32_t*>(ids_) + first, count, out.begin());
}

}  // namespace sinkscope
