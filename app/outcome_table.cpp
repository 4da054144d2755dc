#include "app/outcome_table.h"

#include "app/ablation_figures.h"

#include <array>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

struct ColumnTexts {
  const char* title;
  const char* tip;
};

constexpr std::array<ColumnTexts, OutcomeTable::ColumnCount> kColumns{
    {{QT_TR_NOOP("Model"), QT_TR_NOOP("What was done to the model")},
     {QT_TR_NOOP("Loss"), QT_TR_NOOP("Natural-log loss per token of the text")},
     {QT_TR_NOOP("Δ loss"), QT_TR_NOOP("Loss minus the untouched model's")},
     {QT_TR_NOOP("KL"), QT_TR_NOOP("Divergence of the predictions from the untouched model's, nats a token")},
     {QT_TR_NOOP("Sink rate"), QT_TR_NOOP("Share of the heads whose α₀ is above ε")},
     {QT_TR_NOOP("α₀"), QT_TR_NOOP("Mean attention to the first token")},
     {QT_TR_NOOP("Change"),
      QT_TR_NOOP("Mean relative change behind a swapped token, residual stream after the last layer")},
     {QT_TR_NOOP("Spread S"), QT_TR_NOOP("The same over the swapped token's own change")}}};

}  // namespace

void OutcomeTable::setResult(const AblatedPtr& result, double epsilon) {
  beginResetModel();
  shown_ = result;
  epsilon_ = epsilon;
  endResetModel();
}

int OutcomeTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !shown_ ? 0 : 1 + static_cast<int>(shown_->result->changed.size());
}

int OutcomeTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

double OutcomeTable::number(std::size_t row, int column) const {
  const AblationOutcome& outcome = outcomeOf(*shown_->result, row);
  const std::size_t last = outcome.change.extent(1) - 2;
  switch (column) {
    case Loss:
      return meanOf(outcome.loss);
    case LossChange:
      return meanOf(outcome.loss) - meanOf(shown_->result->untouched.loss);
    case Divergence:
      return meanOf(outcome.divergence);
    case SinkRate:
      return sinkRate(outcome.share, epsilon_);
    case Share:
      return meanShare(outcome.share);
    case Change:
      return meanOverPrompts(outcome.change)[last];
    default:
      return meanOverPrompts(outcome.spread)[last];
  }
}

QVariant OutcomeTable::data(const QModelIndex& index, int role) const {
  if (!shown_ || !index.isValid()) return {};
  const auto row = static_cast<std::size_t>(index.row());
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::AlignVCenter | (index.column() == Title ? Qt::AlignLeft : Qt::AlignRight));
  if (role == Qt::ToolTipRole && index.column() == Title && row > 0)
    return QString::fromStdString(toString(shown_->result->request.interventions[row - 1]));
  if (role != Qt::DisplayRole) return {};
  if (index.column() == Title) return outcomeTitles(*shown_->result)[index.row()];
  const double value = number(row, index.column());
  if (row == 0 && (index.column() == LossChange || index.column() == Divergence)) return QStringLiteral("–");
  if (std::isnan(value)) return QStringLiteral("–");
  const QString digits = QString::number(value, 'f', 3);
  return index.column() == LossChange && value >= 0 ? QLatin1Char('+') + digits : digits;
}

QVariant OutcomeTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  const ColumnTexts& texts = kColumns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return tr(texts.title);
  if (role == Qt::ToolTipRole) return tr(texts.tip);
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::AlignVCenter | (section == Title ? Qt::AlignLeft : Qt::AlignRight));
  return {};
}

}  // namespace sinkscope
