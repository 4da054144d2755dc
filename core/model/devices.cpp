#include "core/model/devices.h"

#include "core/byte_text.h"
#include "core/error.h"
#include "core/model/weight_memory.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>

#include <numeric>

namespace sinkscope {
namespace {

at::Device deviceNamed(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  const bool isCuda = name == "cuda" || name.starts_with("cuda:");
  const std::string number = isCuda && name != "cuda" ? name.substr(5) : "0";
  if (!isCuda || number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos)
    throw Error("'" + name + "' is no device; 'cpu', 'cuda', 'cuda:1' or several of these with commas are expected.");
  if (!at::globalContext().hasCUDA())
    throw Error("There is no CUDA device, or this libtorch was built without CUDA; use the CPU.");
  const int index = std::stoi(number), there = at::detail::getCUDAHooks().getNumGPUs();
  if (index >= there)
    throw Error("There is no device " + name + ": this machine has " + std::to_string(there) + " CUDA devices.");
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

}  // namespace

std::vector<at::Device> devicesNamed(const std::string& list) {
  std::vector<at::Device> devices;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    devices.push_back(deviceNamed(list.substr(begin, end - begin)));
    begin = end + 1;
  }
  return devices;
}

std::uint64_t weightMemoryOf(const at::Device& device) {
  return device.is_cpu() ? usualWeightMemory() : at::accelerator::getMemoryInfo(device.index()).first;
}

std::vector<std::size_t> placeLayers(const PartBytes& bytes, const std::vector<std::uint64_t>& memory) {
  const auto sum = [](const std::vector<std::uint64_t>& v) { return std::accumulate(v.begin(), v.end(), 0.0); };
  const double all = static_cast<double>(bytes.before) + sum(bytes.layers) + static_cast<double>(bytes.after);
  std::vector<std::uint64_t> taken(memory.size(), 0);
  std::vector<std::size_t> places;
  // A layer lies where its middle comes to lie when all bytes are laid along all memory.
  double done = static_cast<double>(bytes.before), reaches = static_cast<double>(memory.front()) / sum(memory) * all;
  std::size_t device = 0;
  for (const std::uint64_t layer : bytes.layers) {
    while (device + 1 < memory.size() && done + static_cast<double>(layer) / 2 > reaches)
      reaches += static_cast<double>(memory[++device]) / sum(memory) * all;
    places.push_back(device);
    taken[device] += layer;
    done += static_cast<double>(layer);
  }
  taken.front() += bytes.before;
  taken.back() += bytes.after;
  for (std::size_t i = 0; i < memory.size(); ++i)
    if (taken[i] > memory[i])
      throw Error("The weights of device " + std::to_string(i + 1) + " of " + std::to_string(memory.size()) + " need " +
                  bytesText(taken[i]) + " of its memory, which has room for " + bytesText(memory[i]) + ".");
  return places;
}

}  // namespace sinkscope
