#pragma once

#include "core/analysis/perturbation.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <vector>

namespace sinkscope {

struct UnchangedPass;

/// Follows changes of prompts through one model. Keeps the passes over the unchanged prompt, so that another swap in
/// the same prompt costs its suffix alone.
class Perturber {
 public:
  Perturber(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer);
  ~Perturber();

  const std::shared_ptr<const Model>& model() const { return model_; }

  /// What of a change is followed: the residual stream alone, or also the attention and the next tokens.
  enum class Detail { Map, Everything };

  /// Throws `Error` for a swap outside the prompt or without a change.
  std::shared_ptr<const PerturbResult> run(const PerturbRequest& request, const Job& job,
                                           Detail detail = Detail::Everything);

 private:
  std::shared_ptr<const UnchangedPass> unchanged(Condition condition, const std::vector<Token>& tokens, const Job& job);

  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::vector<std::shared_ptr<const UnchangedPass>> passes_;  // the last ones used, newest last
};

}  // namespace sinkscope
