#pragma once

#include "core/analysis/report.h"

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope {

/// A table of a report as text, the same on the screen, in a terminal and in a document.
struct ReportTable {
  struct Column {
    std::string heading;
    std::string group;  ///< over it and its neighbours of the same group; may be empty
  };
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<int> modelOf;  ///< [row]: index of the model that was measured, -1 where others printed the row
  std::vector<std::pair<std::size_t, std::string>> sections;  ///< headings over rows: before which row, and what
  std::string note;                                           ///< the conventions, and what the columns mean
};

/// "sink rate, % (ε 0.3)": of a column that stands without its group.
std::string wholeHeading(const ReportTable::Column& column);

/// What the rows of `sinkTable` measure, beside the paper's: the sink rate (per cent of the heads, as printed there)
/// at every eps with the interval over the prompts, and the mean share of attention (a fraction).
ReportTable sinkTable(const ReportResult& result);
/// Loss, sink rate and spread with <bos> and without.
ReportTable bosTable(const ReportResult& result);
/// Both in one, for a screen that is wide enough; the published rows alone where no model has been measured.
ReportTable wholeTable(const ReportResult& result);
/// Layer by layer, the conditions of one model side by side.
ReportTable profileTable(const ReportResult& result, std::size_t model);

/// What a profile over the layers shows.
struct LayerMeasure {
  std::string name;       ///< for file names: "sink-rate-0.3", "share", "row-entropy", "spread"
  std::string title;      ///< "sink rate (ε 0.3)", ...
  std::string heading;    ///< of a narrow column: "ε 0.3", ...
  bool fraction = false;  ///< within 0 and 1
  std::function<std::span<const double>(const ReportCondition&)> values;  ///< [layer]
};
std::vector<LayerMeasure> layerMeasures(const ReportRequest& request);

/// "T 64 · 170 prompts (English passages) · query 0 included", of a report that has a model.
std::string describe(const ReportResult& result);

/// The model's name without a weight file's suffix.
std::string shownName(const ModelReport& model);

/// "with <bos>", "without <bos>", "no <bos> in the vocabulary"
std::string conditionText(const ModelReport& model, const ReportCondition& condition);

/// One LaTeX file of tabulars to \input; it needs the package booktabs.
std::string reportLatex(const ReportResult& result);
/// One page that needs no other file: tables, and the profiles as curves; light or dark as the reader's system.
std::string reportHtml(const ReportResult& result);
/// One row a number: source, model, whether <bos> was added, measure, eps and layer (empty where there is none), mean,
/// interval, conventions. Rates and shares are fractions.
std::string reportCsv(const ReportResult& result);

}  // namespace sinkscope
