#pragma once

#include "app/document.h"
#include "app/explored.h"
#include "app/pages/page.h"

#include <QTimer>
#include <optional>
#include <utility>
#include <vector>

class QSplitter;

namespace sinkscope {

class GridPanel;
class HeadPanel;
class PromptPanel;
class Session;

/// From a prompt to its sinks: tokens, the layer-by-head grid, the profile and the map of one head. Analyses by itself
/// a moment after the last edit.
class ExplorePage : public Page {
  Q_OBJECT

 public:
  ExplorePage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const ExploredPtr& run, const ViewState& view);

  /// Shows a head's map, now or with the next result.
  void selectHead(int layer, int head);

  ExploredPtr explored() const { return explored_; }
  ViewState viewState() const;
  bool hasResult() const override { return explored_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  QByteArray saveState() const;
  void restoreState(const QByteArray& state);

  PromptPanel* promptPanel() const { return prompt_; }
  GridPanel* gridPanel() const { return grid_; }
  HeadPanel* headPanel() const { return head_; }

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void showResult(const ExploredPtr& explored);
  void showPrompt(int prompt);
  /// Selects a head that shows on its map what a sink is.
  void pickHead();
  void takeWantedHead();
  void compare();
  void wantThumbnails();
  void takeThumbnails(const LayerThumbnails& images);

  ExploredPtr explored_;
  quint64 comparing_ = 0;
  std::optional<std::pair<int, int>> wantedHead_;  // (layer, head) asked for from outside, until it is shown
  QTimer resized_;
  PromptPanel* prompt_;
  QSplitter* splitter_;
  GridPanel* grid_;
  HeadPanel* head_;
};

}  // namespace sinkscope
