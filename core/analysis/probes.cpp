#include "core/analysis/probes.h"

#include "core/analysis/rounding.h"
#include "core/error.h"
#include "core/model/decoder.h"
#include "core/trace/trace.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sinkscope {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string digitsText(const LengthProbeRequest& request, std::size_t length) {
  std::string text;
  for (std::size_t n = 0; n < length; ++n) {
    if (n > 0 && request.probe == LengthProbe::Digits && n % 3 == 0) text += ',';
    if (n > 0) text += request.separator;
    text += '1';
  }
  return text;
}

/// Keeps the last two tokens' states at the end of a pass.
class LastStates : public Observer {
 public:
  explicit LastStates(const ModelConfig& config) : lastLayer_(static_cast<int>(config.layers) - 1) {}

  bool wants(const Place& place) const override {
    return place.site == Site::FinalNorm || (place.site == Site::Residual && place.layer == lastLayer_);
  }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    (place.site == Site::FinalNorm ? norm : layer) = value[0].slice(0, value.size(1) - 2).to(at::kCPU, at::kDouble);
    return value;
  }

  at::Tensor layer, norm;  // [2, D], double

 private:
  int lastLayer_;
};

double infNorm(const at::Tensor& x) {
  return x.abs().max().item<double>();
}

void append(LengthProbeCurves& curves, const LastStates& last) {
  curves.layerDifference.push_back(infNorm(last.layer[1] - last.layer[0]));
  curves.layerScale.push_back(infNorm(last.layer[0]));
  curves.normDifference.push_back(infNorm(last.norm[1] - last.norm[0]));
  curves.normScale.push_back(infNorm(last.norm[0]));
}

/// The curves of one precision; `sequences` are the longer ones.
LengthProbeCurves measure(const Model& model, const Parameters& parameters, bool rounded,
                          const std::vector<std::vector<std::int64_t>>& sequences, const Job& job) {
  std::size_t total = 0, done = 0;
  for (const auto& ids : sequences) total += ids.size();
  LengthProbeCurves curves;
  for (const auto& ids : sequences) {
    const auto share = [&](std::size_t tokens) { return static_cast<double>(tokens) / static_cast<double>(total); };
    const Job part = job.part(share(done), share(done + ids.size()));
    done += ids.size();
    const at::Tensor input = at::tensor(ids, at::kLong).to(model.firstDevice()).unsqueeze(0);  // [1, token]
    LastStates last(model.config());
    Bfloat16Observer rounding(&last);
    forward(model.config(), parameters, input, rounded ? static_cast<Observer*>(&rounding) : &last, LogitsOf::None,
            part);
    append(curves, last);
  }
  return curves;
}

}  // namespace

std::string lengthProbeName(LengthProbe probe) {
  return probe == LengthProbe::Ones ? "ones" : "digits";
}

LengthProbe lengthProbeNamed(const std::string& name) {
  for (const LengthProbe probe : {LengthProbe::Ones, LengthProbe::Digits})
    if (lengthProbeName(probe) == name) return probe;
  throw Error("There is no length probe \"" + name + "\"; expected \"ones\" or \"digits\".");
}

LengthProbeResult lengthProbe(const Model& model, const Tokenizer& tokenizer, const LengthProbeRequest& request,
                              const Job& job) {
  const Clock::time_point start = Clock::now();
  const at::NoGradGuard noGradients;
  if (request.lengths.empty()) throw Error("A length probe needs at least one length.");
  if (std::ranges::min(request.lengths) == 0) throw Error("A length probe needs lengths of at least one digit, not 0.");
  LengthProbeResult result;
  result.request = request;
  static_cast<Provenance&>(result) = provenanceOf(model);
  std::vector<std::vector<std::int64_t>> sequences;
  for (const std::size_t length : request.lengths) {
    sequences.push_back(idsOf(tokenizer.encode(digitsText(request, length), {.addBos = request.bos})));
    result.tokens.push_back(sequences.back().size());
    sequences.back().push_back(sequences.back().back());
  }
  result.float32 = measure(model, model.parameters, false, sequences, job.part(0.0, request.bfloat16 ? 0.45 : 1.0));
  if (request.bfloat16) {
    job.progress("rounding the weights", 0.45);
    result.bfloat16 = measure(model, roundedToBfloat16(model.parameters), true, sequences, job.part(0.5, 1.0));
  }
  result.seconds = secondsSince(start);
  return result;
}

RepetitionResult repetitionProbe(const Model& model, const Tokenizer& tokenizer, const RepetitionRequest& request,
                                 const Job& job) {
  const Clock::time_point start = Clock::now();
  if (request.copies == 0) throw Error("A repetition probe needs at least one copy of its token, not 0.");
  const std::vector<Token> tokens = tokenizer.encode(request.text);
  if (tokens.empty()) throw Error("A repetition probe needs a text of at least one token to repeat.");
  std::vector<std::int64_t> ids;
  if (request.bos) ids = idsOf(tokenizer.encode("", {.addBos = true}));
  const std::size_t first = ids.size();
  ids.insert(ids.end(), request.copies, tokens.back().id);
  const Trace trace = capture(model, ids, {.keep = Keep::Statistics, .statistics = false, .loss = false}, job);
  RepetitionResult result;
  static_cast<Provenance&>(result) = provenanceOf(model);
  result.request = request;
  result.token = tokens.back();
  const std::size_t places = trace.residualNorm.extent(0);
  result.norm = Array<float, 2>({places, request.copies});
  for (std::size_t place = 0; place < places; ++place) {
    const std::span<const float> norms = trace.residualNorm.row(place);
    std::ranges::copy(norms.subspan(first), result.norm.row(place).begin());
    if (request.bos) result.bosNorm.push_back(norms[0]);
  }
  result.seconds = secondsSince(start);
  return result;
}

ProbeRun runProbes(const Model& model, const Tokenizer& tokenizer, const ProbeRequest& request, const Job& job) {
  const auto count = static_cast<double>(request.lengths.size() + request.repetitions.size());
  if (count == 0) throw Error("There is nothing to measure: no probe was asked for.");
  ProbeRun run;
  static_cast<Provenance&>(run) = provenanceOf(model);
  double done = 0.0;
  const auto next = [&] {
    const double from = done++;
    return job.part(from / count, done / count);
  };
  for (const LengthProbeRequest& one : request.lengths) {
    run.lengths.push_back(lengthProbe(model, tokenizer, one, next()));
    run.seconds += run.lengths.back().seconds;
  }
  for (const RepetitionRequest& one : request.repetitions) {
    run.repetitions.push_back(repetitionProbe(model, tokenizer, one, next()));
    run.seconds += run.repetitions.back().seconds;
  }
  return run;
}

}  // namespace sinkscope
