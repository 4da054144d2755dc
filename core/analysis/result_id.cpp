#include "core/analysis/result_id.h"

#include "core/model/sha256.h"

#include <cstdio>

namespace sinkscope {
namespace {

constexpr std::size_t kDigits = 16;

/// Texts with borders between them.
void add(Sha256& hash, std::string_view text) {
  hash.add(text.data(), text.size());
  hash.add("\n", 1);
}

}  // namespace

std::string resultId(std::string_view kind, const Provenance& result) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.17g", result.seconds);
  Sha256 hash;
  for (const std::string_view text :
       {kind, std::string_view(result.created), std::string_view(result.program), std::string_view(result.torch),
        std::string_view(result.model.name), std::string_view(seconds)})
    add(hash, text);
  for (const FileIdentity& file : result.model.files) add(hash, file.name + ' ' + file.sha256);
  return hash.hexadecimal().substr(0, kDigits);
}

std::string resultId(std::string_view kind, std::string_view created, std::string_view program,
                     std::string_view settings) {
  Sha256 hash;
  for (const std::string_view text : {kind, created, program, settings}) add(hash, text);
  return hash.hexadecimal().substr(0, kDigits);
}

}  // namespace sinkscope
