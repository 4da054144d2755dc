#include "app/model_cache.h"

#include "core/model/demo_models.h"

#include <system_error>

namespace sinkscope {

ModelCache::Key ModelCache::keyOf(const std::string& name, const std::string& device) const {
  Key key{resolveModel(name), device, weightMemory_, {}};
  std::error_code missing;
  key.changed = std::filesystem::last_write_time(key.path, missing);
  return key;
}

bool ModelCache::mustLoad(const std::string& name, const std::string& device) const {
  return !loaded_.model || keyOf(name, device) != key_;
}

const ModelCache::Loaded& ModelCache::get(const std::string& name, const std::string& device, const Job& job) {
  const Key key = keyOf(name, device);
  if (loaded_.model && key == key_) return loaded_;

  // Headers first: most of what can be wrong shows before the old model has to make room.
  const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(key.path);
  readConfig(key.path);
  openTensorFile(key.path);
  key_ = {};
  loaded_ = {};
  LoadOptions options;
  options.device = device;
  options.memoryBytes = weightMemory_;
  loaded_ = {loadModel(key.path, options, job), tokenizer};
  key_ = key;
  return loaded_;
}

}  // namespace sinkscope
