#include "app/compare_table.h"

#include "app/compare_views.h"
#include "app/plain_table.h"
#include "core/shape.h"
#include "widgets/theme.h"

#include <QFont>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPalette>
#include <QTableView>
#include <algorithm>
#include <map>

namespace sinkscope {
namespace {

constexpr int kFieldWidth = 40 * kGrid;
constexpr int kLongest = 400;  // characters of a cell; its tip has more

QString shapeWords(const std::vector<std::uint64_t>& shape) {
  return shape.empty() ? QObject::tr("none") : QString::fromStdString(shapeText(shape));
}

QString differenceWords(const RunComparison::Numbers& numbers) {
  if (numbers.isTooLarge) return QObject::tr("too large to compare");
  if (!numbers.isComparable()) return shapeWords(numbers.b);
  if (numbers.isSame()) return QObject::tr("same");
  QString words = QStringLiteral("±%1").arg(numbers.largest, 0, 'g', 3);
  QStringList place;
  for (const std::uint64_t index : numbers.at) place << QString::number(index);
  if (!place.isEmpty()) words += QObject::tr(" at [%1]").arg(place.join(QStringLiteral(", ")));
  if (numbers.unlike > 0) words += QObject::tr(", %1 a number in one alone").arg(numbers.unlike);
  return words;
}

}  // namespace

void CompareTable::setRuns(const ComparedRuns& runs) {
  beginResetModel();
  runs_ = static_cast<int>(runs.runs.size());
  rows_.clear();
  for (const ComparedValue& value : comparedValues(runs)) {
    Row row{QString::fromStdString(value.field), {}, value.isSame()};
    for (const std::string& cell : value.values) row.cells << QString::fromStdString(cell);
    rows_.push_back(std::move(row));
  }
  std::map<std::string, Row> arrays;
  for (std::size_t run = 1; run < runs.runs.size(); ++run)
    for (const RunComparison::Numbers& numbers : runs.toFirst[run - 1].numbers) {
      Row& row = arrays[numbers.path];
      row.field = QString::fromStdString(numbers.path.substr(1));
      row.cells.resize(runs_);
      row.cells[0] = shapeWords(numbers.a);
      row.cells[static_cast<qsizetype>(run)] = differenceWords(numbers);
      row.isSame = row.isSame && numbers.isSame();
    }
  for (auto& [path, row] : arrays) rows_.push_back(std::move(row));
  choose();
  endResetModel();
}

void CompareTable::setOnlyDifferences(bool only) {
  if (only == onlyDifferences_) return;
  beginResetModel();
  onlyDifferences_ = only;
  choose();
  endResetModel();
}

void CompareTable::choose() {
  shown_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (!onlyDifferences_ || !rows_[i].isSame) shown_.push_back(i);
}

const CompareTable::Row& CompareTable::rowAt(int row) const {
  return rows_[shown_[static_cast<std::size_t>(row)]];
}

int CompareTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int CompareTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : runs_ + 1;
}

QVariant CompareTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rowAt(index.row());
  const QString text = index.column() == 0 ? (row.isSame ? QString() : QStringLiteral("≠ ")) + row.field
                                           : row.cells.value(index.column() - 1);
  if (role == Qt::DisplayRole) return text.left(kLongest).simplified();
  if (role == Qt::ToolTipRole) return text.left(10 * kLongest);
  if (role == Qt::ForegroundRole && row.isSame) return QGuiApplication::palette().brush(QPalette::PlaceholderText);
  return {};
}

QVariant CompareTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  if (role == Qt::DisplayRole) return section == 0 ? tr("Setting or array") : compareLetter(section - 1);
  if (role == Qt::ToolTipRole && section > 1)
    return tr("Of an array: its largest difference from that of A, and where it is");
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  return {};
}

QString agreementWords(const RunComparison& comparison) {
  if (comparison.isSame()) return QObject::tr("The numbers agree to the last bit.");
  QString words = QObject::tr("The numbers differ");
  const auto most = std::ranges::max_element(comparison.numbers, {}, [](const RunComparison::Numbers& numbers) {
    return numbers.isComparable() ? numbers.largest : -1.0;
  });
  if (most != comparison.numbers.end() && most->isComparable() && most->largest > 0.0)
    words += QObject::tr(", by %1 at most, in %2")
                 .arg(most->largest, 0, 'g', 3)
                 .arg(QString::fromStdString(most->path.substr(1)));
  const auto others = std::ranges::count_if(
      comparison.numbers, [](const RunComparison::Numbers& numbers) { return !numbers.isComparable(); });
  if (others > 0) words += QObject::tr("; %1 arrays are of another shape").arg(others);
  return words + QLatin1Char('.');
}

QTableView* compareTableView(CompareTable* table, QWidget* parent) {
  QTableView* view = plainTable(parent);
  view->setObjectName(QStringLiteral("comparedSettings"));
  view->setAccessibleName(QObject::tr("Settings and numbers of the compared runs"));
  view->setModel(table);
  view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Interactive);
  view->horizontalHeader()->resizeSection(0, kFieldWidth);
  view->setTextElideMode(Qt::ElideMiddle);  // arrays are told apart by the ends of their names
  return view;
}

}  // namespace sinkscope
