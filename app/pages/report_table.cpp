#include "app/pages/report_table.h"

#include <QGuiApplication>
#include <QHeaderView>
#include <QPalette>
#include <QStringList>
#include <QTableView>
#include <utility>

namespace sinkscope {
namespace {

/// Names to the left, numbers to the right.
Qt::Alignment alignmentOf(const ReportTable::Column& column) {
  const bool words = column.heading == "model" || column.heading == "<bos>" || column.heading == "source";
  return (words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
}

}  // namespace

void ReportTableModel::show(ReportTable table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int ReportTableModel::modelOf(int row) const {
  return row < 0 || row >= rowCount() ? -1 : table_.modelOf[static_cast<std::size_t>(row)];
}

int ReportTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int ReportTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant ReportTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto row = static_cast<std::size_t>(index.row()), column = static_cast<std::size_t>(index.column());
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      return QString::fromStdString(table_.rows[row][column]);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(alignmentOf(table_.columns[column]));
    case Qt::ForegroundRole:
      return modelOf(index.row()) < 0 ? QGuiApplication::palette().brush(QPalette::PlaceholderText) : QVariant();
    default:
      return {};
  }
}

QVariant ReportTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const ReportTable::Column& column = table_.columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return QString::fromStdString(wholeHeading(column));
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignmentOf(column));
  return {};
}

QString ReportTableModel::text() const {
  const auto line = [](const std::vector<std::string>& cells) {
    QStringList words;
    for (const std::string& cell : cells) words << QString::fromStdString(cell);
    return words.join(QLatin1Char('\t')) + QLatin1Char('\n');
  };
  std::vector<std::string> header;
  for (const ReportTable::Column& column : table_.columns) header.push_back(wholeHeading(column));
  QString lines = line(header);
  for (const std::vector<std::string>& row : table_.rows) lines += line(row);
  return lines + QString::fromStdString(table_.note) + QLatin1Char('\n');
}

QTableView* reportTableView(ReportTableModel* model, QWidget* parent) {
  auto* table = new QTableView(parent);
  table->setModel(model);
  table->setObjectName(QStringLiteral("reportTable"));
  table->setAccessibleName(ReportTableModel::tr("Sink rates, measured and published"));
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setShowGrid(false);
  table->setFrameShape(QFrame::NoFrame);
  table->setWordWrap(false);
  table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table->verticalHeader()->hide();
  table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table->horizontalHeader()->setHighlightSections(false);
  return table;
}

}  // namespace sinkscope
