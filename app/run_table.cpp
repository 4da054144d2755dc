#include "app/run_table.h"

#include "app/file_path.h"
#include "app/plain_table.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMimeData>
#include <QPalette>
#include <QTableView>
#include <QUrl>
#include <algorithm>
#include <array>
#include <cmath>

namespace sinkscope {
namespace {

struct ColumnTexts {
  RunColumn column;
  const char* title;
  const char* tip;
  int width;  // in grid units; 0: what is left
};

// What a narrow window shows of them is what tells runs apart.
constexpr std::array kColumns{
    ColumnTexts{RunColumn::Name, QT_TR_NOOP("Name"), QT_TR_NOOP("As you called it, else its file's name"), 36},
    ColumnTexts{RunColumn::Kind, QT_TR_NOOP("Kind"), QT_TR_NOOP("What was asked"), 21},
    ColumnTexts{RunColumn::Model, QT_TR_NOOP("Model"), QT_TR_NOOP("Which model, or what a training is called"), 28},
    ColumnTexts{RunColumn::Bos, QT_TR_NOOP("<bos>"), QT_TR_NOOP("Whether <bos> was put first"), 15},
    ColumnTexts{RunColumn::Tokens, QT_TR_NOOP("T"), QT_TR_NOOP("Tokens of the longest prompt"), 10},
    ColumnTexts{RunColumn::SinkRate, QT_TR_NOOP("Sink rate"),
                QT_TR_NOOP("Fraction of the heads whose α₀ is above ε 0.3, query 0 included"), 19},
    ColumnTexts{RunColumn::Loss, QT_TR_NOOP("Loss"), QT_TR_NOOP("Nats a token"), 12},
    ColumnTexts{RunColumn::Date, QT_TR_NOOP("Date"), QT_TR_NOOP("When it was begun"), 32},
    ColumnTexts{RunColumn::Prompt, QT_TR_NOOP("Prompt"), QT_TR_NOOP("How the first prompt begins"), 0},
    ColumnTexts{RunColumn::Tags, QT_TR_NOOP("Tags"), QT_TR_NOOP("Yours"), 20},
};

constexpr int kLeastPrompt = 40 * kGrid;

bool isNumber(int section) {
  return infoOf(RunTableModel::columnAt(section)).isNumber;
}

QString cellText(const RunRow& run, RunColumn column) {
  if (column == RunColumn::Date) return dateText(run.card.created);
  if (column == RunColumn::Kind) return run.problem.empty() ? kindTitle(run.card.kind) : QObject::tr("unreadable");
  if (column == RunColumn::Prompt && !run.problem.empty()) return QString::fromStdString(run.problem);
  if (column == RunColumn::SinkRate || column == RunColumn::Loss) {
    const double value = numberOf(run, column);
    return std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'f', column == RunColumn::Loss ? 2 : 3);
  }
  const QString text = QString::fromStdString(textOf(run, column));
  return infoOf(column).isNumber && text.isEmpty() ? QStringLiteral("–") : text;
}

}  // namespace

QString dateText(const std::string& created) {
  const QDateTime when = QDateTime::fromString(QString::fromStdString(created), Qt::ISODate);
  return when.isValid() ? when.toLocalTime().toString(QStringLiteral("yyyy-MM-dd hh:mm"))
                        : QString::fromStdString(created);
}

QString kindTitle(const std::string& kind) {
  if (kind == "noop") return QObject::tr("No-op heads");
  if (kind == "ablate") return QObject::tr("Intervene");
  if (kind.empty()) return {};
  QString title = QString::fromStdString(kind);
  title[0] = title[0].toUpper();
  return title;
}

void RunTableModel::setRuns(const ListedRunsPtr& runs) {
  beginResetModel();
  runs_ = runs;
  endResetModel();
}

const RunRow* RunTableModel::run(int row) const {
  return row >= 0 && row < rowCount() ? &runs_->rows[static_cast<std::size_t>(row)] : nullptr;
}

int RunTableModel::rowOf(const QString& path) const {
  if (!runs_ || path.isEmpty()) return -1;
  const std::filesystem::path wanted = pathOf(path);
  const auto found = std::ranges::find(runs_->rows, wanted, &RunRow::path);
  return found == runs_->rows.end() ? -1 : static_cast<int>(found - runs_->rows.begin());
}

RunColumn RunTableModel::columnAt(int section) {
  return kColumns[static_cast<std::size_t>(section)].column;
}

int RunTableModel::sectionOf(RunColumn column) {
  return static_cast<int>(std::ranges::find(kColumns, column, &ColumnTexts::column) - kColumns.begin());
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !runs_ ? 0 : static_cast<int>(runs_->rows.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(kColumns.size());
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const RunRow& run = runs_->rows[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return cellText(run, columnAt(index.column()));
    case Qt::ToolTipRole:
      return run.problem.empty() ? pathText(run.path) : QString::fromStdString(run.problem);
    case Qt::TextAlignmentRole:
      return QVariant(Qt::AlignVCenter | (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::ForegroundRole:
      return run.problem.empty() ? QVariant() : QGuiApplication::palette().brush(QPalette::PlaceholderText);
    default:
      return {};
  }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const ColumnTexts& texts = kColumns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return tr(texts.title);
  if (role == Qt::ToolTipRole) return tr(texts.tip);
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
  return QAbstractTableModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList RunTableModel::mimeTypes() const {
  return {QStringLiteral("text/uri-list")};
}

QMimeData* RunTableModel::mimeData(const QModelIndexList& indexes) const {
  QList<QUrl> urls;
  for (const QModelIndex& index : indexes)
    if (const QUrl url = QUrl::fromLocalFile(pathText(run(index.row())->path)); !urls.contains(url)) urls << url;
  auto* data = new QMimeData;
  data->setUrls(urls);
  return data;
}

QTableView* runView(RunTableModel* table, QWidget* parent) {
  QTableView* view = plainTable(parent);
  view->setObjectName(QStringLiteral("runs"));
  view->setAccessibleName(QObject::tr("Saved runs"));
  view->setModel(table);
  view->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view->setDragEnabled(true);
  view->setDragDropMode(QAbstractItemView::DragOnly);
  // Rows of one height: nothing is asked of those that are not in sight.
  view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  QHeaderView* header = view->horizontalHeader();
  header->setSectionsClickable(true);
  header->setSortIndicatorShown(true);
  header->setSortIndicator(RunTableModel::sectionOf(RunColumn::Date), Qt::DescendingOrder);
  header->setMinimumSectionSize(10 * kGrid);
  for (int section = 0; section < table->columnCount(); ++section) {
    const int width = kColumns[static_cast<std::size_t>(section)].width;
    header->setSectionResizeMode(section, QHeaderView::Interactive);
    if (width > 0) header->resizeSection(section, width * kGrid);
  }
  // The prompt takes what the others leave, but stays readable: a narrow table is scrolled.
  const auto fitPrompt = [header] {
    const int prompt = RunTableModel::sectionOf(RunColumn::Prompt);
    const int others = header->length() - header->sectionSize(prompt);
    header->resizeSection(prompt, std::max(kLeastPrompt, header->width() - others));
  };
  QObject::connect(header, &QHeaderView::geometriesChanged, header, fitPrompt);
  return view;
}

}  // namespace sinkscope
