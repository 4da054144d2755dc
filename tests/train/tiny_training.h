#pragma once

#include "core/train/training.h"

#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <fstream>
#include <random>
#include <string>

namespace sinkscope {

/// A training of seconds on drawn text, with a data folder of its own.
class TinyTraining {
 public:
  TinyTraining() {
    qputenv("XDG_DATA_HOME", folder_.filePath("data").toUtf8());
    static constexpr const char* kWords[] = {"river",     "runs",   "to",    "the",  "sea",   "and",
                                             "mountains", "stand",  "still", "snow", "falls", "on",
                                             "old",       "stones", "where", "a",    "fox",   "sleeps"};
    std::mt19937 random(3);
    std::ofstream out(path("text.jsonl"));
    for (int document = 0; document < 80; ++document) {
      out << R"({"text": ")";
      for (auto words = 20 + random() % 60; words > 0; --words)
        out << kWords[random() % std::size(kWords)] << (random() % 7 == 0 ? ".\\n" : " ");
      out << "\"}\n";
    }
  }

  std::filesystem::path path(const char* name) const { return folder_.filePath(name).toStdString(); }

  /// `change`: fields that replace these ones.
  TrainingRequest request(const char* run, const std::string& change = "{}") const {
    const std::string text = R"({
      "name": "tiny", "seed": 9,
      "corpus": {"sources": [")" +
                             path("text.jsonl").string() + R"("], "vocabulary": 300, "validation": 0.1},
      "model": {"layers": 2, "heads": 2, "width": 16, "feed_forward_width": 24},
      "packing": {"context": 16, "bos": "fixed"},
      "optimizer": {"learning_rate": 0.01, "warmup": 5},
      "steps": 60, "tokens_per_step": 64,
      "measure": {"every": 20, "windows": 3, "sample_every": 20, "checkpoint_every": 5}
    })";
    nlohmann::json json = nlohmann::json::parse(text);
    json.merge_patch(nlohmann::json::parse(change));
    return {recipeFromJson(json.dump(), "tiny"), path(run)};
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace sinkscope
