#include "core/train/recipe.h"

#include "core/error.h"
#include "core/model/config_names.h"
#include "core/model/json_fields.h"
#include "core/text/text_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace sinkscope {

template <>
std::span<const std::string_view> namesOf<Mask>() {
  static constexpr std::array<std::string_view, 2> names{"causal", "documents"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<BosPlace>() {
  static constexpr std::array<std::string_view, 4> names{"separator", "none", "document", "fixed"};
  return names;
}
template <>
std::span<const std::string_view> namesOf<Schedule>() {
  static constexpr std::array<std::string_view, 3> names{"constant", "cosine", "wsd"};
  return names;
}

namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
struct IsList : std::false_type {};
template <typename Value>
struct IsList<std::vector<Value>> : std::true_type {};

/// `FieldWriter` and `FieldReader` have the same methods: one description of a recipe writes and reads it.
class FieldWriter {
 public:
  template <typename Value>
  void operator()(const char* name, const Value& value) {
    if constexpr (std::is_enum_v<Value>)
      json_[name] = nameOf(value);
    else
      json_[name] = value;
  }
  template <typename Each>
  void object(const char* name, Each each) {
    FieldWriter inner;
    each(inner);
    json_[name] = inner.json_;
  }
  template <typename Value, typename Each>
  void list(const char* name, const std::vector<Value>& values, Each each) {
    Json& array = json_[name] = Json::array();
    for (const Value& value : values) {
      FieldWriter inner;
      each(inner, value);
      array.push_back(inner.json_);
    }
  }
  const Json& json() const { return json_; }

 private:
  Json json_;
};

/// What is left out keeps its value; what nobody asked for is an error, so that a misspelt field does not go unseen.
class FieldReader {
 public:
  explicit FieldReader(JsonFields json) : json_(std::move(json)) {}

  template <typename Value>
  void operator()(const char* name, Value& value) {
    known_.insert(name);
    if (!json_.has(name)) return;
    if constexpr (std::is_enum_v<Value>)
      value = named<Value>(json_.string(name), json_.source() + ": the field '" + name + "'");
    else if constexpr (std::is_same_v<Value, bool>)
      value = json_.boolean(name, value);
    else if constexpr (std::is_same_v<Value, double>)
      value = json_.real(name, value);
    else if constexpr (std::is_same_v<Value, std::string>)
      value = json_.string(name);
    else if constexpr (IsList<Value>::value)
      numbersOrTexts(name, value);
    else
      integer(name, value);
  }
  template <typename Each>
  void object(const char* name, Each each) {
    known_.insert(name);
    if (!json_.has(name)) return;
    FieldReader inner(json_.object(name));
    each(inner);
    inner.finish();
  }
  template <typename Value, typename Each>
  void list(const char* name, std::vector<Value>& values, Each each) {
    known_.insert(name);
    if (!json_.has(name)) return;
    if (!json_.json()[name].is_array()) json_.failBecause(name, "is no list");
    values.clear();
    for (const nlohmann::json& one : json_.json()[name]) {
      const std::string source = json_.source() + ": '" + name + "' " + std::to_string(values.size() + 1);
      if (!one.is_object()) throw Error(source + " is no object.");
      FieldReader inner(JsonFields(one, source));
      each(inner, values.emplace_back());
      inner.finish();
    }
  }
  void finish() const {
    for (const auto& [name, value] : json_.json().items()) {
      if (!known_.contains(name)) json_.failBecause(name, "is not known; expected are " + quoted(known_));
    }
  }

 private:
  template <typename Integer>
  void integer(const char* name, Integer& value) {
    const std::int64_t read = json_.integer(name);
    if (std::is_unsigned_v<Integer> && read < 0) json_.failBecause(name, "is negative");
    value = static_cast<Integer>(read);
  }
  void numbersOrTexts(const char* name, std::vector<std::string>& values) { values = json_.strings(name); }
  void numbersOrTexts(const char* name, std::vector<double>& values) { values = json_.reals(name); }

  JsonFields json_;
  std::set<std::string> known_;
};

template <typename Fields, typename Packing>
void describePacking(Fields& fields, Packing& packing) {
  fields("context", packing.context);
  fields("mask", packing.mask);
  fields("bos", packing.bos);
  fields("prefix", packing.prefix);
}

/// `layer`: of all layers.
template <typename Fields, typename Recipe, typename Layer>
void describe(Fields& fields, Recipe& recipe, Layer& layer) {
  fields("name", recipe.name);
  fields("note", recipe.note);
  fields("seed", recipe.seed);
  fields.object("corpus", [&](auto& corpus) {
    corpus("sources", recipe.corpus.sources);
    corpus("tokenizer", recipe.corpus.tokenizer);
    corpus("tokenizer_kind", recipe.corpus.tokenizerKind);
    corpus("vocabulary", recipe.corpus.vocabulary);
    corpus("validation", recipe.corpus.validation);
    corpus("tokens", recipe.corpus.tokens);
  });
  fields.object("model", [&](auto& model) {
    auto& config = recipe.model;
    model("layers", config.layers);
    model("heads", config.heads);
    model("key_heads", config.keyHeads);
    model("width", config.width);
    model("head_width", config.headWidth);
    model("feed_forward_width", config.feedForwardWidth);
    model("norm_epsilon", config.normEpsilon);
    model("norms", config.norms);
    model("query_key_norm", config.queryKeyNorm);
    model("tied_embedding", config.tiedEmbedding);
    model("positions", config.positions);
    model("rope_base", layer.ropeBase);
    model("weights", config.weights);
    model("extra_key", config.extraKey);
    model("output_gate", config.outputGate);
    model("window", layer.window);
    model("first_keys", layer.firstKeys);
    model("capacity", recipe.capacity);
    model("initial_deviation", recipe.initialDeviation);
  });
  fields.object("packing", [&](auto& packing) { describePacking(packing, recipe.packing); });
  fields.list("curriculum", recipe.curriculum, [](auto& inner, auto& phase) {
    inner("step", phase.step);
    describePacking(inner, phase.packing);
  });
  fields.list("placed_tokens", recipe.placed, [](auto& inner, auto& token) {
    inner("position", token.position);
    inner("id", token.id);
  });
  fields.object("optimizer", [&](auto& optimizer) {
    optimizer("learning_rate", recipe.optimizer.learningRate);
    optimizer("final_rate", recipe.optimizer.finalRate);
    optimizer("schedule", recipe.optimizer.schedule);
    optimizer("warmup", recipe.optimizer.warmup);
    optimizer("decay_steps", recipe.optimizer.decaySteps);
    optimizer("weight_decay", recipe.optimizer.weightDecay);
    optimizer("beta1", recipe.optimizer.beta1);
    optimizer("beta2", recipe.optimizer.beta2);
    optimizer("epsilon", recipe.optimizer.epsilon);
    optimizer("clip", recipe.optimizer.clip);
  });
  fields("steps", recipe.steps);
  fields("tokens_per_step", recipe.tokensPerStep);
  fields("windows_at_a_time", recipe.windowsAtATime);
  fields("bfloat16", recipe.bfloat16);
  fields.object("measure", [&](auto& measure) {
    measure("every", recipe.measure.every);
    measure("windows", recipe.measure.windows);
    measure("epsilons", recipe.measure.epsilons);
    measure("sample_every", recipe.measure.sampleEvery);
    measure("checkpoint_every", recipe.measure.checkpointEvery);
  });
}

/// Fills in what follows from the rest.
void complete(Recipe& recipe, const LayerConfig& layer) {
  ModelConfig& config = recipe.model;
  if (config.keyHeads == 0) config.keyHeads = config.heads;
  if (config.headWidth == 0 && config.heads > 0) config.headWidth = config.width / config.heads;
  config.vocabulary = recipe.corpus.vocabulary;
  config.contextLength = recipe.longestContext();
  config.attentionScale = config.headWidth > 0 ? 1.0 / std::sqrt(static_cast<double>(config.headWidth)) : 0.0;
  config.perLayer.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(config.layers, 0, 4096)), layer);
  for (std::size_t l = 1; l < config.perLayer.size(); l += 2) config.perLayer[l].capacity = recipe.capacity;
  const ModelConfig plain;
  const bool llama = config.weights == plain.weights && config.extraKey == plain.extraKey &&
                     config.positions == plain.positions && config.norms == plain.norms && !config.outputGate &&
                     !config.queryKeyNorm && layer.window == 0 && recipe.capacity == 1.0;
  config.family = llama ? "llama" : "sinkscope";
}

void check(const Recipe& recipe, const std::string& source) {
  const auto expect = [&](bool holds, const std::string& field, const std::string& expected) {
    if (!holds) throw Error(source + ": the field '" + field + "' is expected to be " + expected + ".");
  };
  expect(!recipe.corpus.sources.empty(), "corpus.sources", "a list of at least one text");
  expect(recipe.corpus.tokenizerKind == "bpe" || recipe.corpus.tokenizerKind == "unigram", "corpus.tokenizer_kind",
         "'bpe' or 'unigram'");
  expect(recipe.corpus.validation > 0.0 && recipe.corpus.validation < 1.0, "corpus.validation", "between 0 and 1");
  expect(recipe.corpus.tokens >= 0, "corpus.tokens", "0 or more");
  validate(recipe.model, source);
  expect(recipe.capacity > 0.0 && recipe.capacity <= 1.0, "model.capacity", "above 0 and up to 1");
  expect(recipe.initialDeviation > 0.0, "model.initial_deviation", "a positive number");
  expect(recipe.steps >= 1, "steps", "1 or more");
  std::int64_t last = 0;
  for (const Phase& phase : recipe.curriculum) {
    expect(phase.step > last, "curriculum", "phases in the order of their steps, from step 1 on");
    last = phase.step;
  }
  for (std::size_t i = 0; i <= recipe.curriculum.size(); ++i) {
    const Packing& packing = recipe.packingOf(i);
    const std::string where = i == 0 ? "packing" : "curriculum";
    expect(packing.context >= 8, where + ".context", "8 tokens or more");
    expect(recipe.tokensPerStep >= packing.context && recipe.tokensPerStep % packing.context == 0, "tokens_per_step",
           "a multiple of the context of " + std::to_string(packing.context) + " tokens");
    expect(packing.mask == Mask::Causal || packing.bos != BosPlace::Separator, where + ".bos",
           "'none', 'document' or 'fixed' where attention stays within documents");
    expect(packing.mask == Mask::Causal || recipe.model.perLayer.front().window == 0, where + ".mask",
           "'causal' for attention with a window");
    expect(packing.prefix >= 0 && packing.prefix < packing.context, where + ".prefix", "0 ... the context less 1");
    expect(packing.prefix == 0 || packing.mask == Mask::Causal, where + ".prefix", "0 within documents");
    expect(packing.prefix == 0 || !recipe.model.hasSigmoids(), where + ".prefix", "0 where weights are sigmoids");
    expect(packing.prefix == 0 || recipe.model.positions != Positions::Alibi, where + ".prefix",
           "0 with ALiBi, which knows no distance to later tokens");
    for (const PlacedToken& token : recipe.placed) {
      expect(token.position >= 0 && token.position < packing.context, "placed_tokens", "positions within the window");
      expect(token.id >= -1 && token.id < recipe.model.vocabulary, "placed_tokens", "ids of the vocabulary, or -1");
    }
  }
  const OptimizerRecipe& o = recipe.optimizer;
  expect(o.learningRate > 0.0, "optimizer.learning_rate", "a positive number");
  expect(o.finalRate >= 0.0 && o.finalRate <= 1.0, "optimizer.final_rate", "a share, 0 ... 1");
  expect(o.warmup >= 0, "optimizer.warmup", "0 steps or more");
  expect(o.decaySteps >= 0, "optimizer.decay_steps", "0 steps or more");
  expect(o.weightDecay >= 0.0, "optimizer.weight_decay", "0 or more");
  expect(o.beta1 >= 0.0 && o.beta1 < 1.0, "optimizer.beta1", "at least 0 and below 1");
  expect(o.beta2 >= 0.0 && o.beta2 < 1.0, "optimizer.beta2", "at least 0 and below 1");
  expect(o.epsilon > 0.0, "optimizer.epsilon", "a positive number");
  expect(o.clip >= 0.0, "optimizer.clip", "0 or more");
  expect(recipe.windowsAtATime >= 0, "windows_at_a_time", "0 (all) or more");
  expect(recipe.measure.every >= 1, "measure.every", "1 step or more");
  expect(recipe.measure.windows >= 1, "measure.windows", "1 or more");
  expect(!recipe.measure.epsilons.empty(), "measure.epsilons", "a list of at least one threshold");
  expect(recipe.measure.sampleEvery >= 0, "measure.sample_every", "0 (none) or more");
  expect(recipe.measure.checkpointEvery >= 1, "measure.checkpoint_every", "1 step or more");
}

}  // namespace

std::size_t Recipe::phaseAt(std::int64_t step) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(curriculum, [step](const Phase& phase) { return phase.step <= step; }));
}

std::int64_t Recipe::longestContext() const {
  std::int64_t longest = packing.context;
  for (const Phase& phase : curriculum) longest = std::max(longest, phase.packing.context);
  return longest;
}

Recipe recipeFromJson(const std::string& text, const std::string& source) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(source + " is no recipe in JSON: " + error.what() + ".");
  }
  if (!json.is_object()) throw Error(source + " is no recipe: an object in JSON is expected.");
  Recipe recipe;
  LayerConfig layer;
  FieldReader fields(JsonFields(json, source));
  describe(fields, recipe, layer);
  fields.finish();
  complete(recipe, layer);
  check(recipe, source);
  return recipe;
}

std::string toJson(const Recipe& recipe) {
  FieldWriter fields;
  const LayerConfig layer = recipe.model.perLayer.empty() ? LayerConfig() : recipe.model.perLayer.front();
  describe(fields, recipe, layer);
  return fields.json().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Recipe openRecipe(const std::string& nameOrFile) {
  for (const NamedRecipe& shipped : shippedRecipes())
    if (shipped.name == nameOrFile) return recipeFromJson(std::string(shipped.json), "the recipe " + nameOrFile);
  if (std::filesystem::exists(nameOrFile)) return recipeFromJson(readTextFile(nameOrFile), nameOrFile);
  std::string names;
  for (const NamedRecipe& shipped : shippedRecipes()) names.append(names.empty() ? "" : ", ").append(shipped.name);
  throw Error("'" + nameOrFile + "' is no file and no recipe that ships (" + names + ").");
}

double learningRateAt(const Recipe& recipe, std::int64_t step) {
  const OptimizerRecipe& o = recipe.optimizer;
  // The first step already learns: warm-up ends at the full rate after `warmup` steps.
  if (step < o.warmup) return o.learningRate * static_cast<double>(step + 1) / static_cast<double>(o.warmup);
  const auto share = [&](std::int64_t begin) {
    const double length = static_cast<double>(std::max<std::int64_t>(1, recipe.steps - begin));
    return std::clamp(static_cast<double>(step - begin) / length, 0.0, 1.0);
  };
  switch (o.schedule) {
    case Schedule::Constant:
      return o.learningRate;
    case Schedule::Cosine: {
      constexpr double kPi = 3.14159265358979323846;
      return o.learningRate * (o.finalRate + (1.0 - o.finalRate) * 0.5 * (1.0 + std::cos(kPi * share(o.warmup))));
    }
    case Schedule::Wsd:
      return o.learningRate * (1.0 - (1.0 - o.finalRate) * share(std::max(o.warmup, recipe.steps - o.decaySteps)));
  }
  return o.learningRate;
}

}  // namespace sinkscope
