#pragma once

#include "app/page_figure.h"
#include "app/settings.h"

#include <QDialog>
#include <QTimer>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QScrollArea;
class QToolButton;

namespace sinkscope {

class FigureStyleForm;
class Notice;

/// Writes a figure of the page, or all of them, as a picture, as source for PGFPlots or as its numbers, with a preview
/// of what will be written; copies it as well. Styles are kept under names.
class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  ExportDialog(std::vector<PageFigure> figures, Settings& settings, ColourMap colours, QWidget* parent = nullptr);

  /// Writes the chosen figure; false, with a sentence in place, when that fails.
  bool writeTo(const QString& path);
  /// Writes every figure into a folder, in the chosen format, each under its own title.
  bool writeAllTo(const QString& folder);
  QString suggestedName() const;

  /// Puts the chosen figure on the clipboard.
  void copyImage();
  void copySvg();
  void copyTable();

  /// Keeps the style under a name; takes one that was kept.
  void keepPreset(const QString& name);
  void usePreset(const QString& name);
  FigureStyleForm* form() const { return form_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void layOut();
  void wire();
  QToolButton* copyButton();
  QWidget* presetRow();
  FigureStyle style() const;
  const PageFigure& figure() const;
  QString format() const;
  bool moves() const { return format() == QLatin1String("gif"); }
  const FigureDrawing& shownDrawing() const;
  void offerFormats();
  void offerPresets();
  void refresh();
  void updatePreview();
  bool attempt(const QString& path, const std::function<void()>& write);
  void save();
  void saveAll();
  void askForPreset();

  std::vector<PageFigure> figures_;
  Settings& settings_;
  QTimer later_;
  QTimer playing_;  // shows the frames of what moves
  std::size_t frame_ = 0;
  QComboBox* figure_;
  QComboBox* format_;
  QComboBox* presets_;
  FigureStyleForm* form_;
  QDoubleSpinBox* dpi_;
  QCheckBox* caption_;
  QCheckBox* trueSize_;
  QLabel* size_;
  QScrollArea* room_;
  QLabel* preview_;
  Notice* notice_;
};

}  // namespace sinkscope
