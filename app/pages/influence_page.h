#pragma once

#include "app/pages/influence_views.h"
#include "app/pages/page.h"
#include "app/shown.h"

#include <vector>

namespace sinkscope {

class InfluenceBar;
class PromptPanel;

/// How much does each token influence one deeper in the model, measured and by the paper's bound, with <bos> and
/// without? A click on a token asks about it.
class InfluencePage : public Page {
  Q_OBJECT

 public:
  InfluencePage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const InfluencedPtr& run);

  InfluencedPtr influenced() const { return influenced_; }
  bool hasResult() const override { return influenced_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  InfluenceViews* views() const { return views_; }
  PromptPanel* promptPanel() const { return prompt_; }

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void pickToken(int chip);
  void showResult(const InfluencedPtr& result);
  /// Marks the chip of a condition's token, or the influenced one's: chips stand for the prompt as it is typed.
  void light(int condition, int token);
  const InfluenceRun& run() const { return *influenced_->result; }
  InfluenceViews::Look viewsLook() const;
  /// How the page looks, as a run keeps it.
  QString look() const;

  InfluencedPtr influenced_;
  PromptPanel* prompt_;
  InfluenceBar* bar_;
  InfluenceViews* views_;
};

}  // namespace sinkscope
