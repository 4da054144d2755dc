#include "core/model/safetensors_writer.h"

#include "core/error.h"
#include "core/model/safetensors_types.h"
#include "core/new_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sinkscope {
namespace {

using Json = nlohmann::ordered_json;
using Named = std::pair<const std::string, at::Tensor>;

constexpr std::size_t kAlignment = 64;

/// Wide types first, so that every tensor is aligned for its own, with nothing between them.
std::vector<const Named*> inFileOrder(const std::map<std::string, at::Tensor>& tensors) {
  std::vector<const Named*> order;
  for (const Named& named : tensors) order.push_back(&named);
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [](const Named* named) { return named->second.element_size(); });
  return order;
}

std::string headerOf(const std::filesystem::path& path, const std::vector<const Named*>& order,
                     const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const Named* named : order) {
    const auto& [name, tensor] = *named;
    const auto type = nameOf(tensor.scalar_type());
    if (!type)
      throw Error(path.string() + ": cannot write the tensor '" + name + "' of type " +
                  c10::toString(tensor.scalar_type()) + "; expected " + storedTypes() + ".");
    const std::uint64_t end = offset + tensor.nbytes();
    header[name] = {{"dtype", *type}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception&) {
    throw Error(path.string() + ": cannot write a name or a text that is no UTF-8.");
  }
  const std::size_t used = sizeof(std::uint64_t) + text.size();
  text.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  return text;
}

}  // namespace

void writeSafetensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  const std::vector<const Named*> order = inFileOrder(tensors);
  const std::string header = headerOf(path, order, metadata);
  const std::uint64_t length = header.size();
  NewFile file(path);
  file.write(0, &length, sizeof(length));
  file.write(sizeof(length), header.data(), header.size());
  std::uint64_t offset = sizeof(length) + length;
  for (const Named* named : order) {
    const at::Tensor values = named->second.to(at::kCPU).contiguous();
    file.write(offset, values.const_data_ptr(), values.nbytes());
    offset += values.nbytes();
  }
  file.commit();
}

}  // namespace sinkscope
