#pragma once

#include "core/model/config.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// Where the text of a training comes from.
struct CorpusRecipe {
  std::vector<std::string> sources;   ///< names of fetched corpora, files or folders
  std::string tokenizer;              ///< a file; empty: one is trained on the sources
  std::string tokenizerKind = "bpe";  ///< of the one that is trained: "bpe", "unigram"
  std::int64_t vocabulary = 2048;     ///< likewise
  double validation = 0.05;           ///< share of the tokens, in whole documents, that is not trained on
  std::int64_t tokens = 0;            ///< train on so many only ("little data"); 0: on all
  bool operator==(const CorpusRecipe&) const = default;
};

/// What attention may cross while training (theory: Table 2 of arXiv 2504.02732).
enum class Mask {
  Causal,     ///< documents are packed into a window, and attention crosses their borders
  Documents,  ///< attention stays within a document
};

/// Where <bos> stands in the training text.
enum class BosPlace {
  Separator,  ///< between documents, and nowhere else: causal packing's "one separator"
  None,       ///< nowhere; documents end with <eos>
  Document,   ///< before each document, which ends with <eos>
  Fixed,      ///< at position 0 of every window, seen by all its tokens; documents end with <eos>
};

/// How documents become windows of T tokens.
struct Packing {
  std::int64_t context = 256;  ///< T, in tokens, <bos> included
  Mask mask = Mask::Causal;
  BosPlace bos = BosPlace::Fixed;
  std::int64_t prefix = 0;  ///< first tokens that see each other and are no targets (prefix language model)
  bool operator==(const Packing&) const = default;
};

/// From this step on the windows are packed so, with as many tokens a step as before.
struct Phase {
  std::int64_t step = 0;
  Packing packing;
  bool operator==(const Phase&) const = default;
};

/// A token that stands at a fixed position of every window, or one drawn anew for each (Gu et al., sec. 5).
struct PlacedToken {
  std::int64_t position = 0;
  std::int64_t id = -1;  ///< -1: drawn at random
  bool operator==(const PlacedToken&) const = default;
};

enum class Schedule {
  Constant,
  Cosine,  ///< down to the final rate at the last step
  Wsd,     ///< warm-up, stable, then down in a straight line over the last `decaySteps`
};

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101); matrices decay, vectors do not.
struct OptimizerRecipe {
  double learningRate = 1e-3;
  double finalRate = 0.1;  ///< share of the learning rate that is left at the end
  Schedule schedule = Schedule::Cosine;
  std::int64_t warmup = 100;    ///< steps
  std::int64_t decaySteps = 0;  ///< of `Schedule::Wsd`
  double weightDecay = 0.1;
  double beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8;
  double clip = 1.0;  ///< largest norm of the gradient; 0: any
  bool operator==(const OptimizerRecipe&) const = default;
};

/// What is measured while it trains, on windows of held-out text that stay the same.
struct MeasureRecipe {
  std::int64_t every = 100;  ///< steps
  std::int64_t windows = 16;
  std::vector<double> epsilons{0.3, 0.8};
  std::int64_t sampleEvery = 0;  ///< steps between texts that the model writes; 0: none
  std::int64_t checkpointEvery = 500;
  bool operator==(const MeasureRecipe&) const = default;
};

/// Everything that a training depends on: the same recipe on the same machine gives the same bits.
struct Recipe {
  std::string name;
  std::string note;  ///< where it comes from, what it shows
  std::uint64_t seed = 1;
  CorpusRecipe corpus;
  ModelConfig model;               ///< its vocabulary is the tokenizer's, its context the longest of the packings
  double capacity = 1.0;           ///< of every second layer, from layer 1 on (mixture-of-depths); 1: of all tokens
  double initialDeviation = 0.02;  ///< of the weights; those that write to the residual stream over sqrt(2 L)
  Packing packing;
  std::vector<Phase> curriculum;
  std::vector<PlacedToken> placed;
  OptimizerRecipe optimizer;
  std::int64_t steps = 1000;
  std::int64_t tokensPerStep = 4096;
  std::int64_t windowsAtATime = 0;  ///< of one forward and backward pass (gradient accumulation); 0: all
  bool bfloat16 = false;            ///< matrix products in bfloat16, everything else in float32
  MeasureRecipe measure;

  /// How many phases of the curriculum have begun at a step, counted from 0.
  std::size_t phaseAt(std::int64_t step) const;
  /// The packing of a phase; of 0 before any.
  const Packing& packingOf(std::size_t phase) const { return phase == 0 ? packing : curriculum[phase - 1].packing; }
  const Packing& packingAt(std::int64_t step) const { return packingOf(phaseAt(step)); }
  std::int64_t windowsAt(std::int64_t step) const { return tokensPerStep / packingAt(step).context; }
  std::int64_t longestContext() const;
  bool operator==(const Recipe&) const = default;
};

/// A recipe from its JSON text (docs/recipes.md). What is left out has the value that stands above. Throws `Error` with
/// the field and what was expected; `source` names the file in the sentence.
Recipe recipeFromJson(const std::string& text, const std::string& source);

/// All of a recipe as JSON, one field a line.
std::string toJson(const Recipe& recipe);

/// A recipe that ships, or a file. Throws `Error`.
Recipe openRecipe(const std::string& nameOrFile);

struct NamedRecipe {
  std::string_view name, json;
};
/// The recipes that ship.
std::span<const NamedRecipe> shippedRecipes();

/// The learning rate of a step, counted from 0.
double learningRateAt(const Recipe& recipe, std::int64_t step);

}  // namespace sinkscope
