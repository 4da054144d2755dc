#pragma once

#include "app/pages/page.h"
#include "app/shown.h"
#include "core/analysis/no_op.h"

#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace sinkscope {

class ScatterPlot;
class WakerPanel;

/// Which heads rest on the first token over many prompts, and which previous tokens wake them. Scans when it is first
/// shown, later on a click.
class HeadsPage : public Page {
  Q_OBJECT

 public:
  HeadsPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const ScannedPtr& run);
  /// Scans the prompts of a file.
  void setPromptFile(const QString& path);

  /// Names a head of the result in the plot, with what wakes it.
  void selectHead(int layer, int head);

  ScannedPtr scanned() const { return scanned_; }
  bool hasResult() const override { return scanned_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  ScatterPlot* headPlot() const { return heads_; }
  WakerPanel* tables() const { return tables_; }

 protected:
  void showEvent(QShowEvent* event) override;

 signals:
  void headActivated(int layer, int head);
  void promptFileWanted();  ///< for `setPromptFile`

 private:
  void ask() override;
  void follow(const Inputs& now, const Inputs& before) override;
  void layOut();
  /// Draws anew where eps moved; not while nobody looks, as eps may be dragged on another page.
  void followEpsilon();
  void showResult(const ScannedPtr& result);
  void drawHeads();
  NoOpRequest request() const;
  /// The button and the line beside it: where prompts come from, and whether what is shown belongs to what is set.
  void showControls();
  /// The line below the plot, and the tables of the selected head, or of all.
  void showHead();
  HeadClassBounds bounds() const;
  WakeKinds kinds() const;
  QString look() const;

  ScannedPtr scanned_;
  double drawnEpsilon_ = 0.0;
  NoOpRequest asked_;                    // the last one
  QString askedFile_;                    // and its file of prompts
  QString promptFile_;                   // where prompts come from; empty: from the next
  std::vector<std::string> runPrompts_;  // of the run that is shown; empty: the built-in ones
  QLabel* prompts_;
  QComboBox* kinds_;
  QSpinBox* least_;
  QPushButton* run_;
  QLabel* title_;
  QLabel* head_;
  ScatterPlot* heads_;
  WakerPanel* tables_;
};

}  // namespace sinkscope
