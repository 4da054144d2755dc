#include "core/analysis/candidates.h"

#include "core/error.h"
#include "core/model/decoder.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace sinkscope {
namespace {

bool beginsWord(std::string_view bytes) {
  return bytes.starts_with(' ');
}

std::string_view withoutSpace(std::string_view bytes) {
  return beginsWord(bytes) ? bytes.substr(1) : bytes;
}

}  // namespace

std::vector<Candidate> likelyTokens(const Model& model, const Tokenizer& tokenizer, const std::vector<Token>& before,
                                    std::size_t count, const Job& job) {
  if (before.empty()) throw Error("Nothing stands before the first token: the model has no guess for it.");
  const at::NoGradGuard noGradients;
  const at::Tensor ids = at::tensor(idsOf(before), at::kLong).to(model.firstDevice()).unsqueeze(0);
  const at::Tensor logits = forward(model.config(), model.parameters, ids, nullptr, LogitsOf::LastToken, job);
  const std::int64_t most = std::min<std::int64_t>(static_cast<std::int64_t>(count), tokenizer.size());
  const auto [probability, id] = at::softmax(logits[0][0], -1)
                                     .cpu()
                                     .slice(0, 0, tokenizer.size())
                                     .topk(most);  // padding beyond the tokens left out
  std::vector<Candidate> result;
  for (std::int64_t i = 0; i < most; ++i) {
    const std::int64_t token = id[i].item<std::int64_t>();
    result.push_back({token, tokenizer.bytesOf(token), probability[i].item<double>()});
  }
  return result;
}

std::vector<Candidate> similarTokens(const Tokenizer& tokenizer, std::int64_t id, std::size_t count,
                                     std::uint64_t seed) {
  const bool begins = beginsWord(tokenizer.bytesOf(id));
  const std::int64_t reach = std::max<std::int64_t>(id / 5, 50);
  std::vector<std::int64_t> alike;
  for (std::int64_t other = std::max<std::int64_t>(0, id - reach); other <= std::min(tokenizer.size() - 1, id + reach);
       ++other)
    if (other != id && !tokenizer.isSpecial(other) && beginsWord(tokenizer.bytesOf(other)) == begins)
      alike.push_back(other);
  std::mt19937_64 random(seed);
  std::vector<Candidate> result;
  while (result.size() < count && !alike.empty()) {
    std::swap(alike[random() % alike.size()], alike.back());
    result.push_back({alike.back(), tokenizer.bytesOf(alike.back()), 0.0});
    alike.pop_back();
  }
  return result;
}

std::vector<Candidate> tokensContaining(const Tokenizer& tokenizer, std::string_view text, std::size_t count) {
  std::vector<std::tuple<int, std::size_t, std::int64_t>> found;  // rank, length, id
  const std::string_view wanted = withoutSpace(text);
  for (std::int64_t id = 0; id < tokenizer.size(); ++id) {
    if (tokenizer.isSpecial(id)) continue;
    const std::string bytes = tokenizer.bytesOf(id);
    const std::string_view word = withoutSpace(bytes);
    const std::size_t at = word.find(wanted);
    if (at == std::string_view::npos) continue;
    found.emplace_back(bytes == text ? 0 : word == wanted ? 1 : at == 0 ? 2 : 3, bytes.size(), id);
  }
  const std::size_t most = std::min(count, found.size());
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(most));
  std::vector<Candidate> result;
  for (std::size_t i = 0; i < most; ++i) {
    const std::int64_t id = std::get<2>(found[i]);
    result.push_back({id, tokenizer.bytesOf(id), 0.0});
  }
  return result;
}

std::optional<std::int64_t> tokenThatIs(const Tokenizer& tokenizer, std::string_view bytes) {
  const std::vector<Candidate> found = tokensContaining(tokenizer, bytes, 1);
  if (found.empty() || found.front().bytes != bytes) return {};
  return found.front().id;
}

}  // namespace sinkscope
