#pragma once

#include "core/train/recipe.h"
#include "tests/train/small_corpus.h"

#include <random>

namespace sinkscope {

/// A training of fifty short steps that PyTorch went through too (make_training_goldens.py).
inline Recipe loopRecipe() {
  return recipeFromJson(R"({
    "name": "loop", "seed": 4,
    "corpus": {"sources": ["numbers"], "vocabulary": 53, "validation": 0.1},
    "model": {"layers": 2, "heads": 4, "key_heads": 2, "width": 24, "head_width": 6, "feed_forward_width": 28,
              "initial_deviation": 0.1},
    "packing": {"context": 24, "bos": "fixed"},
    "optimizer": {"learning_rate": 0.01, "final_rate": 0.1, "warmup": 10, "weight_decay": 0.1, "clip": 1.0},
    "steps": 50, "tokens_per_step": 96
  })",
                        "the loop's recipe");
}

/// Documents in which a token mostly follows from the one before it.
inline SmallCorpus::Documents loopDocuments() {
  std::mt19937 random(11);
  SmallCorpus::Documents documents;
  for (int i = 0; i < 40; ++i) {
    std::int64_t id = 3 + static_cast<std::int64_t>(random() % 50);
    documents.emplace_back();
    for (auto length = 5 + random() % 80; length > 0; --length) {
      documents.back().push_back(id);
      id = random() % 8 == 0 ? 3 + static_cast<std::int64_t>(random() % 50) : 3 + (7 * id + 1) % 50;
    }
  }
  return documents;
}

}  // namespace sinkscope
