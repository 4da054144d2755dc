// torch comes before Qt: `slots` is a name of its own.
#include "core/model/family.h"
#include "core/model/model.h"
#include "core/model/parameters.h"
#include "damage.h"
#include "gguf_bytes.h"

#include <QTemporaryDir>

#include <cmath>
#include <functional>
#include <map>

using namespace sinkscope;
using gguf_bytes::entry;

namespace {

// The config.json of the published gemma-3-270m, as transformers 4 writes it.
const char* const gemmaOld = R"({"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text",
  "vocab_size": 262144, "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1,
  "hidden_size": 640, "head_dim": 256, "intermediate_size": 2048, "max_position_embeddings": 32768,
  "rms_norm_eps": 1e-06, "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256,
  "attention_bias": false, "attn_logit_softcapping": null, "final_logit_softcapping": null,
  "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": null,
  "sliding_window": 512, "sliding_window_pattern": 6, "use_cache": true})";

// The published TinyLlama.
const char* const tinyLlama = R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 32000,
  "num_hidden_layers": 22, "num_attention_heads": 32, "num_key_value_heads": 4, "hidden_size": 2048,
  "intermediate_size": 5632, "max_position_embeddings": 2048, "rms_norm_eps": 1e-05, "hidden_act": "silu",
  "rope_scaling": null, "tie_word_embeddings": false, "attention_bias": false})";

using Json = nlohmann::json;

ModelConfig configOf(const Json& json) {
  return readConfigOf(JsonFields(json, "config.json"));
}

Json changed(const char* base, const std::function<void(Json&)>& change) {
  Json json = Json::parse(base);
  change(json);
  return json;
}

using Entries = std::map<QByteArray, QByteArray>;

/// Metadata of a small model of this architecture.
Entries metadata(const QByteArray& architecture) {
  Entries entries;
  const auto add = [&](const QByteArray& key, auto value) { entries[key] = entry(architecture + "." + key, value); };
  entries["architecture"] = entry("general.architecture", architecture.constData());
  add("block_count", 2u);
  add("context_length", 128u);
  add("embedding_length", 8u);
  add("feed_forward_length", 12u);
  add("attention.head_count", 4u);
  add("attention.head_count_kv", 2u);
  add("attention.layer_norm_rms_epsilon", 1e-5f);
  if (architecture == "gemma3") add("attention.sliding_window", 16u);
  return entries;
}

}  // namespace

class TestConfig : public QObject {
  Q_OBJECT
 private slots:
  void publishedGemma();
  void gemmaInsideAnImageModel();
  void layersOfGemma();
  void publishedLlama();
  void ropeOfLlama();
  void brokenJson_data();
  void brokenJson();
  void refusals_data();
  void refusals();
  void usualValues();
  void orders();
  void gguf();
  void brokenGguf_data();
  void brokenGguf();
  void invalid_data();
  void invalid();
  void parameters();

 private:
  ModelConfig fromGguf(const Entries& entries);

  QTemporaryDir folder_;
};

void TestConfig::publishedGemma() {
  const ModelConfig old = configOf(Json::parse(gemmaOld));
  QCOMPARE(old.family, std::string("gemma3"));
  QCOMPARE(old.vocabulary, 262144);
  QCOMPARE(old.headWidth, 256);
  QCOMPARE(old.normEpsilon, 1e-6);
  QCOMPARE(old.attentionScale, 0.0625);
  QCOMPARE(old.embeddingScale, static_cast<double>(25.298221f));
  QVERIFY(old.tiedEmbedding && old.queryKeyNorm && old.postNorms && old.activation == Activation::GeluTanh);
  QCOMPARE(old.perLayer[4], (LayerConfig{512, 1e4, 1.0}));
  QCOMPARE(old.perLayer[5], (LayerConfig{0, 1e6, 1.0}));

  // As transformers 5 writes it.
  const ModelConfig current = configOf(changed(gemmaOld, [](Json& json) {
    for (const char* key : {"rope_theta", "rope_local_base_freq", "rope_scaling", "sliding_window_pattern"})
      json.erase(key);
    json["rope_parameters"] = {{"full_attention", {{"rope_type", "default"}, {"rope_theta", 1e6}}},
                               {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 1e4}}}};
    for (int i = 0; i < 18; ++i) json["layer_types"].push_back(i % 6 == 5 ? "full_attention" : "sliding_attention");
  }));
  QVERIFY(current == old);
}

// The config.json of Gemma 3 4B says little of its text part; the rest are transformers' defaults.
void TestConfig::gemmaInsideAnImageModel() {
  const ModelConfig config = configOf(Json::parse(R"({"model_type": "gemma3", "vision_config": {"hidden_size": 1152},
    "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
    "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024}})"));
  QCOMPARE(config.layers, 34);
  QCOMPARE(config.heads, 8);
  QCOMPARE(config.keyHeads, 4);
  QCOMPARE(config.headWidth, 256);
  QCOMPARE(config.vocabulary, 262208);
  QCOMPARE(config.perLayer[0], (LayerConfig{1024, 1e4, 1.0}));
  QCOMPARE(config.perLayer[5], (LayerConfig{0, 1e6, 8.0}));
}

void TestConfig::layersOfGemma() {
  const ModelConfig config = configOf(changed(gemmaOld, [](Json& json) { json["sliding_window_pattern"] = 4; }));
  for (std::size_t i = 0; i < 18; ++i) QCOMPARE(config.perLayer[i].window, i % 4 == 3 ? 0 : 512);
}

void TestConfig::publishedLlama() {
  const ModelConfig config = configOf(Json::parse(tinyLlama));
  QCOMPARE(config.family, std::string("llama"));
  QCOMPARE(config.headWidth, 64);
  QCOMPARE(config.keyHeads, 4);
  QCOMPARE(config.attentionScale, 0.125);
  QVERIFY(!config.tiedEmbedding && !config.queryKeyNorm && config.activation == Activation::Silu);
  QCOMPARE(config.perLayer, (std::vector<LayerConfig>(22, LayerConfig{0, 1e4, 1.0})));
}

void TestConfig::ropeOfLlama() {
  const auto first = [](const char* key, const Json& value) {
    return configOf(changed(tinyLlama, [&](Json& json) { json[key] = value; })).perLayer[0];
  };
  QCOMPARE(first("rope_theta", 5e5), (LayerConfig{0, 5e5, 1.0}));
  QCOMPARE(first("rope_scaling", {{"type", "linear"}, {"factor", 4}}), (LayerConfig{0, 1e4, 4.0}));
  QCOMPARE(first("rope_parameters", {{"rope_type", "default"}, {"rope_theta", 2e4}}), (LayerConfig{0, 2e4, 1.0}));
}

void TestConfig::brokenJson_data() {
  QTest::addColumn<QString>("key");
  QTest::addColumn<std::string>("value");
  QTest::addColumn<QString>("says");
  const auto add = [](const char* key, const char* value, const char* says = "") {
    QTest::addRow("%s %s", key, value) << QString::fromLatin1(key) << std::string(value) << QString::fromLatin1(says);
  };
  add("model_type", "\"bert\"", "llama, gemma, gemma2");
  add("model_type", "null", "missing");
  add("hidden_size", "null", "missing");
  add("hidden_size", "\"big\"", "integer");
  add("hidden_size", "18446744073709551615", "integer");
  add("hidden_size", "-1", "1 ... ");
  add("num_hidden_layers", "1000000000", "1 ... 4096");
  add("num_attention_heads", "0", "1 ... ");
  add("num_key_value_heads", "5", "");
  add("head_dim", "63", "");
  add("rms_norm_eps", "\"small\"", "number");
  add("rms_norm_eps", "-1", "");
  add("rope_theta", "0", "");
  add("rope_scaling", "{\"rope_type\": \"dynamic\", \"factor\": 32}", "'dynamic'");
  add("rope_scaling", "{\"rope_type\": \"llama3\", \"factor\": 0}", "factor");
  add("rope_scaling", "{\"rope_type\": \"longrope\", \"long_factor\": [1], \"short_factor\": [1]}", "divisors");
  add("rope_scaling", "{\"rope_type\": \"linear\", \"factor\": 0}", "");
  add("rope_scaling", "3", "object");
  add("hidden_act", "\"mish\"", "'silu'");
  add("attention_bias", "3", "true nor false");
  add("tie_word_embeddings", "3", "true nor false");
}

void TestConfig::brokenJson() {
  QFETCH(QString, key);
  QFETCH(std::string, value);
  QFETCH(QString, says);
  const Json json = changed(tinyLlama, [&](Json& j) { j[key.toStdString()] = Json::parse(value); });
  const QString error = damage::errorOf([&] { configOf(json); });
  QVERIFY2(!error.isEmpty() && error.contains(says) && error.startsWith("config.json"), qPrintable(error));
  if (!says.isEmpty() && key != "model_type") QVERIFY2(error.contains(key) || value[0] == '{', qPrintable(error));
}

// What a family may ask for and this program can't compute is said with the field's name.
void TestConfig::refusals_data() {
  QTest::addColumn<QString>("family");
  QTest::addColumn<QString>("key");
  QTest::addColumn<std::string>("value");
  const auto add = [](const char* family, const char* key, const char* value) {
    QTest::addRow("%s %s", family, key) << QString::fromLatin1(family) << QString::fromLatin1(key)
                                        << std::string(value);
  };
  add("falcon", "alibi", "true");
  add("falcon", "parallel_attn", "false");
  add("falcon", "activation", "\"mish\"");
  add("gemma-tied", "hidden_act", "\"relu\"");
  add("gemma2-caps", "layer_types", "[\"full_attention\"]");
  add("gemma2-caps", "layer_types", "[\"full_attention\", \"chunked_attention\", \"full_attention\"]");
  add("gemma2-caps", "use_bidirectional_attention", "true");
  add("gpt2", "scale_attn_by_inverse_layer_idx", "true");
  add("gpt2", "n_positions", "0");
  add("gpt-oss", "swiglu_limit", "5.0");
  add("mixtral", "num_experts_per_tok", "9");
  add("opt", "word_embed_proj_dim", "18");
  add("opt", "do_layer_norm_before", "false");
  add("qwen3-moe", "moe_intermediate_size", "0");
  add("smollm3-nope", "no_rope_layers", "[1, 0]");
  add("stablelm", "qk_layernorm", "true");
}

void TestConfig::refusals() {
  QFETCH(QString, family);
  QFETCH(QString, key);
  QFETCH(std::string, value);
  const JsonFields good = JsonFields::ofFile(
      (QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/") + family + QStringLiteral("/config.json")).toStdString());
  readConfigOf(good);
  Json json = good.json();
  json[key.toStdString()] = Json::parse(value);
  const QString error = damage::errorOf([&] { configOf(json); });
  const bool named = error.contains(key) || (key == "num_experts_per_tok" && error.contains("experts"));
  QVERIFY2(error.startsWith("config.json") && named, qPrintable(error));
}

// What published files leave out.
void TestConfig::usualValues() {
  const auto of = [](const char* text) { return configOf(Json::parse(text)); };
  const ModelConfig gpt2 = of(R"({"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12})");
  QCOMPARE(gpt2.feedForwardWidth, 3072);
  QCOMPARE(gpt2.vocabulary, 50257);
  QCOMPARE(gpt2.contextLength, 1024);
  QVERIFY(gpt2.tiedEmbedding && gpt2.activation == Activation::GeluTanh && gpt2.normEpsilon == 1e-5);

  const ModelConfig gemma2 = of(R"({"model_type": "gemma2", "vocab_size": 256000, "hidden_size": 2304,
    "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4, "intermediate_size": 9216})");
  QCOMPARE(gemma2.attentionCap, 50.0);
  QCOMPARE(gemma2.logitCap, 30.0);
  QCOMPARE(gemma2.headWidth, 256);
  QCOMPARE(gemma2.perLayer[0].window, 4096);
  QCOMPARE(gemma2.perLayer[1].window, 0);

  const char* const mistral = R"({"model_type": "mistral", "vocab_size": 32000, "hidden_size": 4096,
    "num_hidden_layers": 2, "num_attention_heads": 32, "intermediate_size": 14336})";
  QCOMPARE(of(mistral).perLayer[0].window, 4096);
  QCOMPARE(of(mistral).keyHeads, 8);
  QCOMPARE(configOf(changed(mistral, [](Json& json) { json["sliding_window"] = nullptr; })).perLayer[0].window, 0);

  // The published Pythia 70M says no more of its positions.
  const ModelConfig pythia = of(R"({"model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": 512,
    "num_hidden_layers": 6, "num_attention_heads": 8, "intermediate_size": 2048})");
  QCOMPARE(pythia.rotaryWidth, 16);
  QVERIFY(pythia.order == LayerOrder::Parallel && pythia.attentionBias && !pythia.tiedEmbedding);
}

void TestConfig::orders() {
  const auto with = [](const char* family, const char* key, bool value) {
    Json json = JsonFields::ofFile(std::string(SINKSCOPE_TEST_DATA "/tiny/") + family + "/config.json").json();
    json[key] = value;
    return configOf(json).order;
  };
  QCOMPARE(with("pythia", "use_parallel_residual", false), LayerOrder::Sequential);
  QCOMPARE(with("stablelm", "use_parallel_residual", true), LayerOrder::ParallelSharedNorm);
  QCOMPARE(with("falcon", "multi_query", true), LayerOrder::ParallelSharedNorm);
  QCOMPARE(with("falcon-new", "multi_query", true), LayerOrder::Parallel);
}

ModelConfig TestConfig::fromGguf(const Entries& entries) {
  QList<QByteArray> list;
  for (const auto& [key, bytes] : entries) list.append(bytes);
  const QString path = folder_.filePath(QStringLiteral("small.gguf"));
  damage::writeAll(path, gguf_bytes::file(list, {{"token_embd.weight", {8, 16}, std::vector<float>(128)}}));
  return readConfig(path.toStdString());
}

void TestConfig::gguf() {
  const ModelConfig plain = fromGguf(metadata("llama"));
  QCOMPARE(plain.vocabulary, 16);
  QCOMPARE(plain.headWidth, 2);
  QCOMPARE(plain.keyHeads, 2);
  QVERIFY(plain.tiedEmbedding);
  QCOMPARE(plain.perLayer, (std::vector<LayerConfig>(2, LayerConfig{0, 1e4, 1.0})));

  Entries entries = metadata("llama");
  entries["kv"] = entry("llama.attention.head_count_kv", std::vector<quint32>{2, 2});
  entries.erase("attention.head_count_kv");
  entries["base"] = entry("llama.rope.freq_base", 5e5f);
  entries["scaling"] = entry("llama.rope.scaling.type", "linear");
  entries["factor"] = entry("llama.rope.scaling.factor", 2.0f);
  const ModelConfig scaled = fromGguf(entries);
  QCOMPARE(scaled.keyHeads, 2);
  QCOMPARE(scaled.perLayer, (std::vector<LayerConfig>(2, LayerConfig{0, 5e5, 2.0})));

  entries = metadata("gemma3");
  entries["scaling"] = entry("gemma3.rope.scaling.type", "linear");
  entries["factor"] = entry("gemma3.rope.scaling.factor", 8.0f);
  entries["block_count"] = entry("gemma3.block_count", 6u);
  const ModelConfig gemma = fromGguf(entries);
  QCOMPARE(gemma.perLayer[0], (LayerConfig{16, 1e4, 1.0}));
  QCOMPARE(gemma.perLayer[5], (LayerConfig{0, 1e6, 8.0}));
  QCOMPARE(gemma.attentionScale, 1.0 / std::sqrt(2.0));
  entries["key"] = entry("gemma3.attention.key_length", 32u);
  entries["block_count"] = entry("gemma3.block_count", 62u);
  QCOMPARE(fromGguf(entries).attentionScale, 1.0 / std::sqrt(8.0 / 4.0));
}

void TestConfig::brokenGguf_data() {
  QTest::addColumn<QByteArray>("key");
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("says");
  const auto add = [](const char* key, const QByteArray& bytes, const char* says) {
    QTest::addRow("%s %s", key, says) << QByteArray(key) << bytes << QString::fromLatin1(says);
  };
  add("architecture", entry("general.architecture", "mamba"), "'mamba'");
  add("architecture", entry("general.name", "x"), "general.architecture");
  add("block_count", entry("llama.x", 2u), "llama.block_count");
  add("block_count", entry("llama.block_count", 4000000000u), "4096");
  add("block_count", entry("llama.block_count", "two"), "integer");
  add("embedding_length", entry("llama.embedding_length", 0u), "0");
  add("attention.head_count", entry("llama.attention.head_count", 0u), "heads");
  add("attention.head_count", entry("llama.attention.head_count", std::vector<quint32>{4, 2}), "differs");
  add("attention.head_count", entry("llama.attention.head_count", std::vector<quint32>{}), "differs");
  add("attention.head_count_kv", entry("llama.attention.head_count_kv", 3u), "multiple");
  add("scaling", entry("llama.rope.scaling.type", "dynamic"), "'dynamic'");
  add("rope", entry("llama.rope.dimension_count", 4u), "rope.dimension_count");
  add("value", entry("llama.attention.value_length", 4u), "value_length");
  add("experts", entry("llama.expert_count", 8u), "experts per token");
  add("epsilon", entry("llama.rope.freq_base", -1.0f), "rotary");
}

void TestConfig::brokenGguf() {
  QFETCH(QByteArray, key);
  QFETCH(QByteArray, bytes);
  QFETCH(QString, says);
  Entries entries = metadata("llama");
  entries[key] = bytes;
  const QString error = damage::errorOf([&] { fromGguf(entries); });
  QVERIFY2(error.contains(says) && error.contains("small.gguf"), qPrintable(error));
}

void TestConfig::invalid_data() {
  QTest::addColumn<std::function<void(ModelConfig&)>>("change");
  const auto add = [](const char* name, const std::function<void(ModelConfig&)>& change) {
    QTest::newRow(name) << change;
  };
  add("vocabulary", [](ModelConfig& c) { c.vocabulary = 0; });
  add("layers", [](ModelConfig& c) { c.layers = 3; });
  add("heads", [](ModelConfig& c) { c.heads = 33; });
  add("key heads", [](ModelConfig& c) { c.keyHeads = 0; });
  add("width", [](ModelConfig& c) { c.width = -8; });
  add("head width", [](ModelConfig& c) { c.headWidth = 63; });
  add("feed-forward width", [](ModelConfig& c) { c.feedForwardWidth = 0; });
  add("context", [](ModelConfig& c) { c.contextLength = 0; });
  add("product", [](ModelConfig& c) { c.heads = c.keyHeads = c.headWidth = 1 << 20; });
  add("epsilon", [](ModelConfig& c) { c.normEpsilon = 0; });
  add("attention scale", [](ModelConfig& c) { c.attentionScale = std::nan(""); });
  add("embedding scale", [](ModelConfig& c) { c.embeddingScale = HUGE_VAL; });
  add("window", [](ModelConfig& c) { c.perLayer[1].window = -1; });
  add("rope base", [](ModelConfig& c) { c.perLayer[1].ropeBase = 0; });
  add("rope scale", [](ModelConfig& c) { c.perLayer[1].ropeScale = -1; });
}

void TestConfig::invalid() {
  QFETCH(std::function<void(ModelConfig&)>, change);
  ModelConfig config = configOf(Json::parse(tinyLlama));
  validate(config, "here");
  change(config);
  const QString error = damage::errorOf([&] { validate(config, "here"); });
  QVERIFY2(error.startsWith("here: "), qPrintable(error));
}

void TestConfig::parameters() {
  std::map<std::string, std::vector<std::int64_t>> gemma, llama;
  for (const ParameterSpec& spec : parameterSpecs(configOf(Json::parse(gemmaOld)))) gemma[spec.name] = spec.shape;
  for (const ParameterSpec& spec : parameterSpecs(configOf(Json::parse(tinyLlama)))) llama[spec.name] = spec.shape;
  using Shape = std::vector<std::int64_t>;
  QCOMPARE(gemma.size(), std::size_t{2 + 18 * 13});
  QCOMPARE(llama.size(), std::size_t{3 + 22 * 9});
  QCOMPARE(gemma["layer17.query"], (Shape{1024, 640}));
  QCOMPARE(gemma["layer17.key"], (Shape{256, 640}));
  QCOMPARE(gemma["layer17.keyNorm"], (Shape{256}));
  QCOMPARE(gemma["layer17.attentionOutput"], (Shape{640, 1024}));
  QCOMPARE(gemma["layer0.postFeedForwardNorm"], (Shape{640}));
  QCOMPARE(llama["output"], (Shape{32000, 2048}));
  QCOMPARE(llama["layer21.down"], (Shape{2048, 5632}));
  QVERIFY(!gemma.contains("output") && !llama.contains("layer0.queryNorm"));
}

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
