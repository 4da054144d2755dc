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
class QLineEdit;

namespace sinkscope {

class Notice;

/// Writes a figure of the page as PDF, SVG, PNG or CSV, or as GIF where it moves, with a preview of what will be
/// written.
class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  ExportDialog(std::vector<PageFigure> figures, Settings& settings, ColourMap colours, QWidget* parent = nullptr);

  /// Writes the chosen figure; false, with a sentence in place, when that fails.
  bool writeTo(const QString& path);
  QString suggestedName() const;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  FigureStyle style() const;
  const PageFigure& figure() const;
  QString format() const;
  bool moves() const { return format() == QLatin1String("gif"); }
  const FigureDrawing& shownDrawing() const;
  void offerFormats();
  void refresh();
  void updatePreview();
  void save();

  std::vector<PageFigure> figures_;
  Settings& settings_;
  QTimer later_;
  QTimer playing_;  // shows the frames of what moves
  std::size_t frame_ = 0;
  QComboBox* figure_;
  QComboBox* format_;
  QComboBox* column_;
  QDoubleSpinBox* width_;
  QDoubleSpinBox* font_;
  QDoubleSpinBox* dpi_;
  QComboBox* colours_;
  QLineEdit* title_;
  QCheckBox* conventions_;
  QLabel* size_;
  QLabel* preview_;
  Notice* notice_;
};

}  // namespace sinkscope
