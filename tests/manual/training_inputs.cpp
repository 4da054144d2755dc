// Writes what make_training_goldens.py reads in tests/data/training: training_inputs FOLDER
#include "core/model/safetensors_writer.h"
#include "core/train/packer.h"
#include "core/train/trainer.h"

#include <ATen/Functions.h>  // before Qt's headers

#include "tests/train/loop_recipe.h"
#include "tests/train/tiny_training.h"

#include <cstdio>

using namespace sinkscope;

namespace {

/// Initial weights and windows of the loop.
void writeLoop(const std::filesystem::path& path) {
  const Recipe recipe = loopRecipe();
  const SmallCorpus corpus(loopDocuments(), recipe.model.vocabulary);
  const CorpusSplit split = splitCorpus(*corpus.file(), recipe.corpus.validation, 0, recipe.seed);
  Packer packer(corpus.file(), split.training, recipe.packing, {}, recipe.seed);
  const std::int64_t windows = recipe.windowsAt(0), all = recipe.steps * windows;
  const Windows taken = packer.take(0, all);
  std::map<std::string, at::Tensor> tensors = initialParameters(recipe).all();
  const auto small = [&](const at::Tensor& ids) {  // -1 becomes 255
    return ids.view({recipe.steps, windows, recipe.packing.context}).bitwise_and(255).to(at::kByte);
  };
  tensors["windows"] = small(taken.tokens);
  tensors["targets"] = small(taken.targets);
  writeSafetensors(path, tensors, {{"recipe", toJson(recipe)}});
}

/// A model in the layout of transformers, after a short training.
void writeExported(const std::filesystem::path& folder) {
  const TinyTraining tiny;
  const TrainingRequest request = tiny.request("run.h5");
  startTraining(request, Job());
  std::filesystem::remove_all(folder);
  std::filesystem::copy(trainedModelFolder(request.run), folder);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: training_inputs FOLDER\n"), 2;
  const std::filesystem::path folder = arguments[1];
  writeLoop(folder / "loop_inputs.safetensors");
  writeExported(folder / "exported");
}
