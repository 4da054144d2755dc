#pragma once

#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace sinkscope {

/// Options of commands that run one model.
struct ModelOptions {
  std::string model, device = "cpu", weights = "fitting";
  double weightMemoryGiB = 0.0;  ///< 0: a share of this machine's memory
  int threads = 0;
  bool bos = false, noBos = false;
};

/// Adds --device and --threads.
void addDeviceOptions(CLI::App& command, std::string& device, int& threads);
/// Adds --weights and --weight-memory.
void addWeightOptions(CLI::App& command, ModelOptions& options);
/// Adds --model and the options of its device.
void addModelOptions(CLI::App& command, ModelOptions& options);
/// Adds --bos and --no-bos.
void addBosOptions(CLI::App& command, ModelOptions& options);

struct OpenedModel {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::string name;  ///< as asked for, else the demo model that was taken
  bool bos = false;  ///< whether <bos> is put first: as asked for, else as the tokenizer does
};

/// How the model is to be held.
LoadOptions loadOptions(const ModelOptions& options);

/// Loads the model and sets the number of threads.
OpenedModel openModel(const ModelOptions& options, const Job& job);

/// A budget of memory as commands are told it.
std::uint64_t budgetBytes(double gibibytes);

}  // namespace sinkscope
