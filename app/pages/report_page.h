#pragma once

#include "app/pages/page.h"
#include "app/shown.h"
#include "core/analysis/report_tables.h"

#include <vector>

class QComboBox;
class QLabel;
class QTableView;

namespace sinkscope {

class CurvePlot;
class Notice;
class ReportSetup;
class ReportTableModel;
class Settings;

/// The paper's Table 1 and what <bos> does, on models and prompts of one's own: rows beside the published ones, and
/// the layers of the row that is chosen. Measured when the user says so, for it takes minutes.
class ReportPage : public Page {
  Q_OBJECT

 public:
  ReportPage(Session& session, Document& document, Settings& settings, QWidget* parent = nullptr);

  /// Shows a run without the models.
  void showRun(const ReportedPtr& run);

  ReportedPtr reported() const { return reported_; }
  bool hasResult() const override { return reported_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;
  /// Writes the tables as the path's suffix says: .html, .tex or .csv.
  void writeTables(const QString& path);

  ReportSetup* setup() const { return setup_; }
  QTableView* table() const { return table_; }
  CurvePlot* layerPlot() const { return layers_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void ask() override;
  void follow(const Inputs&, const Inputs&) override {}
  void endAsking();
  void showResult(const ReportedPtr& result);
  void showTable();
  void draw();
  void exportTables(const QString& suffix, const QString& format);
  /// Index of the model whose layers are shown; there is one where there is a result.
  std::size_t shownModel() const;
  QString look() const;

  Settings& settings_;
  ReportedPtr reported_;
  ReportTableModel* rows_;
  Notice* notice_;
  ReportSetup* setup_;
  QTableView* table_;
  QLabel* note_;
  QLabel* layersTitle_;
  QComboBox* measure_;
  CurvePlot* layers_;
};

}  // namespace sinkscope
