#pragma once

#include "core/model/config.h"
#include "core/model/config_names.h"
#include "core/model/parameters.h"
#include "core/model/safetensors.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

inline std::filesystem::path trainingData() {
  return std::filesystem::path(SINKSCOPE_TEST_DATA) / "training";
}

/// A small decoder in one of the variants of `ModelConfig`, with drawn weights (see make_training_goldens.py).
struct Variant {
  ModelConfig config;
  Parameters parameters;
  at::Tensor tokens, targets;  ///< int64 [3, T]

  explicit Variant(const std::string& name) {
    const QJsonObject all = description();
    describe(all["sizes"].toObject(), all["variants"].toObject()[QString::fromStdString(name)].toObject());
    const SafetensorsFile weights(trainingData() / "weights.safetensors");
    for (const ParameterSpec& spec : parameterSpecs(config)) parameters.set(spec.name, weights.read(spec.name));
    tokens = weights.readStored("tokens").to(at::kLong);
    targets = weights.readStored("targets").to(at::kLong);
  }

  static std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const QString& name : description()["variants"].toObject().keys()) result.push_back(name.toStdString());
    return result;
  }

 private:
  static QJsonObject description() {
    QFile file(QString::fromStdString((trainingData() / "variants.json").string()));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no description of the variants");
    return QJsonDocument::fromJson(file.readAll()).object();
  }

  void describe(const QJsonObject& sizes, const QJsonObject& variant) {
    const auto size = [&](const char* name) { return static_cast<std::int64_t>(sizes[name].toInteger()); };
    config.family = "sinkscope";
    config.vocabulary = size("vocabulary");
    config.layers = size("layers");
    config.heads = size("heads");
    config.keyHeads = size("key_heads");
    config.width = size("width");
    config.headWidth = size("head_width");
    config.feedForwardWidth = size("feed_forward_width");
    config.contextLength = size("context");
    config.normEpsilon = sizes["norm_epsilon"].toDouble();
    config.attentionScale = 1.0 / std::sqrt(static_cast<double>(config.headWidth));
    const auto is = [&](const char* name) { return variant[name].toBool(); };
    config.tiedEmbedding = is("tied_embedding");
    config.queryKeyNorm = is("query_key_norm");
    config.postNorms = is("post_norms");
    config.attentionBias = is("attention_bias");
    config.outputGate = is("output_gate");
    const auto choose = [&](const char* name, auto& value) {
      if (!variant.contains(QLatin1String(name))) return;
      value = named<std::remove_reference_t<decltype(value)>>(variant[name].toString().toStdString(), name);
    };
    choose("norms", config.norms);
    choose("extra_key", config.extraKey);
    choose("weights", config.weights);
    choose("positions", config.positions);
    LayerConfig layer;
    layer.window = variant["window"].toInteger();
    layer.firstKeys = variant["first_keys"].toInteger();
    layer.ropeBase = sizes["rope_base"].toDouble();
    config.perLayer.assign(static_cast<std::size_t>(config.layers), layer);
    // Mixture-of-depths has every second layer work on some tokens only.
    for (std::size_t i = 1; i < config.perLayer.size(); i += 2)
      config.perLayer[i].capacity = variant["capacity"].toDouble(1.0);
    validate(config, "variants.json");
  }
};

}  // namespace sinkscope
